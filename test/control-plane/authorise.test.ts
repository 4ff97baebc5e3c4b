// Protects the order and the boundaries of a request's checks: the first that fails names the cause of the refusal.
import { describe, expect, it } from 'vitest';
import type { ConfigurationChange, RequestFacts } from '../../src/base/facts.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { formatMillis } from '../../src/base/time.ts';
import {
  authorise,
  buildConfiguration,
  type Configuration,
  type Decision,
  hit,
  judge,
  type LimitState,
} from '../../src/control-plane/index.ts';

const at = Date.UTC(2026, 2, 17, 12);
const time = (offset: number): string => formatMillis(at + offset);

const routes: readonly JsonObject[] = [
  { method: 'GET', route: '/auth/login', group: 'auth', credential_kinds: [] },
  {
    method: 'POST',
    route: '/api/v1/environments/{environment_id}/agents',
    group: 'agent',
    credential_kinds: ['enrollment'],
    scope: 'agent:enroll',
  },
  {
    method: 'POST',
    route: '/api/v1/agents/{agent_id}/heartbeat',
    group: 'agent',
    credential_kinds: ['agent_runtime'],
    scope: 'agent:heartbeat',
  },
  {
    method: 'POST',
    route: '/api/v1/agents/{agent_id}/artifacts',
    group: 'artifact',
    credential_kinds: ['agent_runtime'],
    scope: 'agent:artifact_upload',
  },
  {
    method: 'GET',
    route: '/api/v1/environments/{environment_id}/deployments',
    group: 'operator',
    credential_kinds: ['operator', 'api_key'],
    scope: 'environments:read',
    permission: 'environments.read',
  },
  { method: 'GET', route: '/api/v1/me', group: 'operator', credential_kinds: ['operator'] },
];
const agentKey: JsonObject = {
  id: 'cr_agent',
  kind: 'agent_runtime',
  agent_id: 'ag_1',
  environment_id: 'env_1',
  scopes: ['agent:heartbeat', 'agent:artifact_upload'],
  issued_at: time(-1_000),
};
const operatorKey: JsonObject = { id: 'cr_op', kind: 'operator', principal_id: 'u_1', scopes: ['environments:read'] };
const apiKey: JsonObject = { id: 'cr_api', kind: 'api_key', scopes: ['environments:read'] };
const token: JsonObject = {
  id: 'cr_tok',
  kind: 'enrollment',
  environment_id: 'env_1',
  scopes: ['agent:enroll'],
  uses: 0,
};

interface World {
  readonly credentials?: readonly JsonObject[];
  readonly agents?: readonly JsonObject[];
  readonly memberships?: readonly JsonObject[];
  readonly roles?: readonly JsonObject[];
  readonly rate_limits?: readonly JsonObject[];
  readonly routes?: readonly JsonObject[];
}
const world: Required<World> = {
  routes,
  credentials: [agentKey, operatorKey, apiKey, token],
  agents: [{ id: 'ag_1', environment_id: 'env_1', credential_id: 'cr_agent' }],
  memberships: [{ principal_id: 'u_1', org_id: 'org_1', role: 'reader', project_id: 'prj_1', project_role: 'lead' }],
  roles: [
    { name: 'reader', permissions: ['environments.read'] },
    { name: 'lead', permissions: ['deployments.create'] },
    { name: 'guest', permissions: [] },
  ],
  rate_limits: [],
};
const keyOf = (section: string, body: JsonObject): string =>
  section === 'routes'
    ? `${String(body.method)} ${String(body.route)}`
    : section === 'memberships'
      ? `${String(body.principal_id)}/${String(body.org_id)}`
      : String(body.id ?? body.name ?? body.group);

function configurationOf(
  changed: World = {},
  without: readonly string[] = [],
  changes: readonly ConfigurationChange[] = [],
): Configuration {
  const extra = {
    environments: [
      { id: 'env_1', project_id: 'prj_1' },
      { id: 'env_2', project_id: 'prj_2' },
    ],
    projects: [
      { id: 'prj_1', org_id: 'org_1' },
      { id: 'prj_2', org_id: 'org_1' },
    ],
  };
  const sections = Object.entries({ ...world, ...extra, ...changed }).filter(([name]) => !without.includes(name));
  return buildConfiguration({
    capturedAt: at + 60_000,
    captured: sections.map(([name]) => name),
    records: sections.flatMap(([section, bodies]) =>
      bodies.map((body: JsonObject) => ({ section, key: keyOf(section, body), body, ref: `state.json@${section}` })),
    ),
    changes,
  });
}

const request = (facts: Partial<RequestFacts>): RequestFacts => ({
  at,
  ref: 'requests.ndjson@0+1',
  method: 'POST',
  path: '/v1/agents/ag_1/heartbeat',
  route: null,
  bytesIn: null,
  callerKind: 'agent',
  callerId: 'ag_1',
  credentialId: 'cr_agent',
  ip: '10.0.0.1',
  orgId: 'org_1',
  projectId: null,
  environmentId: null,
  agentId: null,
  ...facts,
});
const heartbeat = request({});
const read = request({
  method: 'GET',
  path: '/v1/environments/env_1/deployments',
  callerKind: 'operator',
  callerId: 'u_1',
  credentialId: 'cr_op',
});
const enroll = request({
  path: '/v1/environments/env_1/agents',
  callerKind: 'enrollment',
  callerId: null,
  credentialId: 'cr_tok',
});

const agent = (patch: JsonObject): World => ({ credentials: [{ ...agentKey, ...patch }] });
const operator = (patch: JsonObject): World => ({ credentials: [{ ...operatorKey, ...patch }] });
const member = (patch: JsonObject): World => ({
  memberships: [{ principal_id: 'u_1', org_id: 'org_1', role: 'reader', ...patch }],
});

const said = (decision: Decision): string =>
  decision.kind === 'refused'
    ? decision.failing.map((one) => one.detail).join(' ')
    : decision.kind === 'unknown'
      ? `unknown ${decision.check} ${decision.missing} ${decision.reason}`
      : decision.kind;

describe('the checks', () => {
  const MiB = 1_048_576;
  it.each<[string, World, RequestFacts, string]>([
    ['all well', {}, heartbeat, 'handler'],
    ['no such route', {}, request({ path: '/v1/nothing' }), 'not_predicted'],
    [
      'no credential needed',
      {},
      request({ method: 'GET', path: '/auth/login', credentialId: null, callerKind: null }),
      'handler',
    ],
    ['a body of 4 MiB', {}, request({ bytesIn: 4 * MiB }), 'handler'],
    ['a body over 4 MiB', {}, request({ bytesIn: 4 * MiB + 1 }), 'payload_too_large'],
    ['an upload of 64 MiB', {}, request({ path: '/v1/agents/ag_1/artifacts', bytesIn: 64 * MiB }), 'handler'],
    [
      'an upload over 64 MiB',
      {},
      request({ path: '/v1/agents/ag_1/artifacts', bytesIn: 64 * MiB + 1 }),
      'payload_too_large',
    ],
    [
      'none presented',
      {},
      request({ callerKind: 'anonymous', callerId: null, credentialId: null }),
      'credential_absent',
    ],
    ['an id that nobody knows', {}, request({ credentialId: 'cr_x' }), 'credential_unknown'],
    ['issued now', agent({ issued_at: time(0) }), heartbeat, 'handler'],
    ['issued later', agent({ issued_at: time(1) }), heartbeat, 'credential_not_issued'],
    ['revoked now', agent({ revoked_at: time(0) }), heartbeat, 'credential_revoked'],
    ['revoked later', agent({ revoked_at: time(1) }), heartbeat, 'handler'],
    ['expires now', agent({ expires_at: time(0) }), heartbeat, 'credential_expired'],
    ['expires later', agent({ expires_at: time(1) }), heartbeat, 'handler'],
    ['a token with a use left', {}, enroll, 'handler'],
    ['a token that was used', { credentials: [{ ...token, uses: 1 }] }, enroll, 'token_exhausted'],
    ['a token with more uses', { credentials: [{ ...token, uses: 1, max_uses: 2 }] }, enroll, 'handler'],
    ['its agent revoked now', { agents: [{ id: 'ag_1', revoked_at: time(0) }] }, heartbeat, 'agent_revoked'],
    ['its agent revoked later', { agents: [{ id: 'ag_1', revoked_at: time(1) }] }, heartbeat, 'handler'],
    ['its agent unrecorded', { agents: [] }, heartbeat, 'handler'],
    ['a kind that the route does not take', {}, request({ credentialId: 'cr_api' }), 'kind_not_allowed scope_missing'],
    ['another agent', {}, request({ path: '/v1/agents/ag_2/heartbeat' }), 'wrong_agent'],
    ['another environment', {}, request({ ...enroll, path: '/v1/environments/env_2/agents' }), 'wrong_environment'],
    ['a key without binding', {}, request({ ...read, credentialId: 'cr_api', callerKind: 'api_key' }), 'handler'],
    [
      'a key of another environment',
      { credentials: [{ ...apiKey, environment_id: 'env_2' }] },
      request({ ...read, credentialId: 'cr_api' }),
      'wrong_environment',
    ],
    ['no scope', agent({ scopes: [] }), heartbeat, 'scope_missing'],
    ['scopes left out', { credentials: [{ id: 'cr_agent', kind: 'agent_runtime' }] }, heartbeat, 'scope_missing'],
    ['a member', {}, read, 'handler'],
    ['no member', { memberships: [] }, read, 'membership_missing'],
    ['a member of another organisation', {}, request({ ...read, orgId: 'org_2' }), 'membership_missing'],
    ['a member from now', member({ since: time(0) }), read, 'handler'],
    ['a member from later', member({ since: time(1) }), read, 'membership_missing'],
    ['a member until now', member({ until: time(0) }), read, 'membership_missing'],
    ['a member until later', member({ until: time(1) }), read, 'handler'],
    ['a role without it', member({ role: 'guest' }), read, 'role_insufficient'],
    ['a role that is not there', member({ role: 'ghost' }), read, 'role_insufficient'],
    [
      'a project role in its project',
      member({ role: 'guest', project_id: 'prj_1', project_role: 'reader' }),
      read,
      'handler',
    ],
    [
      'a project role elsewhere',
      member({ role: 'guest', project_id: 'prj_2', project_role: 'reader' }),
      read,
      'role_insufficient',
    ],
    [
      'a second membership',
      {
        memberships: [
          { principal_id: 'u_1', org_id: 'org_1', role: 'guest' },
          { principal_id: 'u_1', org_id: 'org_1', role: 'reader' },
        ],
      },
      read,
      'handler',
    ],
    ['no permission asked', { memberships: [] }, request({ ...read, path: '/v1/me' }), 'handler'],
    ['the organisation by way of the environment', {}, request({ ...read, orgId: null }), 'handler'],
    [
      'all at once',
      agent({ revoked_at: time(-2), expires_at: time(-1), scopes: [] }),
      request({ path: '/v1/agents/ag_2/heartbeat', bytesIn: 5 * MiB }),
      'payload_too_large credential_revoked credential_expired wrong_agent scope_missing',
    ],
    [
      'what a revocation hides',
      { ...operator({ revoked_at: time(0), scopes: [] }), memberships: [] },
      read,
      'credential_revoked scope_missing membership_missing',
    ],
  ])('%s', (_, changed, facts, expected) => {
    expect(said(authorise(configurationOf(changed), facts))).toBe(expected);
  });

  it.each<[string, World, readonly string[], RequestFacts, string]>([
    [
      'without a state',
      {},
      Object.keys({ ...world, environments: 1, projects: 1 }),
      heartbeat,
      'unknown route state not_captured',
    ],
    ['without routes', {}, ['routes'], heartbeat, 'unknown route state.routes not_captured'],
    ['without credentials', {}, ['credentials'], heartbeat, 'unknown credential state.credentials not_captured'],
    ['without agents', {}, ['agents'], heartbeat, 'unknown credential state.agents not_captured'],
    ['without memberships', {}, ['memberships'], read, 'unknown permission state.memberships not_captured'],
    ['without roles', {}, ['roles'], read, 'unknown permission state.roles not_captured'],
    [
      'no id of an unnamed caller',
      {},
      [],
      request({ callerKind: null, credentialId: null }),
      'unknown credential requests.credential_id not_captured',
    ],
    ['the id of an agent from the state', {}, [], request({ credentialId: null }), 'handler'],
    ['a masked id', {}, [], request({ credentialId: '***' }), 'unknown credential requests.credential_id redacted'],
    ['a masked expiry', agent({ expires_at: '***' }), [], heartbeat, 'unknown credential state.credentials redacted'],
    [
      'an unreadable expiry',
      agent({ expires_at: 'soon' }),
      [],
      heartbeat,
      'unknown credential state.credentials not_captured',
    ],
    ['masked scopes', agent({ scopes: '***' }), [], heartbeat, 'unknown scope state.credentials redacted'],
    [
      'a masked scope beside the one that counts',
      agent({ scopes: ['***', 'agent:heartbeat'] }),
      [],
      heartbeat,
      'handler',
    ],
    [
      'a masked scope instead of it',
      agent({ scopes: ['***'] }),
      [],
      heartbeat,
      'unknown scope state.credentials redacted',
    ],
    [
      'a masked agent in the path',
      {},
      [],
      request({ path: '/v1/agents/***/heartbeat' }),
      'unknown binding requests.path redacted',
    ],
    ['a masked role', member({ role: '***' }), [], read, 'unknown permission state.memberships redacted'],
    [
      'a refusal before the unknown',
      agent({ revoked_at: time(0), scopes: '***' }),
      [],
      heartbeat,
      'credential_revoked',
    ],
  ])('%s', (_, changed, without, facts, expected) => {
    expect(said(authorise(configurationOf(changed, without), facts))).toBe(expected);
  });

  it.each<[World, RequestFacts, object]>([
    [agent({ revoked_at: time(0) }), heartbeat, { status: 401, code: 'unauthorized', entity: 'credential:cr_agent' }],
    [
      { agents: [{ id: 'ag_1', revoked_at: time(0) }] },
      heartbeat,
      { status: 401, code: 'unauthorized', entity: 'agent:ag_1' },
    ],
    [agent({ scopes: [] }), heartbeat, { status: 403, code: 'forbidden_scope', lacking: 'agent:heartbeat' }],
    [{}, request({ credentialId: 'cr_op' }), { status: 403, code: 'forbidden_scope', lacking: 'operator' }],
    [
      {},
      request({ path: '/v1/agents/ag_2/heartbeat' }),
      { status: 403, code: 'forbidden_environment', lacking: 'ag_2' },
    ],
    [
      { memberships: [] },
      read,
      { status: 403, code: 'forbidden_role', entity: 'membership:u_1/org_1', lacking: 'environments.read' },
    ],
    [{}, request({ bytesIn: 1e9 }), { status: 413, code: 'payload_too_large', entity: null }],
  ])('status, code and entity %#', (changed, facts, expected) => {
    const decision = authorise(configurationOf(changed), facts);
    expect(decision.kind === 'refused' ? decision.first : decision).toMatchObject(expected);
  });

  it('follow a change, at the millisecond', () => {
    const scopes = {
      action: 'credential.scopes_changed',
      resource: { kind: 'credential', id: 'cr_agent' },
      path: undefined,
    };
    const change = {
      ...scopes,
      at,
      ref: 'audit.ndjson@5+5',
      order: 1,
      before: { scopes: ['agent:heartbeat'] },
      after: { scopes: [] },
    };
    const configuration = configurationOf(agent({ scopes: [] }), [], [change]);
    const before = authorise(configuration, request({ at: at - 1 }));
    expect(said(before)).toBe('handler');
    expect(before.kind === 'handler' && before.reads).toContain('audit.ndjson@5+5');
    expect(said(authorise(configuration, heartbeat))).toBe('scope_missing');
    const repaired = configuration.with([
      {
        section: 'credentials',
        key: 'cr_agent',
        from: at,
        to: null,
        change: { op: 'add', field: 'scopes', values: ['agent:heartbeat'] },
      },
    ]);
    expect(said(authorise(repaired, heartbeat))).toBe('handler');
  });

  it('tell a credential that is not issued yet, or gone, from one that nobody knows', () => {
    const issued = {
      action: 'credential.issued',
      resource: { kind: 'credential', id: 'cr_agent' },
      at: at + 1,
      ref: 'a@0+1',
      order: 0,
      before: undefined,
      after: agentKey,
      path: undefined,
    };
    expect(said(authorise(configurationOf({}, [], [issued]), heartbeat))).toBe('credential_not_issued');
    const gone = { ...issued, action: 'credential.revoked', at, before: agentKey, after: null };
    expect(said(authorise(configurationOf({ credentials: [] }, [], [gone]), heartbeat))).toBe('credential_revoked');
  });
});

describe('the limiters', () => {
  const limit: JsonObject = {
    group: 'agent',
    algorithm: 'fixed_window',
    limit: 2,
    window_ms: 1_000,
    key: 'credential',
    position: 'after_auth',
  };
  const stepOf = (
    rules: readonly JsonObject[],
    facts: RequestFacts,
    position: 'before' | 'after',
    changes: readonly ConfigurationChange[] = [],
  ) => {
    const judged = judge(configurationOf({ rate_limits: rules }, [], changes), facts);
    return judged.kind === 'judged' ? judged[position] : null;
  };

  it.each<[string, JsonObject, RequestFacts, string]>([
    ['credential', limit, heartbeat, 'credential=cr_agent'],
    ['an unknown credential', limit, request({ credentialId: 'cr_x' }), 'credential=cr_x'],
    ['none', limit, request({ credentialId: null, callerKind: null }), 'credential='],
    ['caller', { ...limit, key: 'caller' }, heartbeat, 'caller=agent:ag_1'],
    ['address', { ...limit, key: 'ip' }, heartbeat, 'ip=10.0.0.1'],
    ['environment of the path', { ...limit, key: 'environment' }, enroll, 'environment=env_1'],
    [
      'environment of the record',
      { ...limit, key: 'environment' },
      request({ environmentId: 'env_2' }),
      'environment=env_2',
    ],
  ])('count by %s', (_, rule, facts, counter) => {
    expect(stepOf([rule], facts, 'after')).toMatchObject({ kind: 'rule', counter: `agent/after_auth/${counter}` });
  });

  it('stand where the rule says, one on each side', () => {
    const both = [limit, { ...limit, position: 'before_auth', key: 'ip' }];
    expect(stepOf([limit], heartbeat, 'before')).toBeNull();
    expect(stepOf(both, heartbeat, 'before')).toMatchObject({ counter: 'agent#2/before_auth/ip=10.0.0.1' });
    expect(stepOf(both, heartbeat, 'after')).toMatchObject({ counter: 'agent/after_auth/credential=cr_agent' });
    expect(stepOf([], heartbeat, 'after')).toBeNull();
  });

  it.each<[string, JsonObject, RequestFacts, object]>([
    ['a masked limit', { ...limit, limit: '***' }, heartbeat, { missing: 'state.rate_limits', reason: 'redacted' }],
    [
      'another algorithm',
      { ...limit, algorithm: 'magic' },
      heartbeat,
      { missing: 'state.rate_limits', reason: 'not_captured' },
    ],
    [
      'a window of nothing',
      { ...limit, window_ms: 0 },
      heartbeat,
      { missing: 'state.rate_limits', reason: 'not_captured' },
    ],
    [
      'a masked address',
      { ...limit, key: 'ip' },
      request({ ip: '[REDACTED]' }),
      { missing: 'requests.ip', reason: 'redacted' },
    ],
  ])('do not guess from %s', (_, rule, facts, expected) => {
    expect(stepOf([rule], facts, 'after')).toMatchObject({ kind: 'unknown', check: 'limiter_after_auth', ...expected });
  });

  it('keep their count over a change of the limit, and lose it over one of the key', () => {
    const changed = (field: string, before: number | string, after: number | string): ConfigurationChange => ({
      at: at + 10,
      ref: 'a@0+1',
      order: 0,
      action: 'config.changed',
      resource: { kind: 'config', id: `rate_limits.agent.${field}` },
      before,
      after,
      path: `rate_limits.agent.${field}`,
    });
    const admitted = (rule: JsonObject, change: ConfigurationChange): string => {
      let state: LimitState | null = null;
      return [0, 1, 2, 10]
        .map((offset) => {
          const step = stepOf([rule], request({ at: at + offset }), 'after', [change]);
          if (step?.kind !== 'rule') return '?';
          const result = hit(step.rule, state, at + offset);
          state = result.state;
          return result.admitted ? '+' : '-';
        })
        .join('');
    };
    expect(admitted({ ...limit, limit: 3 }, changed('limit', 2, 3))).toBe('++-+');
    expect(admitted({ ...limit, limit: 1 }, changed('limit', 2, 1))).toBe('++--');
    expect(admitted({ ...limit, key: 'ip' }, changed('key', 'credential', 'ip'))).toBe('++-+');
    expect(admitted(limit, changed('window_ms', 1_000, 1_000))).toBe('++--');
  });
});
