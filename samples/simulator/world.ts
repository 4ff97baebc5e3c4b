/** The world before the evidence begins: one organization, three environments, eleven agents and the people around them. */
import type { Caller } from './cloud.ts';
import { ipOf, runtimeScopes } from './fleet.ts';
import { identifier, sha256 } from './random.ts';
import type { Agent, Credential, Environment, Posture, State } from './records.ts';
import { routes } from './routes.ts';
import { versionSpec } from './specs.ts';

const day = 24 * 60 * 60 * 1000;

export interface Cast {
  readonly environments: { readonly [posture in Posture]: string };
  /** Agents by environment, in the order of their names. */
  readonly agents: { readonly [posture in Posture]: readonly string[] };
  readonly owner: Caller;
  readonly platform: Caller;
  readonly secondPlatform: Caller;
  readonly developers: readonly Caller[];
  readonly ciRelease: Caller;
  readonly ciStatus: Caller;
  readonly enrollment: Caller;
  /** The next agent to enroll, in dev. */
  readonly newcomer: string;
}

const permissionsOf: { readonly [role: string]: readonly string[] } = {
  owner: [
    'environments.read',
    'deployments.create',
    'configs.create',
    'approvals.decide',
    'credentials.manage',
    'limits.manage',
    'replays.create',
  ],
  platform: [
    'environments.read',
    'deployments.create',
    'configs.create',
    'approvals.decide',
    'credentials.manage',
    'limits.manage',
    'replays.create',
  ],
  developer: ['environments.read', 'deployments.create', 'configs.create', 'replays.create'],
};
const operatorScopes = [
  'environments:read',
  'deployments:write',
  'approvals:write',
  'credentials:write',
  'limits:write',
  'replays:write',
];

const byId = <T extends { readonly id: string }>(records: readonly T[]): Map<string, T> =>
  new Map(records.map((record) => [record.id, record]));

const firstRevision = 7;

export function createWorld(seed: string, start: number): { readonly state: State; readonly cast: Cast } {
  const id = (prefix: string, name: string): string => identifier(seed, prefix, name);
  const since = start - 90 * day;
  const organizationId = id('org', 'only');
  const projectId = id('prj', 'only');
  const fingerprint = (name: string): string => `fp:${sha256(`${seed}/key/${name}`).slice(0, 16)}`;
  const never = [
    'approval_missing',
    'bundle_hash_invalid',
    ...[
      'unknown_key',
      'bad_signature',
      'spec_hash_mismatch',
      'wrong_environment',
      'expired',
      'insufficient_capabilities',
    ].map((why) => `approval_rejected:${why}`),
  ];

  const postures: readonly Posture[] = ['dev', 'staging', 'prod'];
  const environmentOf = (posture: Posture): Environment => ({
    id: id('env', posture),
    project_id: projectId,
    posture,
    requires_approval: posture === 'prod',
    replay_policy: posture === 'dev' ? 'allowed' : 'dry_run_only',
    side_effects: posture === 'dev' ? 'allow_all' : 'require_approval',
    max_inflight_deployments: 2,
  });
  const environments = postures.map(environmentOf);
  const sizes: { readonly [posture in Posture]: number } = { dev: 3, staging: 4, prod: 4 };
  const namesIn = (posture: Posture): readonly string[] =>
    Array.from({ length: sizes[posture] }, (_, index) => `edge-${posture}-${index + 1}`);

  const agentOf = (posture: Posture, name: string): Agent => ({
    id: id('ag', name),
    environment_id: id('env', posture),
    name,
    enrolled_at: since,
    credential_id: id('cr', `runtime of ${name}`),
    status: 'online',
  });
  const agents = postures.flatMap((posture) => namesIn(posture).map((name) => agentOf(posture, name)));
  const runtimeKeys = agents.map(
    (agent): Credential => ({
      id: agent.credential_id,
      kind: 'agent_runtime',
      agent_id: agent.id,
      environment_id: agent.environment_id,
      key_fingerprint: fingerprint(agent.name),
      scopes: runtimeScopes,
      issued_at: since,
    }),
  );

  const operators = ['owner', 'platform', 'second platform', 'developer 1', 'developer 2', 'developer 3'];
  const roleOf = (name: string): string => name.replace('second ', '').replace(/ \d$/, '');
  const operatorKeys = operators.map(
    (name): Credential => ({
      id: id('cr', name),
      kind: 'operator',
      principal_id: id('u', name),
      key_fingerprint: fingerprint(name),
      scopes: operatorScopes,
      issued_at: start - 3 * day,
      expires_at: start + 27 * day,
    }),
  );
  const apiKey = (name: string, scopes: readonly string[]): Credential => ({
    id: id('cr', name),
    kind: 'api_key',
    principal_id: id('ci', name),
    key_fingerprint: fingerprint(name),
    scopes,
    issued_at: start - 40 * day,
  });
  const keys = [
    apiKey('ci release', ['versions:write', 'environments:read', 'deployments:write']),
    apiKey('ci status', ['environments:read', 'versions:write']),
    {
      id: id('cr', 'enrollment'),
      kind: 'enrollment',
      environment_id: id('env', 'dev'),
      key_fingerprint: fingerprint('enrollment'),
      scopes: ['agent:enroll'],
      issued_at: start - day,
      expires_at: start + day,
      max_uses: 1,
      uses: 0,
    } as const,
  ];
  const versions = environments.map((each) => ({
    id: id('pv', `first of ${each.posture}`),
    environment_id: each.id,
    spec_hash: `sha256:${sha256(versionSpec(each.id, firstRevision))}`,
    revision: firstRevision,
    created_at: start - 2 * day,
  }));
  const kid = identifier(seed, 'sk', 'first', 6);

  const state: State = {
    organization: { id: organizationId, name: 'sample' },
    projects: byId([{ id: projectId, org_id: organizationId }]),
    environments: byId(environments),
    memberships: new Map(
      operators.map((name) => {
        const membership = { principal_id: id('u', name), org_id: organizationId, role: roleOf(name), since };
        return [`${membership.principal_id}/${organizationId}`, membership];
      }),
    ),
    roles: new Map(Object.entries(permissionsOf).map(([name, permissions]) => [name, { name, permissions }])),
    credentials: byId([...runtimeKeys, ...operatorKeys, ...keys]),
    routes,
    rate_limits: new Map([
      [
        'auth',
        { group: 'auth', algorithm: 'fixed_window', limit: 20, window_ms: 60_000, key: 'ip', position: 'before_auth' },
      ],
      [
        'agent',
        {
          group: 'agent',
          algorithm: 'sliding_window_log',
          limit: 30,
          window_ms: 60_000,
          key: 'credential',
          position: 'after_auth',
        },
      ],
      [
        'artifact',
        {
          group: 'artifact',
          algorithm: 'fixed_window',
          limit: 12,
          window_ms: 60_000,
          key: 'credential',
          position: 'after_auth',
        },
      ],
      [
        'operator',
        {
          group: 'operator',
          algorithm: 'token_bucket',
          limit: 60,
          window_ms: 60_000,
          burst: 20,
          key: 'credential',
          position: 'after_auth',
        },
      ],
    ]),
    retry_policies: new Map([
      [
        'deploy_bundle_build',
        {
          job_type: 'deploy_bundle_build',
          max_attempts: 4,
          attempt_counting: 'at_start',
          backoff: { formula: 'fixed', base_ms: 15_000, jitter: 'none' },
          non_retryable: never,
        },
      ],
      [
        'incident_ingest',
        {
          job_type: 'incident_ingest',
          max_attempts: 5,
          attempt_counting: 'at_start',
          backoff: { formula: 'linear', base_ms: 40_000, jitter: 'none' },
          non_retryable: ['payload_invalid'],
        },
      ],
      [
        '*',
        {
          job_type: '*',
          max_attempts: 5,
          attempt_counting: 'at_start',
          backoff: { formula: 'linear', base_ms: 10_000, jitter: 'none' },
          non_retryable: ['spec_invalid', 'payload_invalid'],
        },
      ],
    ]),
    heartbeat: { interval_ms: 20_000, ttl_ms: 60_000, grace_ms: 10_000, sweep_ms: 15_000 },
    agents: byId(agents),
    pipeline_versions: byId(versions),
    config_bundles: new Map(),
    bundle_store: new Map(),
    deployments: new Map(),
    approvals: new Map(),
    signing_keys: new Map([
      [kid, { kid, alg: 'Ed25519', public_key: sha256(`${seed}/first`).slice(0, 43), published_at: since }],
    ]),
    oidc: {
      issuer: 'https://id.sample.example',
      audience: 'byteor-cloud',
      jwks_kids: [identifier(seed, 'idp', 'one', 6), identifier(seed, 'idp', 'two', 6)],
      clock_tolerance_s: 5,
      state_ttl_s: 600,
    },
    components: new Map([
      ['api', { name: 'api', version: '1.8.3', started_at: start - 9 * day }],
      ['worker', { name: 'worker', version: '1.8.3', started_at: start - 9 * day }],
    ]),
    backups: [{ ts: start - day / 4, outcome: 'success' }],
  };

  const person = (name: string, kind: 'operator' | 'api_key', prefix: string): Caller => {
    const principal = id(prefix, name);
    return { kind, id: principal, credentialId: id('cr', name), ip: ipOf(principal) };
  };
  const operator = (name: string): Caller => person(name, 'operator', 'u');
  const agentIds = (posture: Posture): readonly string[] => namesIn(posture).map((name) => id('ag', name));
  const cast: Cast = {
    environments: { dev: id('env', 'dev'), staging: id('env', 'staging'), prod: id('env', 'prod') },
    agents: { dev: agentIds('dev'), staging: agentIds('staging'), prod: agentIds('prod') },
    owner: operator('owner'),
    platform: operator('platform'),
    secondPlatform: operator('second platform'),
    developers: ['developer 1', 'developer 2', 'developer 3'].map(operator),
    ciRelease: person('ci release', 'api_key', 'ci'),
    ciStatus: person('ci status', 'api_key', 'ci'),
    enrollment: { kind: 'enrollment', credentialId: id('cr', 'enrollment'), ip: '10.40.9.77' },
    newcomer: id('ag', 'edge-dev-4'),
  };
  return { state, cast };
}
