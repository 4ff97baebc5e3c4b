/** Waits for what the messages of another thread bring about. */
export interface News {
  /** To be called whenever something has changed. */
  readonly changed: () => void;
  /** Resolves once the condition holds; one waits at a time. */
  readonly until: (holds: () => boolean) => Promise<void>;
}

export function createNews(): News {
  let wake: (() => void) | null = null;
  return {
    changed() {
      wake?.();
      wake = null;
    },
    async until(holds) {
      while (!holds())
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
  };
}
