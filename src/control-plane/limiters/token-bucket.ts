import type { Limiter } from './limiter.ts';
import {
  ceiling,
  difference,
  floor,
  isLess,
  product,
  quotient,
  type RationalText,
  rational,
  readRational,
  smaller,
  sum,
  whole,
  writeRational,
} from './rational.ts';

export type Bucket = { readonly tokens: RationalText; readonly at: number };

/** Starts full with B, refills L per W up to B; a request takes one token (the analyzer's model, section 3). */
export const tokenBucket: Limiter<Bucket> = (rule, held, at) => {
  const full = whole(Math.max(0, rule.burst));
  const perMs = rational(BigInt(rule.limit), BigInt(rule.windowMs));
  const refill = held === null ? full : product(perMs, whole(Math.max(0, at - held.at)));
  const before = held === null ? full : smaller(full, sum(readRational(held.tokens), refill));
  const one = whole(1);
  const admitted = !isLess(before, one);
  const after = admitted ? difference(before, one) : before;
  return {
    admitted,
    held: { tokens: writeRational(after), at: held === null ? at : Math.max(at, held.at) },
    remaining: Number(floor(after)),
    waitMs: admitted ? 0 : Number(ceiling(quotient(difference(one, before), perMs))),
  };
};
