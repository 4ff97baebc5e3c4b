// Protects the verdict on silence: an agent that sent nothing is told from one that was refused, and from one whose
// requests were not kept.
import { afterEach, describe, expect, it } from 'vitest';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';
import { type Alteration, type OpenSample, openAltered, type Record_ } from './altered-sample.ts';

let open: OpenSample | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

const agent = 'ag_36d134bb';
const stops = Date.parse('2026-03-19T13:40:00Z');
// Facts of the sample's state: an agent is heard every 20 s, its lease lasts 60 s, sweeps come every 15 s.
const offlineAt = (lastHeard: number, lease: number, sweep: number): number =>
  (Math.floor((lastHeard + lease) / sweep) + 1) * sweep;

async function silenced(more: (alteration: Alteration) => Alteration = (same) => same): Promise<DiagnosisDocument> {
  const { readFileSync } = await import('node:fs');
  const state = JSON.parse(readFileSync(new URL('../../samples/healthy/state.json', import.meta.url), 'utf8'));
  const { ttl_ms, grace_ms = 0, sweep_ms, interval_ms } = state.heartbeat;
  const requests = readFileSync(new URL('../../samples/healthy/requests.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record_);
  const own = (record: Record_): boolean => String(record.path).includes(`/agents/${agent}/`);
  const last = requests
    .filter((record) => own(record) && String(record.path).endsWith('/heartbeat'))
    .map((record) => Date.parse(String(record.ts)))
    .filter((at) => at < stops)
    .at(-1) as number;
  const at = offlineAt(last, ttl_ms + grace_ms, sweep_ms ?? interval_ms);
  let told = false;
  open = await openAltered(
    'healthy',
    more({
      records: {
        'requests.ndjson': (record) => (own(record) && Date.parse(String(record.ts)) >= stops ? null : record),
        'audit.ndjson': (record) => {
          if (told || Number(record.ts) < at) return record;
          told = true;
          return { ts: at, action: 'agent.offline', resource: { kind: 'agent', id: agent }, outcome: 'success' };
        },
      },
    }),
  );
  return diagnose(open.reader, triage(open.reader));
}

const entry = (document: DiagnosisDocument) =>
  [...document.causes, ...document.inconclusive, ...document.refuted].find((one) => one.entity === `agent:${agent}`);

describe('an agent that falls silent', () => {
  it('is confirmed as stopped, and its heartbeats put back keep it online', async () => {
    const document = await silenced();
    expect(entry(document)).toMatchObject({
      kind: 'agent_stopped',
      verdict: 'confirmed',
      strength: 'necessary_and_sufficient',
      symptoms: ['s1'],
    });
    expect(entry(document)?.assumptions.map((one) => one.id)).toContain('assumed-complete');
    const { T0, T1, T3 } = entry(document)?.tests ?? {};
    expect(new Set([T0?.digest, T1?.digest, T3?.digest]).size).toBe(3);
  });

  it('is not confirmed where as many records are unreadable as heartbeats are missing', async () => {
    const document = await silenced((alteration) => ({
      ...alteration,
      append: { 'requests.ndjson': '{"ts": broken\n'.repeat(400) },
    }));
    expect(entry(document)).toMatchObject({
      kind: 'agent_stopped',
      verdict: 'inconclusive',
      reasons: ['not_captured'],
    });
    expect(JSON.stringify(entry(document))).toContain('requests@2026-03-19T13:');
  });

  it('is not refuted where its key was revoked as well: both have to be repaired', async () => {
    const document = await silenced((alteration) => ({
      ...alteration,
      state: (state) => {
        const agents = state.agents as { id: string; credential_id: string }[];
        const key = agents.find((one) => one.id === agent)?.credential_id;
        for (const one of state.credentials as Record_[]) {
          if (one.id === key) one.revoked_at = new Date(stops + 1000).toISOString();
        }
      },
    }));
    expect(entry(document)).toMatchObject({ kind: 'agent_stopped', verdict: 'contributing' });
    expect(document.refuted).toEqual([]);
  });

  it('is not suspected where its heartbeats came and were refused', async () => {
    open = await openAltered('agent-scope');
    const document = await diagnose(open.reader, triage(open.reader));
    expect([...document.causes, ...document.inconclusive].some((one) => one.kind === 'agent_stopped')).toBe(false);
  });
});
