import type { Limiter } from './limiter.ts';

export type TwoWindows = {
  readonly window: number;
  readonly windowMs: number;
  readonly current: number;
  readonly previous: number;
};

/** `floor((W - r) / W * count)`, exact. */
const share = (count: number, left: number, windowMs: number): number =>
  Number((BigInt(count) * BigInt(left)) / BigInt(windowMs));

/** The first moment of a window, counted from its begin, at which `floor((W - r)/W * count) <= most`; W when none is. */
function firstAtMost(count: number, most: number, windowMs: number): number {
  if (most < 0) return windowMs;
  if (count <= most) return 0;
  const [c, w] = [BigInt(count), BigInt(windowMs)];
  // (W - r) * count < (most + 1) * W, so r > W - (most + 1) * W / count.
  const above = (BigInt(most) + 1n) * w;
  return Number(w - (above - 1n) / c > 0n ? w - (above - 1n) / c : 0n);
}

/**
 * `floor((1 - (t mod W)/W) * previous) + current >= L` rejects (the analyzer's model, section 3). After a change of W
 * the counts are kept while the windows that they were counted in still reach.
 */
export const slidingWindowCounter: Limiter<TwoWindows> = (rule, held, at) => {
  const { limit, windowMs } = rule;
  const passed = held === null ? 2 : Math.floor(at / held.windowMs) - held.window;
  const [previous, before] =
    held === null || passed > 1 ? [0, 0] : passed === 1 ? [held.current, 0] : [held.previous, held.current];
  const window = Math.floor(at / windowMs);
  const left = (window + 1) * windowMs - at;
  const weighted = share(previous, left, windowMs);
  const admitted = weighted + before < limit;
  const current = admitted || rule.countsRejected ? before + 1 : before;
  const inThis = firstAtMost(previous, limit - 1 - current, windowMs);
  const passesAt =
    inThis < windowMs
      ? window * windowMs + inThis
      : (window + 1) * windowMs + firstAtMost(current, limit - 1, windowMs);
  return {
    admitted,
    held: { window, windowMs, current, previous },
    remaining: Math.max(0, limit - weighted - current),
    waitMs: admitted ? 0 : passesAt - at,
  };
};
