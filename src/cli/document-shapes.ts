/** JSON Schema of the kinds whose records are kept whole: what of them is read. */
import type { EvidenceKind } from '../base/vocabulary.ts';

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly contentEncoding?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const yes: Schema = { type: 'boolean' };
const integer: Schema = { type: 'integer' };
/** Beyond 2^53 also as text: every digit is kept. */
const large: Schema = { type: ['integer', 'string'] };
export const time: Schema = { type: ['string', 'number'], description: 'RFC 3339, or epoch s, ms, us, ns' };
const anything: Schema = {};
const shape = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
const listOf = (properties: Record<string, Schema>): Schema => ({ type: 'array', items: shape(properties) });
const oneOf = (...words: readonly string[]): Schema => ({
  type: 'string',
  description: `most often ${words.join(', ')}`,
});

const state = shape({
  captured_at: time,
  organizations: listOf({ id: text, name: text }),
  projects: listOf({ id: text, org_id: text }),
  environments: listOf({
    id: text,
    project_id: text,
    posture: oneOf('dev', 'staging', 'prod'),
    requires_approval: yes,
    replay_policy: oneOf('disabled', 'dry_run_only', 'allowed'),
    side_effects: oneOf('deny_all', 'allow_all', 'require_approval'),
    max_inflight_deployments: integer,
  }),
  memberships: listOf({
    principal_id: text,
    org_id: text,
    role: text,
    project_id: text,
    project_role: text,
    since: time,
    until: time,
  }),
  roles: listOf({ name: text, permissions: texts }),
  credentials: listOf({
    id: text,
    kind: oneOf('operator', 'api_key', 'enrollment', 'agent_runtime'),
    principal_id: text,
    agent_id: text,
    environment_id: text,
    scopes: texts,
    issued_at: time,
    expires_at: time,
    revoked_at: time,
    max_uses: integer,
    uses: integer,
  }),
  routes: listOf({ method: text, route: text, group: text, credential_kinds: texts, scope: text, permission: text }),
  rate_limits: listOf({
    group: text,
    algorithm: text,
    limit: integer,
    window_ms: integer,
    burst: integer,
    key: oneOf('credential', 'caller', 'ip', 'environment'),
    position: oneOf('before_auth', 'after_auth'),
    counts_rejected: yes,
  }),
  retry_policies: listOf({
    job_type: text,
    max_attempts: integer,
    attempt_counting: oneOf('at_start', 'at_failure'),
    backoff: shape({ formula: text, base_ms: integer, factor: { type: 'number' }, cap_ms: integer, jitter: anything }),
    non_retryable: texts,
  }),
  heartbeat: shape({ interval_ms: integer, ttl_ms: integer, grace_ms: integer, sweep_ms: integer }),
  agents: listOf({
    id: text,
    environment_id: text,
    name: text,
    enrolled_at: time,
    credential_id: text,
    status: text,
    last_heartbeat_at: time,
    revoked_at: time,
  }),
  pipeline_versions: listOf({ id: text, environment_id: text, spec_hash: text, created_at: time }),
  config_bundles: listOf({
    id: text,
    environment_id: text,
    pipeline_version_id: text,
    bundle_hash: text,
    created_at: time,
    deleted_at: time,
  }),
  bundle_store: listOf({ bundle_hash: text, bytes: integer, stored_at: time, deleted_at: time }),
  deployments: listOf({
    id: text,
    environment_id: text,
    pipeline_version_id: text,
    config_bundle_id: text,
    bundle_hash: text,
    status: text,
    approval_id: text,
    capabilities: texts,
    signed_by_kid: text,
    target_agents: texts,
    created_at: time,
    updated_at: time,
  }),
  approvals: listOf({
    id: text,
    deployment_id: text,
    environment_id: text,
    spec_hash: text,
    capabilities: texts,
    status: text,
    issued_at: time,
    expires_at: time,
    issued_by: text,
    kid: text,
  }),
  signing_keys: listOf({ kid: text, alg: text, public_key: text, published_at: time, retired_at: time }),
  oidc: shape({ issuer: text, audience: text, jwks_kids: texts, clock_tolerance_s: integer, state_ttl_s: integer }),
  components: listOf({ name: text, version: text, started_at: time }),
  backups: listOf({ ts: time, outcome: text, restored_at: time }),
});

const ring = shape({
  captured_at: time,
  model: { const: 'SingleRing' },
  cursor: large,
  capacity: integer,
  gating: { type: 'array', items: large },
  stages: listOf({ name: text, gate: large }),
});
const lanes = shape({
  captured_at: time,
  model: { const: 'LaneGraph' },
  lanes: listOf({
    name: text,
    kind: text,
    producers: integer,
    consumers: integer,
    depth: integer,
    capacity: integer,
    on_full: text,
    sent: large,
    recv: large,
    drops: large,
    drops_full: large,
  }),
  roles: listOf({ name: text, kind: text, processed: large }),
  adapters: listOf({ name: text, direction: text, state: text, failures: integer, last_error: text }),
});

/** Kinds that are no table of their own, and those that are no JSON. */
export const documentShapes: { readonly [K in EvidenceKind]?: Schema } = {
  manifest: shape({
    format: { const: 'inquest-archive' },
    version: { const: 1 },
    incident_id: text,
    title: text,
    captured_at: time,
    captured_by: text,
    source: shape({ org_id: text, project_id: text, environment_id: text }),
    files: listOf({
      path: text,
      bytes: integer,
      sha256: text,
      kind: text,
      host: text,
      captured_at: time,
      complete: yes,
      covers: shape({ from: time, to: time }),
    }),
    restarts: listOf({ ts: time, component: text }),
    notes: anything,
  }),
  state,
  metrics: { type: 'string', description: 'a line of Prometheus text or OpenMetrics: one sample' },
  snapshots: { anyOf: [ring, lanes] },
  doctor: shape({
    captured_at: time,
    ready: yes,
    checks: listOf({
      name: text,
      status: oneOf('ok', 'warn', 'fail'),
      detail: anything,
      observed: anything,
      required: anything,
    }),
  }),
  tuning: shape({
    captured_at: time,
    profile: oneOf('default', 'low-latency', 'isolated-core'),
    items: listOf({
      name: text,
      requested: anything,
      applied: anything,
      state: oneOf('requested', 'applied', 'degraded', 'failed'),
      reason: text,
    }),
    host: shape({}),
  }),
  'incident-bundle': {
    description: 'one file of the v1 directory: spec.kv and runtime_config.txt are text, the others JSON',
    anyOf: [
      shape({ ok: yes, description: text, error: text }),
      shape({ crate: shape({ name: text, version: text }) }),
      shape({
        ok: yes,
        policy_version: integer,
        mode: text,
        enforced: yes,
        stage_failure_policy: text,
        decisions: listOf({ stage: text, action: text, decision: text, reason: text }),
      }),
      shape({ pid: integer, cwd: { type: ['string', 'null'] }, args: texts, env: { type: 'array', items: texts } }),
      ring,
      lanes,
      text,
    ],
  },
  'replay-audit': shape({
    audit_v: integer,
    created_unix_ms: integer,
    bundle_dir: text,
    spec_sha256: text,
    input: shape({}),
    policy: shape({}),
    actions: { type: 'array' },
  }),
  'approval-credential': {
    type: 'string',
    description: 'a payload and a signature, each base64url, with a dot between them',
  },
  'signing-keys': {
    anyOf: [
      shape({ keys: listOf({ kid: text, alg: text, public_key: text }) }),
      listOf({ kid: text, alg: text, public_key: text }),
      shape({ kid: text, alg: text, public_key: text }),
    ],
  },
  regions: {
    type: 'string',
    contentEncoding: 'binary',
    description: 'a raw shared-memory region: a header, then its data',
  },
  journal: shape({ seq: large, ts: time, lane: text, data: { description: 'bytes (MessagePack bin), or text' } }),
  logs: {
    description: 'a line of text with a time, or a JSON object',
    anyOf: [
      shape({
        ts: time,
        time,
        '@timestamp': time,
        level: text,
        component: text,
        msg: text,
        message: text,
        request_id: text,
      }),
      text,
    ],
  },
  unrecognised: { description: 'any bytes: kept as they are, and searched when they are text' },
};
