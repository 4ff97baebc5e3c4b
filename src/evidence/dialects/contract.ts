/**
 * The vocabulary that a dialect maps to: the fields of each kind, the words that its closed fields hold, error codes,
 * actions, metric roles (evidence.md). Targets of a dialect are held against it; suggestions are made from it.
 */
import type { EvidenceKind } from '../../base/vocabulary.ts';

/** Kinds whose records a dialect may map, in the contract's order. */
export const mappedKinds = [
  'requests',
  'audit',
  'jobs',
  'health',
  'artifacts',
  'logs',
  'manifest',
  'state',
] as const satisfies readonly EvidenceKind[];
export type MappedKind = (typeof mappedKinds)[number];

/** What a field holds: its shape tells a suggestion apart, `json` has no fields of its own that the contract knows. */
export type FieldType =
  | 'time'
  | 'int'
  | 'bool'
  | 'id'
  | 'text'
  | 'word'
  | 'texts'
  | 'path'
  | 'method'
  | 'status'
  | 'code'
  | 'action'
  | 'hash'
  | 'ip'
  | 'json';

export interface Field {
  /** From the record's top; `[]` for every item of a list. */
  readonly path: string;
  readonly type: FieldType;
  /** The words that a closed field may hold. */
  readonly words?: readonly string[];
}

/** `name:type name:word=a|b`, under a common prefix. */
const fieldsOf = (prefix: string, spelt: string): readonly Field[] =>
  spelt
    .trim()
    .split(/\s+/)
    .map((one): Field => {
      const [, name = '', type = '', words] = /^([^:]+):([a-z]+)(?:=(.+))?$/.exec(one) ?? [];
      const path = `${prefix}${name}`;
      return words === undefined
        ? { path, type: type as FieldType }
        : { path, type: type as FieldType, words: words.split('|') };
    });

const scope = 'org_id:id project_id:id environment_id:id';
const postures = 'dev|staging|prod';
export const routeGroups = ['auth', 'agent', 'artifact', 'operator'] as const;

/** Sections of state.json that are lists, with the fields of an item. */
const stateLists: Readonly<Record<string, string>> = {
  organizations: 'id:id name:text',
  projects: 'id:id org_id:id',
  environments: `id:id project_id:id posture:word=${postures} requires_approval:bool replay_policy:word=disabled|dry_run_only|allowed side_effects:word=deny_all|allow_all|require_approval max_inflight_deployments:int`,
  memberships: 'principal_id:id org_id:id role:word project_id:id project_role:word since:time until:time',
  roles: 'name:id permissions:texts',
  credentials:
    'id:id kind:word=operator|api_key|enrollment|agent_runtime principal_id:id agent_id:id environment_id:id scopes:texts issued_at:time expires_at:time revoked_at:time max_uses:int uses:int',
  routes: `method:method route:path group:word=${routeGroups.join('|')} credential_kinds:texts scope:word permission:word`,
  rate_limits:
    'group:word algorithm:word=fixed_window|fixed_window_first_hit|sliding_window_log|sliding_window_counter|token_bucket|gcra limit:int window_ms:int burst:int key:word=credential|caller|ip|environment position:word=before_auth|after_auth counts_rejected:bool',
  retry_policies:
    'job_type:word max_attempts:int attempt_counting:word=at_start|at_failure backoff.formula:word=fixed|linear|exponential backoff.base_ms:int backoff.factor:int backoff.cap_ms:int backoff.jitter:word non_retryable:texts',
  agents:
    'id:id environment_id:id name:text enrolled_at:time credential_id:id status:word last_heartbeat_at:time revoked_at:time',
  pipeline_versions: 'id:id environment_id:id spec_hash:hash created_at:time',
  config_bundles: 'id:id environment_id:id pipeline_version_id:id bundle_hash:hash created_at:time deleted_at:time',
  bundle_store: 'bundle_hash:hash bytes:int stored_at:time deleted_at:time',
  deployments:
    'id:id environment_id:id pipeline_version_id:id config_bundle_id:id bundle_hash:hash status:word approval_id:id capabilities:texts signed_by_kid:id target_agents:texts created_at:time updated_at:time',
  approvals:
    'id:id deployment_id:id environment_id:id spec_hash:hash capabilities:texts status:word issued_at:time expires_at:time issued_by:id kid:id',
  signing_keys: 'kid:id alg:word public_key:text published_at:time retired_at:time',
  components: 'name:id version:text started_at:time',
  backups: 'ts:time outcome:word restored_at:time',
};

/** Sections that are one object. */
const stateObjects: Readonly<Record<string, string>> = {
  heartbeat: 'interval_ms:int ttl_ms:int grace_ms:int sweep_ms:int',
  oidc: 'issuer:text audience:text jwks_kids:texts clock_tolerance_s:int state_ttl_s:int',
};

const error = 'code:code message:text';

const fields: Readonly<Record<MappedKind, readonly Field[]>> = {
  requests: [
    ...fieldsOf(
      '',
      `ts:time request_id:id component:word host:word method:method path:path route:path status:status latency_ms:int bytes_in:int caller.kind:word=operator|agent|enrollment|api_key|anonymous caller.id:id credential_id:id ip:ip ${scope} agent_id:id retry_after_s:int sent_at:time retry_of:id`,
    ),
    ...fieldsOf('error.', error),
    ...fieldsOf('rate_limit.', 'group:word limit:int remaining:int reset:text'),
  ],
  audit: [
    ...fieldsOf(
      '',
      `ts:time id:id seq:int actor.kind:word actor.id:id action:action resource.kind:word resource.id:id ${scope} outcome:word=success|failure|denied request_id:id job_id:id before:json after:json details:json prev_hash:hash hash:hash`,
    ),
    ...fieldsOf('reason.', error),
  ],
  jobs: [
    ...fieldsOf(
      '',
      `id:id type:word state:word=queued|running|completed|failed|retrying|dead_letter ${scope} deployment_id:id artifact_id:id request_id:id created_at:time run_at:time updated_at:time attempt:int max_attempts:int payload:json payload_sha256:hash`,
    ),
    ...fieldsOf('error.', `${error} retryable:bool`),
    ...fieldsOf(
      'attempts[].',
      'n:int started_at:time finished_at:time worker:word outcome:word=ok|error|lost next_run_at:time',
    ),
    ...fieldsOf('attempts[].error.', `${error} retryable:bool`),
    ...fieldsOf('attempts[].calls[].', 'op:word ts:time args:json result:json'),
    ...fieldsOf('attempts[].calls[].error.', error),
  ],
  health: fieldsOf(
    '',
    'ts:time component:word host:word endpoint:path status:status latency_ms:int error:text body:json',
  ),
  artifacts: fieldsOf(
    '',
    'id:id kind:word agent_id:id environment_id:id captured_at:time content_hash:hash bytes:int created_at:time',
  ),
  logs: fieldsOf(
    '',
    'ts:time time:time @timestamp:time timestamp:time level:word component:word host:word msg:text message:text request_id:id',
  ),
  manifest: [
    ...fieldsOf(
      '',
      'format:word=inquest-archive version:int incident_id:id title:text captured_at:time captured_by:text source.org_id:id source.project_id:id source.environment_id:id notes:text',
    ),
    ...fieldsOf(
      'files[].',
      'path:text bytes:int sha256:hash kind:word host:word captured_at:time complete:bool covers.from:time covers.to:time',
    ),
    ...fieldsOf('restarts[].', 'ts:time component:word'),
  ],
  state: [
    ...fieldsOf('', 'captured_at:time'),
    ...Object.entries(stateLists).flatMap(([section, spelt]) => fieldsOf(`${section}[].`, spelt)),
    ...Object.entries(stateObjects).flatMap(([section, spelt]) => fieldsOf(`${section}.`, spelt)),
  ],
};

export const stateSections: readonly string[] = [...Object.keys(stateLists), ...Object.keys(stateObjects)];
export const isListSection = (section: string): boolean => Object.hasOwn(stateLists, section);

export const contractFields = (kind: MappedKind): readonly Field[] => fields[kind];

const byPath = new Map(
  mappedKinds.map((kind) => [kind, new Map(fields[kind].map((field) => [field.path, field]))] as const),
);

/**
 * Whether a record of the kind has this field: one of the contract's, an object or list that holds such, or something
 * inside a field that holds any JSON.
 */
export function fieldAt(kind: MappedKind, path: string): Field | 'group' | null {
  const known = byPath.get(kind);
  const exact = known?.get(path);
  if (exact !== undefined) return exact;
  for (const field of fields[kind]) {
    if (field.path.startsWith(`${path}.`) || field.path.startsWith(`${path}[]`)) return 'group';
    if (field.type === 'json' && (path.startsWith(`${field.path}.`) || path.startsWith(`${field.path}[]`)))
      return { path, type: 'json' };
    // A list of texts is mapped whole, or item by item.
    if (field.type === 'texts' && path === `${field.path}[]`) return { path, type: 'word' };
  }
  return null;
}

/** All paths of a kind that may be mapped to, for names that are near. */
export function targetsOf(kind: MappedKind): readonly string[] {
  const all = new Set<string>();
  for (const { path } of fields[kind]) {
    all.add(path);
    for (let at = path.search(/[.[]/); at >= 0; ) {
      all.add(path.slice(0, at));
      if (path.startsWith('[]', at)) all.add(path.slice(0, at + 2));
      const next = path.slice(at + 1).search(/[.[]/);
      at = next < 0 ? -1 : at + 1 + next;
    }
  }
  return [...all];
}

export const metricRoles = [
  'requests',
  'auth_success',
  'auth_failure',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'jobs_by_state',
  'heartbeat_interval',
  'artifact_upload',
  'tuning',
] as const;
export type MetricRole = (typeof metricRoles)[number];

const verbs = (subject: string, spelt: string): readonly string[] =>
  spelt.split('|').map((verb) => `${subject}.${verb}`);

/** Actions that the models read; others may stand in an audit record as well. */
export const knownActions: readonly string[] = [
  ...verbs('auth', 'login|callback|logout'),
  ...verbs('membership', 'granted|changed|revoked'),
  ...verbs('credential', 'issued|rotated|revoked|scopes_changed'),
  ...verbs('agent', 'enrolled|heartbeat_missed|online|offline|revoked'),
  ...verbs('signing_key', 'published|retired'),
  ...verbs('pipeline_version', 'created'),
  ...verbs('config_bundle', 'created|deleted'),
  ...verbs('approval', 'requested|approved|denied|expired|revoked|rejected'),
  ...verbs('deployment', 'created|status_changed|agent_confirmed|agent_failed'),
  ...verbs('job', 'enqueued|started|failed|retried|completed|dead_lettered|requeued'),
  ...verbs('artifact', 'uploaded|deduplicated|rejected'),
  ...verbs('replay', 'requested|rejected|completed'),
  ...verbs('config', 'changed'),
  ...verbs('component', 'started|stopped'),
  ...verbs('backup', 'completed|failed'),
  ...verbs('restore', 'tested'),
];
