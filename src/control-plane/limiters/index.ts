import type { Json } from '../../base/json.ts';
import type { Millis } from '../../base/time.ts';
import type { Hit, LimiterAlgorithm, LimitRule, LimitState } from '../decision.ts';
import { fixedWindow } from './fixed-window.ts';
import { fixedWindowFirstHit } from './fixed-window-first-hit.ts';
import { gcra } from './gcra.ts';
import type { Limiter } from './limiter.ts';
import { slidingWindowCounter } from './sliding-window-counter.ts';
import { slidingWindowLog } from './sliding-window-log.ts';
import { tokenBucket } from './token-bucket.ts';

/** Raised when a meaning of an algorithm changes: it enters the digests. */
export const limitersVersion = 1;

type AnyLimiter = Limiter<Readonly<Record<string, Json>>>;

const byAlgorithm = {
  fixed_window: fixedWindow,
  fixed_window_first_hit: fixedWindowFirstHit,
  sliding_window_log: slidingWindowLog,
  sliding_window_counter: slidingWindowCounter,
  token_bucket: tokenBucket,
  gcra,
} as const satisfies Record<LimiterAlgorithm, unknown>;

// Each algorithm only ever reads what it wrote itself: `hit` hands it no state of another.
const limiterOf = (algorithm: LimiterAlgorithm): AnyLimiter => byAlgorithm[algorithm] as unknown as AnyLimiter;

/**
 * A request of one counter at a moment, with the rule in force then (the analyzer's model, section 3). The state is null
 * before the first. A change of limit, window or burst keeps it, one of algorithm or key (`rule.since`) starts anew.
 */
export function hit(rule: LimitRule, state: LimitState | null, at: Millis): Hit {
  const { algorithm, since } = rule;
  const kept = state !== null && state.algorithm === algorithm && state.since === since ? state.held : null;
  // A bucket that holds no whole token never has one to give.
  if (rule.limit <= 0 || (algorithm === 'token_bucket' && rule.burst < 1))
    return { admitted: false, state: { since, algorithm, held: kept ?? {} }, remaining: 0, retryAfterS: null };
  const held = kept !== null && Object.keys(kept).length > 0 ? kept : null;
  const counted = limiterOf(algorithm)(rule, held, at);
  return {
    admitted: counted.admitted,
    state: { since, algorithm, held: counted.held },
    remaining: counted.remaining,
    retryAfterS: counted.admitted ? null : Math.max(1, Math.ceil(counted.waitMs / 1000)),
  };
}
