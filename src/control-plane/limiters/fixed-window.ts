import type { Limiter } from './limiter.ts';

export type FixedWindow = {
  /** Number of the window, in windows of `windowMs` since 1970. */
  readonly window: number;
  readonly windowMs: number;
  readonly count: number;
};

/**
 * Window `floor(t/W)` (the analyzer's model, section 3). After a change of W the count is kept while the window that it
 * was counted in still runs.
 */
export const fixedWindow: Limiter<FixedWindow> = (rule, held, at) => {
  const { limit, windowMs } = rule;
  const runs = held !== null && Math.floor(at / held.windowMs) === held.window;
  const before = runs ? held.count : 0;
  const admitted = before < limit;
  const window = Math.floor(at / windowMs);
  const count = admitted || rule.countsRejected ? before + 1 : before;
  return {
    admitted,
    held: { window, windowMs, count },
    remaining: Math.max(0, limit - count),
    waitMs: admitted ? 0 : (window + 1) * windowMs - at,
  };
};
