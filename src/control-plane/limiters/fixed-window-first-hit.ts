import type { Limiter } from './limiter.ts';

export type FirstHitWindow = { readonly open: number; readonly count: number };

/** The window opens at the key's first hit; at `open + W` a new one opens (the analyzer's model, section 3). */
export const fixedWindowFirstHit: Limiter<FirstHitWindow> = (rule, held, at) => {
  const { limit, windowMs } = rule;
  const { open, count: before } = held !== null && at < held.open + windowMs ? held : { open: at, count: 0 };
  const admitted = before < limit;
  const count = admitted || rule.countsRejected ? before + 1 : before;
  return {
    admitted,
    held: { open, count },
    remaining: Math.max(0, limit - count),
    waitMs: admitted ? 0 : open + windowMs - at,
  };
};
