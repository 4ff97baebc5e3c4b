/** Draws an incident from its seed: a small control plane, its callers, and the faults of one shape. */
import { type Random, randomStream } from '../../samples/simulator/random.ts';
import type { Caller, Change, Errand, Fault, FaultKind, Fields, Plan, Records } from './world.ts';

export const shapes = [
  'single',
  'joint',
  'overdetermined',
  'masked',
  'cascade',
  'many',
  'healthy',
  'recovered',
  'earlier',
  'repeated',
] as const;
export type Shape = (typeof shapes)[number];

const minute = 60_000;
const day = 86_400_000;

interface RouteRow {
  readonly method: string;
  readonly route: string;
  readonly group: string;
  readonly kinds: readonly string[];
  readonly scope?: string;
  readonly permission?: string;
}

const agentRoutes: readonly RouteRow[] = [
  ['POST', 'heartbeat', 'agent', 'agent:heartbeat'],
  ['GET', 'deployments', 'agent', 'agent:deployment_fetch'],
  ['GET', 'signing-keys', 'agent', 'agent:signing_keys'],
  ['POST', 'artifacts', 'artifact', 'agent:artifact_upload'],
].map(([method, word, group, scope]) => ({
  method: String(method),
  route: `/api/v1/agents/{agent_id}/${word}`,
  group: String(group),
  kinds: ['agent_runtime'],
  scope: String(scope),
}));
const peopleRoutes: readonly RouteRow[] = [
  ['GET', '/api/v1/environments/{environment_id}/deployments', 'deployments:read', 'deployment.read'],
  ['POST', '/api/v1/environments/{environment_id}/deployments', 'deployments:write', 'deployment.create'],
  ['GET', '/api/v1/environments/{environment_id}/agents', 'agents:read', 'agent.read'],
  ['GET', '/v1/audit', 'audit:read', 'audit.read'],
  ['POST', '/api/v1/pipelines/{pipeline_id}/versions', 'pipelines:write', 'pipeline.write'],
].map(([method, route, scope, permission]) => ({
  method: String(method),
  route: String(route),
  group: 'operator',
  kinds: ['operator', 'api_key'],
  scope: String(scope),
  permission: String(permission),
}));
const openRoute: RouteRow = { method: 'POST', route: '/auth/login', group: 'auth', kinds: [] };
const spareScopes = ['reports:read', 'billing:read', 'replay:request'];

const algorithms = [
  'fixed_window',
  'fixed_window_first_hit',
  'sliding_window_log',
  'sliding_window_counter',
  'token_bucket',
  'gcra',
];

export interface Draft {
  readonly random: Random;
  readonly begin: number;
  readonly end: number;
  readonly records: Records;
  readonly callers: Caller[];
  readonly faults: Fault[];
}

const chance = (random: Random, percent: number): boolean => random.int(1, 100) <= percent;
const within = (random: Random, draft: Pick<Draft, 'begin' | 'end'>, from: number, to: number): number =>
  draft.begin + Math.floor(((draft.end - draft.begin) * random.int(from * 10, to * 10)) / 1000);

export function incidentOf(seed: number): Plan & { readonly shape: Shape } {
  const random = randomStream(`lab-${seed}`, 'incident');
  const begin = Date.parse('2026-03-01T09:00:00Z') + random.int(0, 90) * minute + random.int(0, 59_999);
  const end = begin + random.int(35, 60) * minute;
  const start = begin - (chance(random, 40) ? random.int(1, 12) * minute : 0);
  const interval = random.pick([10_000, 20_000, 30_000]);
  const ttl = interval * random.int(2, 4);
  const records: Records = {
    heartbeat: {
      '': {
        interval_ms: interval,
        ttl_ms: ttl,
        ...(chance(random, 50) ? { grace_ms: interval / 2 } : {}),
        sweep_ms: random.pick([5_000, 10_000, interval]),
      },
    },
    environments: {
      e1: { id: 'e1', project_id: 'p1', posture: 'dev', max_inflight_deployments: 3 },
      e2: { id: 'e2', project_id: 'p1', posture: 'prod', max_inflight_deployments: 2 },
    },
    roles: {
      developer: {
        name: 'developer',
        permissions: ['deployment.read', 'deployment.create', 'agent.read', 'audit.read', 'pipeline.write'],
      },
      viewer: { name: 'viewer', permissions: ['deployment.read', 'agent.read'] },
    },
    retry_policies: { '*': { job_type: '*', max_attempts: 5, backoff: { formula: 'fixed', base_ms: 1000 } } },
    memberships: {},
    credentials: {},
    agents: {},
    routes: {},
    rate_limits: {},
  };
  for (const row of [...agentRoutes, ...peopleRoutes, openRoute]) {
    const { kinds, ...rest } = row;
    put(records, 'routes', `${row.method} ${row.route}`, { ...rest, credential_kinds: kinds });
  }
  for (const group of ['agent', 'artifact', 'operator', 'auth']) {
    if (chance(random, 25)) continue;
    const tight = chance(random, 12);
    put(records, 'rate_limits', group, {
      group,
      algorithm: random.pick(algorithms),
      limit: tight ? random.int(3, 8) : random.int(300, 900),
      window_ms: random.pick([10_000, 30_000, 60_000]),
      key: random.pick(['credential', 'caller', 'ip', 'environment']),
      position: random.pick(['before_auth', 'after_auth']),
      ...(chance(random, 30) ? { counts_rejected: true } : {}),
      ...(chance(random, 30) ? { burst: tight ? 5 : 400 } : {}),
    });
  }
  const draft: Draft = { random, begin, end, records, callers: [], faults: [] };
  const agents = random.int(2, 5);
  for (let number = 1; number <= agents; number++) addAgent(draft, start, `ag${number}`, interval);
  const operators = random.int(1, 2);
  for (let number = 1; number <= operators; number++) addPerson(draft, start, `us${number}`, 'operator');
  const keys = random.int(1, 3);
  for (let number = 1; number <= keys; number++) addPerson(draft, start, `svc${number}`, 'api_key');
  if (chance(random, 50)) addLogins(draft, start);

  const shape = random.pick(shapes);
  injectShape(draft, shape);
  const herrings = shape === 'healthy' ? random.int(1, 4) : random.int(0, 4);
  for (let number = 0; number < herrings; number++) addHerring(draft, number);
  return { seed, shape, begin, end, start, records, callers: draft.callers, faults: draft.faults };
}

function put(records: Records, section: string, key: string, record: Fields): void {
  const held = records[section] ?? {};
  held[key] = record;
  records[section] = held;
}

function credential(draft: Draft, id: string, record: Fields): void {
  put(draft.records, 'credentials', id, {
    id,
    issued_at: draft.begin - draft.random.int(2, 40) * day,
    ...(chance(draft.random, 40) ? { expires_at: draft.end + draft.random.int(1, 30) * day } : {}),
    ...record,
  });
}

/** Moments over the whole time, so far apart, with a jitter. */
function every(draft: Draft, start: number, gap: number, jitter: number): number[] {
  const { random } = draft;
  const times: number[] = [];
  for (let at = start + random.int(0, gap); at <= draft.end; at += gap)
    times.push(Math.min(draft.end, at + random.int(0, jitter)));
  return times;
}

function errand(draft: Draft, row: RouteRow, path: string, times: readonly number[], faulty = 3): Errand {
  const answers = new Map<number, number>();
  for (const index of times.keys())
    if (chance(draft.random, faulty)) answers.set(index, draft.random.pick([404, 409, 500, 503]));
  return { method: row.method, route: row.route, path, times, answers };
}

function addAgent(draft: Draft, start: number, id: string, interval: number): void {
  const { random } = draft;
  const environment = random.pick(['e1', 'e2']);
  const keys = chance(random, 15) ? [`cr_${id}`, `cr_${id}_old`] : [`cr_${id}`];
  for (const key of keys)
    credential(draft, key, {
      kind: 'agent_runtime',
      agent_id: id,
      environment_id: environment,
      scopes: [...agentRoutes.map((route) => route.scope), ...(chance(random, 50) ? ['replay:request'] : [])],
    });
  put(draft.records, 'agents', id, {
    id,
    environment_id: environment,
    credential_id: keys[0],
    enrolled_at: draft.begin - day,
  });
  const gaps = [interval, random.int(20, 60) * 1000, random.int(100, 300) * 1000, random.int(60, 240) * 1000];
  const errands = agentRoutes.flatMap((row, index): Errand[] =>
    index > 1 && chance(random, 40)
      ? []
      : [
          errand(
            draft,
            row,
            row.route.replace('{agent_id}', id),
            every(draft, start, gaps[index] as number, index === 0 ? random.pick([0, 400]) : 3000),
            index === 0 ? 0 : 3,
          ),
        ],
  );
  draft.callers.push({
    id,
    kind: 'agent',
    credentials: keys,
    environment,
    ip: `10.0.0.${random.int(1, 4)}`,
    errands,
    repeats: random.pick([0, 0, 1, 2]),
    repeatAfter: random.int(1500, 4000),
    fallsBack: keys.length > 1,
    namesRetries: chance(random, 60),
  });
}

function addPerson(draft: Draft, start: number, id: string, kind: 'operator' | 'api_key'): void {
  const { random } = draft;
  const environment = random.pick(['e1', 'e2']);
  const keys = chance(random, 30) ? [`cr_${id}`, `cr_${id}_b`] : [`cr_${id}`];
  const scopes = peopleRoutes.map((route) => String(route.scope));
  for (const key of keys)
    credential(draft, key, {
      kind,
      ...(kind === 'operator' ? { principal_id: id } : chance(random, 50) ? { environment_id: environment } : {}),
      scopes: [...scopes, ...spareScopes.filter(() => chance(random, 40))],
    });
  if (kind === 'operator')
    put(draft.records, 'memberships', `${id}/o1`, { principal_id: id, org_id: 'o1', role: 'developer' });
  const errands = peopleRoutes
    .filter(() => chance(random, 60))
    .map((row) =>
      errand(
        draft,
        row,
        row.route.replace('{environment_id}', environment).replace('{pipeline_id}', 'pl1'),
        every(draft, start, random.int(25, 120) * 1000, 5000),
      ),
    );
  // Two keys are two ways: one after the other on a refusal, or side by side under one name.
  const fallsBack = keys.length > 1 && chance(random, 60);
  const shared = {
    id,
    kind,
    environment,
    ip: `10.0.1.${random.int(1, 4)}`,
    repeats: random.pick([0, 0, 0, 1, 3]),
    repeatAfter: random.int(1500, 9000),
    fallsBack,
    namesRetries: chance(random, 60),
  };
  draft.callers.push({ ...shared, credentials: keys, errands });
  if (keys.length > 1 && !fallsBack) {
    const [row] = peopleRoutes as [RouteRow];
    const path = row.route.replace('{environment_id}', environment);
    draft.callers.push({
      ...shared,
      credentials: [`cr_${id}_b`],
      errands: [errand(draft, row, path, every(draft, start, 90_000, 5000))],
    });
  }
  if (kind === 'api_key' && chance(random, 30)) {
    // One key in two hands.
    const [row] = peopleRoutes as [RouteRow];
    const path = row.route.replace('{environment_id}', environment);
    draft.callers.push({
      ...shared,
      id: `${id}x`,
      credentials: [`cr_${id}`],
      fallsBack: false,
      errands: [errand(draft, row, path, every(draft, start, 70_000, 5000))],
    });
  }
}

function addLogins(draft: Draft, start: number): void {
  draft.callers.push({
    id: 'browser',
    kind: 'anonymous',
    credentials: [],
    environment: 'e1',
    ip: '10.0.2.1',
    errands: [
      { ...errand(draft, openRoute, '/auth/login', every(draft, start, 400_000, 60_000), 0), answers: new Map() },
    ],
    repeats: 0,
    repeatAfter: 1000,
    fallsBack: false,
    namesRetries: false,
  });
}

// ---- faults

const change = (at: number, action: string, section: string, key: string, field: string, to: Change['to']): Change => ({
  at,
  action,
  section,
  key,
  field,
  to,
});
const without = (scopes: readonly string[]) => (before: unknown) =>
  (before as string[]).filter((scope) => !scopes.includes(scope));
const withThese = (scopes: readonly string[]) => (before: unknown) => [
  ...new Set([...(before as string[]), ...scopes]),
];

/** A moment, often exactly that of a request. */
function moment(draft: Draft, from: number, to: number): number {
  const at = within(draft.random, draft, from, to);
  if (!chance(draft.random, 30)) return at;
  const times = draft.callers.flatMap((caller) => caller.errands.flatMap((one) => one.times));
  return times.find((time) => time >= at) ?? at;
}

interface Timing {
  readonly at: number;
  readonly back: number | null;
  readonly earlier: boolean;
}

const scopesUsed = (draft: Draft, key: string): string[] => {
  const routes = draft.callers.filter((caller) => caller.credentials.includes(key)).flatMap((caller) => caller.errands);
  return [...new Set(routes.map((one) => String(draft.records.routes?.[`${one.method} ${one.route}`]?.scope)))];
};

function scopeFault(id: string, key: string, { at, back, earlier }: Timing, scopes: readonly string[]): Fault {
  const take = change(at, 'credential.scopes_changed', 'credentials', key, 'scopes', without(scopes));
  const give =
    back === null ? [] : [change(back, 'credential.scopes_changed', 'credentials', key, 'scopes', withThese(scopes))];
  return {
    id,
    kind: 'credential_scope_missing',
    entity: `credential:${key}`,
    ...(earlier ? { initial: { section: 'credentials', key, field: 'scopes', to: without(scopes) } } : {}),
    changes: earlier ? give : [take, ...give],
  };
}

function expiryFault(draft: Draft, id: string, key: string, { at, back }: Timing): Fault {
  const later = draft.end + 5 * day;
  return {
    id,
    kind: 'credential_expired',
    entity: `credential:${key}`,
    initial: { section: 'credentials', key, field: 'expires_at', to: () => at },
    changes: back === null ? [] : [change(back, 'credential.rotated', 'credentials', key, 'expires_at', () => later)],
  };
}

function revocation(id: string, section: 'credentials' | 'agents', key: string, { at, back, earlier }: Timing): Fault {
  const [kind, action] =
    section === 'agents' ? (['agent', 'agent.revoked'] as const) : (['credential', 'credential.revoked'] as const);
  // An agent is not un-revoked by any action that the model reads.
  const give =
    back === null || section === 'agents'
      ? []
      : [change(back, 'credential.rotated', section, key, 'revoked_at', () => null)];
  return {
    id,
    kind: section === 'agents' ? 'agent_revoked' : 'credential_revoked',
    entity: `${kind}:${key}`,
    ...(earlier ? { initial: { section, key, field: 'revoked_at', to: () => at } } : {}),
    changes: earlier ? give : [change(at, action, section, key, 'revoked_at', () => at), ...give],
  };
}

const stopFault = (draft: Draft, id: string, agent: string, { at, back }: Timing): Fault => ({
  id,
  kind: 'agent_stopped',
  entity: `agent:${agent}`,
  changes: [],
  silences: [{ caller: agent, from: at, to: back ?? draft.end + 1 }],
});

function leaseFault(draft: Draft, id: string, { at, back, earlier }: Timing): Fault {
  const lease = draft.records.heartbeat?.[''] as Fields;
  const short = Math.max(1000, Number(lease.interval_ms) - Number(lease.sweep_ms) - Number(lease.grace_ms ?? 0) - 2000);
  const was = lease.ttl_ms;
  const cut = change(at, 'config.changed', 'heartbeat', '', 'ttl_ms', () => short);
  const give = back === null ? [] : [change(back, 'config.changed', 'heartbeat', '', 'ttl_ms', () => was)];
  return {
    id,
    kind: 'lease_too_short',
    entity: 'config:heartbeat.ttl_ms',
    ...(earlier ? { initial: { section: 'heartbeat', key: '', field: 'ttl_ms', to: () => short } } : {}),
    changes: earlier ? give : [cut, ...give],
  };
}

function timing(draft: Draft, shape: Shape): Timing {
  const earlier = shape === 'earlier';
  const at = earlier ? draft.begin - draft.random.int(1, 20) * 3_600_000 : moment(draft, 25, 60);
  const back =
    shape === 'recovered' || (shape === 'many' && chance(draft.random, 40))
      ? within(draft.random, draft, 70, 90)
      : null;
  return { at, back, earlier };
}

const faultKinds: readonly Exclude<FaultKind, 'noise'>[] = [
  'credential_scope_missing',
  'credential_scope_missing',
  'credential_expired',
  'credential_revoked',
  'agent_stopped',
  'agent_revoked',
  'lease_too_short',
];

const agentIds = (draft: Draft): string[] =>
  draft.callers.filter((caller) => caller.kind === 'agent').map((caller) => caller.id);
const usedKeys = (draft: Draft): string[] => [
  ...new Set(draft.callers.flatMap((caller) => caller.credentials.slice(0, 1))),
];

function faultOf(draft: Draft, id: string, kind: Exclude<FaultKind, 'noise'>, when: Timing, key: string): Fault {
  const { random } = draft;
  const agent = random.pick(agentIds(draft));
  switch (kind) {
    case 'credential_scope_missing': {
      const used = scopesUsed(draft, key);
      const some = used.filter(() => chance(random, 50));
      return scopeFault(id, key, when, some.length > 0 ? some : [random.pick(used)]);
    }
    case 'credential_expired':
      return expiryFault(draft, id, key, when);
    case 'credential_revoked':
      return revocation(id, 'credentials', key, when);
    case 'agent_revoked':
      return revocation(id, 'agents', agent, when);
    case 'agent_stopped':
      return stopFault(draft, id, agent, when.earlier ? { ...when, at: within(random, draft, 25, 60) } : when);
    case 'lease_too_short':
      return leaseFault(draft, id, when);
  }
}

function injectShape(draft: Draft, shape: Shape): void {
  const { random } = draft;
  const key = random.pick(usedKeys(draft));
  const add = (fault: Fault): void => void draft.faults.push(fault);
  switch (shape) {
    case 'healthy':
      return;
    case 'single':
    case 'recovered':
    case 'earlier':
      add(faultOf(draft, 'f1', random.pick(faultKinds), timing(draft, shape), key));
      return;
    case 'cascade': {
      const agent = `cr_${random.pick(agentIds(draft))}`;
      const when = timing(draft, shape);
      const kind = random.pick(['scope', 'expiry', 'revoked'] as const);
      if (kind === 'scope') add(scopeFault('f1', agent, when, ['agent:heartbeat']));
      else
        add(kind === 'expiry' ? expiryFault(draft, 'f1', agent, when) : revocation('f1', 'credentials', agent, when));
      return;
    }
    case 'repeated': {
      // The same fault twice, good in between.
      const kinds = ['credential_scope_missing', 'credential_revoked', 'agent_stopped', 'lease_too_short'] as const;
      const kind = random.pick(kinds);
      const spans = [
        { at: moment(draft, 20, 30), back: moment(draft, 40, 50), earlier: false },
        { at: moment(draft, 55, 65), back: chance(random, 50) ? moment(draft, 80, 90) : null, earlier: false },
      ];
      const agent = random.pick(agentIds(draft));
      const scopes = scopesUsed(draft, key);
      const [first, second] = spans.map((when, index) =>
        kind === 'credential_scope_missing'
          ? scopeFault(`f${index}`, key, when, scopes)
          : kind === 'agent_stopped'
            ? stopFault(draft, `f${index}`, agent, when)
            : kind === 'lease_too_short'
              ? leaseFault(draft, `f${index}`, when)
              : revocation(`f${index}`, 'credentials', key, when),
      ) as [Fault, Fault];
      // One fault of two spans: what is repaired is the fault, not one of its times.
      add({
        ...first,
        changes: [...first.changes, ...second.changes],
        silences: [...(first.silences ?? []), ...(second.silences ?? [])],
      });
      return;
    }
    case 'masked': {
      const when = timing(draft, shape);
      const scopes = scopesUsed(draft, key);
      const first = random.pick(['expiry', 'revoked'] as const);
      add(first === 'expiry' ? expiryFault(draft, 'f1', key, when) : revocation('f1', 'credentials', key, when));
      const behind = { ...when, at: when.at + random.pick([-90_000, -500, 0, 500, 90_000, 400_000]), earlier: false };
      add(
        random.int(0, 2) > 0
          ? scopeFault('f2', key, behind, scopes)
          : first === 'expiry'
            ? revocation('f2', 'credentials', key, behind)
            : expiryFault(draft, 'f2', key, behind),
      );
      return;
    }
    case 'joint':
    case 'overdetermined': {
      // Two keys of one caller, or two faults of one agent.
      const pairs = draft.callers.filter((caller) => caller.credentials.length > 1);
      const pair = pairs.length > 0 && chance(random, 70) ? random.pick(pairs).credentials : null;
      const kinds = faultKinds.slice(0, 4);
      const [one, other] = pair ?? [key, key];
      add(faultOf(draft, 'f1', random.pick(kinds), timing(draft, shape), one as string));
      if (pair !== null) add(faultOf(draft, 'f2', random.pick(kinds), timing(draft, shape), other as string));
      else
        add(
          faultOf(
            draft,
            'f2',
            random.pick(['agent_stopped', 'lease_too_short', 'agent_revoked'] as const),
            timing(draft, shape),
            key,
          ),
        );
      return;
    }
    case 'many': {
      const count = random.int(2, 4);
      for (let number = 1; number <= count; number++) {
        const fault = faultOf(
          draft,
          `f${number}`,
          random.pick(faultKinds),
          timing(draft, shape),
          random.pick(usedKeys(draft)),
        );
        if (!draft.faults.some((known) => known.kind === fault.kind && known.entity === fault.entity)) add(fault);
      }
      return;
    }
  }
}

/** Something else that is wrong, or changes, and should not matter; whether it does is found by playing without it. */
function addHerring(draft: Draft, number: number): void {
  const { random } = draft;
  const id = `h${number}`;
  const at = within(random, draft, 20, 80);
  const when: Timing = { at, back: null, earlier: false };
  const noise = (changes: readonly Change[]): void =>
    void draft.faults.push({ id, kind: 'noise', entity: '', changes });
  switch (random.int(0, 7)) {
    case 0: {
      const key = `cr_unused_${number}`;
      credential(draft, key, { kind: 'api_key', scopes: ['audit:read'] });
      draft.faults.push(
        chance(random, 50) ? expiryFault(draft, id, key, when) : revocation(id, 'credentials', key, when),
      );
      return;
    }
    case 1: {
      const key = random.pick(usedKeys(draft));
      if (
        draft.faults.some((fault) => fault.entity === `credential:${key}` && fault.kind === 'credential_scope_missing')
      )
        return;
      draft.faults.push(scopeFault(id, key, when, spareScopes));
      return;
    }
    case 2: {
      const agent = `ag_silent_${number}`;
      put(draft.records, 'agents', agent, { id: agent, environment_id: 'e1', enrolled_at: draft.begin - day });
      draft.faults.push(revocation(id, 'agents', agent, when));
      return;
    }
    case 3:
      for (const group of Object.keys(draft.records.rate_limits ?? {})) {
        if (Number(draft.records.rate_limits?.[group]?.limit) < 100) continue;
        noise([
          change(
            at,
            'config.changed',
            'rate_limits',
            group,
            'limit',
            (before) => Number(before) + random.pick([-80, 100]),
          ),
        ]);
        return;
      }
      return;
    case 4:
      noise([change(at, 'config.changed', 'environments', 'e1', 'max_inflight_deployments', () => 5)]);
      return;
    case 5:
      noise([change(at, 'config.changed', 'retry_policies', '*', 'max_attempts', () => 7)]);
      return;
    case 6: {
      // A key that gains and loses what nobody asks of it.
      const key = random.pick(usedKeys(draft));
      noise([
        change(at, 'credential.scopes_changed', 'credentials', key, 'scopes', withThese(['extra:scope'])),
        change(at + 45_000, 'credential.scopes_changed', 'credentials', key, 'scopes', without(['extra:scope'])),
      ]);
      return;
    }
    case 7: {
      // The agent that had stopped is revoked when it is gone already.
      const gone = draft.faults.flatMap((fault) => fault.silences ?? []).find((one) => one.to > draft.end);
      if (gone === undefined || draft.faults.some((fault) => fault.kind === 'agent_revoked')) return;
      draft.faults.push(
        revocation(id, 'agents', gone.caller, {
          ...when,
          at: Math.min(draft.end - 1000, gone.from + 240_000),
        }),
      );
      return;
    }
  }
}
