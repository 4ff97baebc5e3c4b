import type { Json } from '../base/json.ts';
import type { Millis } from '../base/time.ts';
import type { UnknownReason } from './configuration-types.ts';

/** The checks in the order of the analyzer's model, section 2; `route` comes before them. */
export const checkIds = [
  'route',
  'payload',
  'limiter_before_auth',
  'credential',
  'kind',
  'binding',
  'scope',
  'permission',
  'limiter_after_auth',
] as const;
export type CheckId = (typeof checkIds)[number];

export const refusalDetails = [
  'payload_too_large',
  'rate_limited',
  'credential_absent',
  'credential_unknown',
  'credential_not_issued',
  'credential_revoked',
  'credential_expired',
  'token_exhausted',
  'agent_revoked',
  'kind_not_allowed',
  'wrong_agent',
  'wrong_environment',
  'scope_missing',
  'membership_missing',
  'role_insufficient',
] as const;
export type RefusalDetail = (typeof refusalDetails)[number];

export interface Refusal {
  readonly check: CheckId;
  readonly status: 401 | 403 | 413 | 429;
  readonly code: string;
  readonly detail: RefusalDetail;
  /** The thing at fault, as `credential:cr_1`; null where the request alone is. */
  readonly entity: string | null;
  /** The scope, permission, kind or binding that was asked for and not there. */
  readonly lacking?: string;
  readonly reads: readonly string[];
}

/** A value that a check reads and the archive does not tell. */
export interface Unknown {
  readonly check: CheckId;
  /** As `state`, `state.credentials`, `requests.credential_id`, `audit`. */
  readonly missing: string;
  readonly reason: UnknownReason;
  readonly reads: readonly string[];
}

/** What becomes of a request, or of some of its checks. */
export type Decision =
  | { readonly kind: 'handler'; readonly reads: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly first: Refusal;
      /** Every failing check in order, the first included: what the first one hides. */
      readonly failing: readonly Refusal[];
      readonly reads: readonly string[];
    }
  | ({ readonly kind: 'unknown' } & Unknown)
  | { readonly kind: 'not_predicted' };

export const limiterAlgorithms = [
  'fixed_window',
  'fixed_window_first_hit',
  'sliding_window_log',
  'sliding_window_counter',
  'token_bucket',
  'gcra',
] as const;
export type LimiterAlgorithm = (typeof limiterAlgorithms)[number];

export interface LimitRule {
  readonly algorithm: LimiterAlgorithm;
  /** Requests; zero or less refuses all. */
  readonly limit: number;
  /** Milliseconds, at least 1. */
  readonly windowMs: number;
  /** Requests; the limit where the configuration has none. */
  readonly burst: number;
  /** Whether a rejected request counts too: window algorithms only. */
  readonly countsRejected: boolean;
  /** Since when algorithm and key are what they are: a state from before is not kept. */
  readonly since: Millis | null;
}

/** The limiter that a request meets, and which of its counters. */
export type LimiterStep =
  | {
      readonly kind: 'rule';
      readonly rule: LimitRule;
      readonly group: string;
      /** `<group>/<position>/<key>=<value>`: one counter each. */
      readonly counter: string;
      readonly reads: readonly string[];
    }
  | ({ readonly kind: 'unknown' } & Unknown);

/** A limiter's memory of one counter: plain JSON, integers and decimal texts only. */
export type LimitState = {
  readonly since: Millis | null;
  readonly algorithm: LimiterAlgorithm;
  readonly held: Readonly<Record<string, Json>>;
};

export interface Hit {
  readonly admitted: boolean;
  readonly state: LimitState;
  /** Requests left after this one (`X-RateLimit-Remaining`). */
  readonly remaining: number;
  /** Whole seconds, at least 1; null when admitted, and where no wait would help. */
  readonly retryAfterS: number | null;
}
