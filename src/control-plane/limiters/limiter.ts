import type { Json } from '../../base/json.ts';
import type { Millis } from '../../base/time.ts';
import type { LimitRule } from '../decision.ts';

/** What one algorithm makes of a request, for a limit above zero. */
export interface Counted<H> {
  readonly admitted: boolean;
  readonly held: H;
  readonly remaining: number;
  /** Milliseconds until the next request would pass; 0 when admitted. */
  readonly waitMs: number;
}

/** `held` is null before the first hit. */
export type Limiter<H extends Readonly<Record<string, Json>>> = (
  rule: LimitRule,
  held: H | null,
  at: Millis,
) => Counted<H>;
