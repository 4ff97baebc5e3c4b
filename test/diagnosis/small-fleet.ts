import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIncident } from '../../src/case/index.ts';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';

export type Fields = Record<string, unknown>;

export interface Fleet {
  readonly state: Fields;
  readonly requests: readonly Fields[];
  readonly audit: readonly Fields[];
  readonly manifest?: Fields;
}

export const begin = Date.parse('2026-01-31T12:00:00Z');
export const at = (seconds: number): string => new Date(begin + seconds * 1000).toISOString();

/** State of two agents of one environment, whose keys may do what agents do. */
export const stateOf = (heartbeat: Fields): Fields => ({
  captured_at: at(3_600),
  organizations: [{ id: 'o1' }],
  projects: [{ id: 'p1', org_id: 'o1' }],
  environments: [{ id: 'e1', project_id: 'p1', posture: 'dev' }],
  credentials: ['a1', 'a2'].map((agent) => ({
    id: `k_${agent}`,
    kind: 'agent_runtime',
    agent_id: agent,
    environment_id: 'e1',
    scopes: ['agent:heartbeat', 'agent:deployment_fetch'],
    issued_at: at(-86_400),
  })),
  agents: ['a1', 'a2'].map((id) => ({ id, environment_id: 'e1', credential_id: `k_${id}`, enrolled_at: at(-86_400) })),
  routes: [
    {
      method: 'POST',
      route: '/api/v1/agents/{agent_id}/heartbeat',
      group: 'agent',
      credential_kinds: ['agent_runtime'],
      scope: 'agent:heartbeat',
    },
    {
      method: 'GET',
      route: '/api/v1/agents/{agent_id}/deployments',
      group: 'agent',
      credential_kinds: ['agent_runtime'],
      scope: 'agent:deployment_fetch',
    },
  ],
  rate_limits: [],
  heartbeat,
});

export const heartbeat = (agent: string, seconds: number, more: Fields = {}): Fields => ({
  ts: at(seconds),
  request_id: `r_${agent}_${seconds}`,
  method: 'POST',
  path: `/api/v1/agents/${agent}/heartbeat`,
  route: '/api/v1/agents/{agent_id}/heartbeat',
  status: 200,
  caller: { kind: 'agent', id: agent },
  credential_id: `k_${agent}`,
  agent_id: agent,
  environment_id: 'e1',
  org_id: 'o1',
  ...more,
});

/** An agent's heartbeats, one every so many seconds. */
export const heartbeats = (agent: string, every: number, from: number, to: number): Fields[] =>
  Array.from({ length: Math.floor((to - from) / every) + 1 }, (_one, index) => heartbeat(agent, from + index * every));

export const became = (agent: string, status: 'offline' | 'online', seconds: number): Fields => ({
  ts: at(seconds),
  action: `agent.${status}`,
  resource: { kind: 'agent', id: agent },
  outcome: 'success',
});

/** Writes the archive, opens and diagnoses it. */
export async function diagnoseFleet(fleet: Fleet): Promise<DiagnosisDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-fleet-'));
  const archive = join(folder, 'archive');
  const lines = (records: readonly Fields[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  try {
    mkdirSync(archive);
    writeFileSync(join(archive, 'state.json'), JSON.stringify(fleet.state));
    writeFileSync(join(archive, 'requests.ndjson'), lines(fleet.requests));
    writeFileSync(join(archive, 'audit.ndjson'), lines(fleet.audit));
    if (fleet.manifest !== undefined) writeFileSync(join(archive, 'manifest.json'), JSON.stringify(fleet.manifest));
    const opened = await openIncident([archive], { dataDir: join(folder, 'data') });
    if (!opened.ok) throw new Error(opened.error.why);
    const document = await diagnose(opened.value, triage(opened.value));
    opened.value.close();
    return document;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
