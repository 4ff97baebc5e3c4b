import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CaseReader, type OpenOptions, openIncident } from '../../src/case/index.ts';
import type { Draft, Rule } from '../../src/triage/rule.ts';
import { type Situation, situationOf } from '../../src/triage/situation.ts';

/** Every scenario begins here: 2026-01-31T12:00:00Z, in milliseconds. */
export const begin = 1_769_860_800_000;
const iso = (ms: number): string => new Date(ms).toISOString();
/** Seconds after the beginning, as a record writes a time. */
export const at = (seconds: number): string => iso(begin + Math.round(seconds * 1000));

export type RecordOf = Readonly<Record<string, unknown>>;

/** The members of an archive: lists become NDJSON, objects JSON, texts stay. */
export type Members = Readonly<Record<string, readonly RecordOf[] | RecordOf | string>>;

const textOf = (member: Members[string]): string =>
  typeof member === 'string'
    ? member
    : Array.isArray(member)
      ? member.map((record) => `${JSON.stringify(record)}\n`).join('')
      : JSON.stringify(member);

export const heartbeatRoute = '/api/v1/agents/{agent_id}/heartbeat';
export const uploadRoute = '/api/v1/agents/{agent_id}/artifacts';
export const deploymentsRoute = '/api/v1/environments/{environment_id}/deployments';

const agentScopes = ['agent:heartbeat', 'agent:artifact_upload'];

/** Two agents of one environment and an API key, all of them allowed what they do. */
export const state = (change: (state: ReturnType<typeof healthyState>) => void = () => undefined): RecordOf => {
  const made = healthyState();
  change(made);
  return made;
};

interface Credential {
  id: string;
  kind: string;
  scopes: string[];
  issued_at: string;
  agent_id?: string;
  principal_id?: string;
  environment_id?: string;
  expires_at?: string;
  revoked_at?: string;
}

function healthyState() {
  const credentials: Credential[] = [
    {
      id: 'cr_1',
      kind: 'agent_runtime',
      agent_id: 'ag_1',
      environment_id: 'env_1',
      scopes: [...agentScopes],
      issued_at: at(-86_400),
    },
    {
      id: 'cr_2',
      kind: 'agent_runtime',
      agent_id: 'ag_2',
      environment_id: 'env_1',
      scopes: [...agentScopes],
      issued_at: at(-86_400),
    },
    { id: 'cr_3', kind: 'api_key', principal_id: 'ci_1', scopes: ['deployments:read'], issued_at: at(-86_400) },
    { id: 'cr_4', kind: 'enrollment', environment_id: 'env_1', scopes: ['agent:enroll'], issued_at: at(-86_400) },
  ];
  return {
    captured_at: at(3600),
    organizations: [{ id: 'org_1' }],
    projects: [{ id: 'prj_1', org_id: 'org_1' }],
    environments: [{ id: 'env_1', project_id: 'prj_1', posture: 'dev' }],
    credentials,
    routes: [
      {
        method: 'POST',
        route: heartbeatRoute,
        group: 'agent',
        credential_kinds: ['agent_runtime'],
        scope: 'agent:heartbeat',
      },
      {
        method: 'POST',
        route: uploadRoute,
        group: 'artifact',
        credential_kinds: ['agent_runtime'],
        scope: 'agent:artifact_upload',
      },
      {
        method: 'GET',
        route: deploymentsRoute,
        group: 'operator',
        credential_kinds: ['operator', 'api_key'],
        scope: 'deployments:read',
      },
      {
        method: 'POST',
        route: '/api/v1/environments/{environment_id}/agents',
        group: 'agent',
        credential_kinds: ['enrollment'],
        scope: 'agent:enroll',
      },
    ],
    heartbeat: { interval_ms: 20_000, ttl_ms: 60_000, grace_ms: 5_000, sweep_ms: 20_000 },
    agents: [
      { id: 'ag_1', environment_id: 'env_1', credential_id: 'cr_1' },
      { id: 'ag_2', environment_id: 'env_1', credential_id: 'cr_2' },
    ],
  };
}

let nextRequest = 0;
/** A request `seconds` after the beginning; accepted unless `more` says otherwise. */
function request(seconds: number, method: string, route: string, path: string, more: RecordOf): RecordOf {
  nextRequest += 1;
  return {
    ts: at(seconds),
    request_id: `req_${nextRequest}`,
    method,
    path,
    route,
    status: 200,
    environment_id: 'env_1',
    ...more,
  };
}

const agentRequest = (agent: string, seconds: number, route: string, more: RecordOf): RecordOf =>
  request(seconds, 'POST', route, route.replace('{agent_id}', agent), {
    caller: { kind: 'agent', id: agent },
    credential_id: agent.replace('ag_', 'cr_'),
    agent_id: agent,
    ...more,
  });

export const heartbeat = (agent: string, seconds: number, more: RecordOf = {}): RecordOf =>
  agentRequest(agent, seconds, heartbeatRoute, more);
export const upload = (agent: string, seconds: number, more: RecordOf = {}): RecordOf =>
  agentRequest(agent, seconds, uploadRoute, more);
export const readDeployments = (seconds: number, more: RecordOf = {}): RecordOf =>
  request(seconds, 'GET', deploymentsRoute, deploymentsRoute.replace('{environment_id}', 'env_1'), {
    caller: { kind: 'api_key', id: 'ci_1' },
    credential_id: 'cr_3',
    ...more,
  });

export const forbidden = { status: 403, error: { code: 'forbidden_scope' } };
export const unauthorized = { status: 401, error: { code: 'unauthorized' } };

/** `make` every `every` seconds in `[from, to)`. */
export function each<T>(from: number, to: number, every: number, make: (seconds: number) => T): T[] {
  const made: T[] = [];
  for (let seconds = from; seconds < to; seconds += every) made.push(make(seconds));
  return made;
}

let nextAudit = 0;
export function audit(seconds: number, action: string, resource: string, more: RecordOf = {}): RecordOf {
  nextAudit += 1;
  const [kind, id] = resource.split(':');
  return {
    ts: at(seconds),
    id: `aud_${nextAudit}`,
    actor: { kind: 'operator', id: 'usr_1' },
    action,
    resource: { kind, id },
    outcome: 'success',
    ...more,
  };
}

export const scopesChanged = (
  seconds: number,
  credential: string,
  before: readonly string[],
  after: readonly string[],
) =>
  audit(seconds, 'credential.scopes_changed', `credential:${credential}`, {
    before: { scopes: before },
    after: { scopes: after },
  });

/** A probe each 30 s: `.` good, `x` refused. */
export const probes = (component: string, pattern: string): RecordOf[] =>
  [...pattern].map((mark, index) => ({
    ts: at(index * 30),
    component,
    host: `${component}-1`,
    endpoint: '/readyz',
    status: mark === '.' ? 200 : 503,
    ...(mark === '.' ? {} : { body: { checks: { database: 'fail' } } }),
  }));

/** Writes the members into a folder, indexes it with the real case writer, and hands the open case to `use`. */
export async function withCase<T>(
  members: Members,
  use: (reader: CaseReader) => T | Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-triage-'));
  try {
    for (const [path, member] of Object.entries(members)) {
      const file = join(folder, 'archive', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, textOf(member));
    }
    return await withIncident(join(folder, 'archive'), use, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens an archive with a data folder of its own. */
export async function withIncident<T>(
  path: string,
  use: (reader: CaseReader) => T | Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'inquest-triage-data-'));
  try {
    const opened = await openIncident([path], { dataDir, ...options });
    if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.why}`);
    try {
      return await use(opened.value);
    } finally {
      opened.value.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const withSituation = <T>(members: Members, use: (situation: Situation) => T): Promise<T> =>
  withCase(members, (reader) => use(situationOf(reader)));

/** What a table of a rule's test expects: message id, severity and first entity of each draft. */
export const told = <M extends string>(drafts: readonly Draft<M>[]): readonly string[] =>
  drafts.map(({ message, severity, entities }) => `${message} ${severity} ${entities[0] ?? ''}`).sort();

export const findIn = <M extends string>(rule: Rule<M>, members: Members): Promise<readonly Draft<M>[]> =>
  withSituation(members, (situation) => rule.find(situation));
