/** Replays that a diagnosis may run: counted, not timed, so that the answer is the same on every machine. */
export interface Budget {
  /** Whether there was one left. */
  take(): boolean;
}

export const replaysMax = 2_000;

export function budgetOf(replays: number): Budget {
  let left = replays;
  return {
    take() {
      left--;
      return left >= 0;
    },
  };
}
