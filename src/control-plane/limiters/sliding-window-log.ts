import type { Limiter } from './limiter.ts';

export type HitLog = { readonly hits: readonly number[] };

/**
 * Where rejected hits count, only the newest ones are remembered, as many as the limit and no fewer than this: with the
 * limit as it is, older ones decide nothing.
 */
const rememberedMin = 4_096;

/** Hits in `(t-W, t]` (the analyzer's model, section 3). */
export const slidingWindowLog: Limiter<HitLog> = (rule, held, at) => {
  const { limit, windowMs } = rule;
  const logged = held?.hits ?? [];
  const firstIn = logged.findIndex((hit) => hit > at - windowMs);
  const inside = firstIn < 0 ? [] : firstIn === 0 ? logged : logged.slice(firstIn);
  const admitted = inside.length < limit;
  const hits = admitted || rule.countsRejected ? [...inside, at] : inside;
  const remembered = Math.max(limit, rememberedMin);
  const kept = hits.length > remembered ? hits.slice(hits.length - remembered) : hits;
  // The next one passes when the oldest of the newest L hits has left the window.
  const blocking = kept[kept.length - limit] ?? at;
  return {
    admitted,
    held: { hits: kept },
    remaining: Math.max(0, limit - hits.length),
    waitMs: admitted ? 0 : blocking + windowMs - at,
  };
};
