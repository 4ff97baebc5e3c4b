/**
 * The closed vocabularies of the contract. Schemas, documentation and exhaustive switches come from these tables.
 */

/** Evidence kinds, as `index`, `needs`, `missing` and `not_captured` spell them, in the contract's order. */
export const evidenceKinds = [
  'manifest',
  'state',
  'audit',
  'requests',
  'jobs',
  'metrics',
  'health',
  'artifacts',
  'incident-bundle',
  'doctor',
  'tuning',
  'snapshots',
  'replay-audit',
  'approval-credential',
  'signing-keys',
  'regions',
  'journal',
  'logs',
  'unrecognised',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** Kinds that tell of the control plane. An archive without any of them may be one that is spelt otherwise. */
export const controlPlaneKinds = [
  'requests',
  'audit',
  'jobs',
  'health',
  'metrics',
  'state',
] as const satisfies readonly EvidenceKind[];

/** Kinds of an event on the timeline: one for each table that holds records in time. */
export const eventKinds = [
  'request',
  'audit',
  'job',
  'attempt',
  'call',
  'probe',
  'sample',
  'snapshot',
  'log',
  'gap',
] as const;
export type EventKind = (typeof eventKinds)[number];

export const outcomes = ['ok', 'refused', 'failure', 'none'] as const;
export type Outcome = (typeof outcomes)[number];

export const categories = [
  'auth',
  'deployment',
  'agent',
  'worker',
  'rate_limit',
  'runtime',
  'evidence',
  'none',
] as const;
export type Category = (typeof categories)[number];

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

export const symptomKinds = [
  'requests_refused',
  'login_failing',
  'enrollment_failing',
  'agent_offline',
  'deployment_stuck',
  'deployment_failed',
  'job_retrying',
  'job_dead_lettered',
  'rate_limited',
  'component_unready',
  'data_plane_stalled',
  'data_plane_dropping',
  'runtime_degraded',
] as const;
export type SymptomKind = (typeof symptomKinds)[number];

/** Every kind of cause, and the category that a diagnosis takes from it. */
export const causeCategory = {
  oidc_keys_rotated: 'auth',
  oidc_clock_skew: 'auth',
  oidc_state_expired: 'auth',
  oidc_misconfigured: 'auth',
  membership_missing: 'auth',
  role_insufficient: 'auth',
  credential_expired: 'auth',
  credential_revoked: 'auth',
  credential_unknown: 'auth',
  credential_scope_missing: 'auth',
  credential_wrong_environment: 'auth',
  approval_missing: 'deployment',
  approval_expired: 'deployment',
  approval_revoked: 'deployment',
  approval_wrong_environment: 'deployment',
  approval_spec_mismatch: 'deployment',
  approval_capabilities: 'deployment',
  approval_unknown_key: 'deployment',
  approval_bad_signature: 'deployment',
  bundle_hash_missing: 'deployment',
  bundle_hash_invalid: 'deployment',
  inflight_cap: 'deployment',
  enrollment_token_expired: 'agent',
  enrollment_token_exhausted: 'agent',
  enrollment_token_revoked: 'agent',
  agent_stopped: 'agent',
  agent_revoked: 'agent',
  lease_too_short: 'agent',
  signing_key_unknown: 'agent',
  payload_invalid: 'worker',
  dependency_outage: 'worker',
  retry_budget_cut: 'worker',
  worker_down: 'worker',
  limit_cut: 'rate_limit',
  caller_burst: 'rate_limit',
  caller_loop: 'rate_limit',
  shared_key: 'rate_limit',
  stage_stalled: 'runtime',
  lane_dropping: 'runtime',
  tuning_degraded: 'runtime',
  host_not_ready: 'runtime',
  spec_invalid: 'runtime',
  policy_denied: 'runtime',
  adapter_failed: 'runtime',
} as const satisfies Record<string, Category>;
export type CauseKind = keyof typeof causeCategory;
export const causeKinds = Object.keys(causeCategory) as readonly CauseKind[];

export const verdicts = ['confirmed', 'contributing', 'inconclusive', 'refuted'] as const;
export type Verdict = (typeof verdicts)[number];

export const strengths = ['necessary_and_sufficient', 'necessary', 'overdetermined'] as const;
export type Strength = (typeof strengths)[number];

export const grades = ['F0', 'F1', 'F2', 'F3', 'F4'] as const;
export type Grade = (typeof grades)[number];

/** Why a verdict is inconclusive. */
export const reasonCodes = [
  'not_reproduced',
  'low_fidelity',
  'vacuous_evidence',
  'unknown_effect',
  'assumption_decides',
  'envelope_split',
  'budget_exhausted',
  'placebo_flipped',
  'nondeterministic',
  'not_modelled',
  'partial_effect',
  'not_captured',
  'redacted',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** Why an approval was rejected; a part of the code. */
const rejections = [
  'unknown_key',
  'bad_signature',
  'spec_hash_mismatch',
  'wrong_environment',
  'expired',
  'insufficient_capabilities',
] as const;

/** Error codes that archives are mapped to (evidence.md, *Dialect*). */
export const canonicalCodes: readonly string[] = [
  'bundle_hash_missing',
  'bundle_hash_invalid',
  'approval_missing',
  ...rejections.map((why) => `approval_rejected:${why}`),
  'unauthorized',
  'forbidden_scope',
  'forbidden_environment',
  'forbidden_role',
  'rate_limited',
  'payload_invalid',
  'payload_too_large',
  'agent_offline',
  'oidc_callback',
  'oidc_keys',
  'upstream_timeout',
  'upstream_error',
  'storage_unavailable',
  'database_unavailable',
  'spec_invalid',
  'unknown',
];
