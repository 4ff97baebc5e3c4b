import type { Limiter } from './limiter.ts';
import {
  ceiling,
  difference,
  floor,
  isLess,
  larger,
  product,
  quotient,
  type RationalText,
  rational,
  readRational,
  sum,
  whole,
  writeRational,
} from './rational.ts';

/** The theoretical arrival time: milliseconds since 1970. */
export type ArrivalTime = { readonly tat: RationalText };

/** T = W/L, tau = T*(B-1); reject when `t < TAT - tau`, else `TAT = max(TAT, t) + T` (the analyzer's model, section 3). */
export const gcra: Limiter<ArrivalTime> = (rule, held, at) => {
  const now = whole(at);
  const gap = rational(BigInt(rule.windowMs), BigInt(rule.limit));
  const slack = product(gap, whole(rule.burst - 1));
  const tat = held === null ? now : readRational(held.tat);
  const opens = difference(tat, slack);
  const admitted = !isLess(now, opens);
  const next = admitted ? sum(larger(tat, now), gap) : tat;
  const left = floor(quotient(difference(sum(now, slack), larger(next, now)), gap)) + 1n;
  return {
    admitted,
    held: { tat: writeRational(next) },
    remaining: Number(left > 0n ? left : 0n),
    waitMs: admitted ? 0 : Number(ceiling(difference(opens, now))),
  };
};
