// Protects what a repair brings to light: it is named where it was at work before the symptom, and what is assumed is told.
import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../src/diagnosis/index.ts';
import { became, diagnoseFleet, type Fields, heartbeat, heartbeats, stateOf } from '../diagnosis/small-fleet.ts';

const lease = { interval_ms: 30_000, ttl_ms: 60_000, sweep_ms: 10_000 };
const lastWord = { ...became('a2', 'online', 3_600), action: 'auth.logout', resource: { kind: 'session', id: 's' } };
const unauthorized = { status: 401, error: { code: 'unauthorized' } };
const other = heartbeats('a2', 30, 0, 3_600);

function stateWith(change: Fields): Fields {
  const state = stateOf(lease);
  const credentials = state.credentials as Fields[];
  return { ...state, credentials: credentials.map((one) => (one.id === 'k_a1' ? { ...one, ...change } : one)) };
}
const told = (document: DiagnosisDocument): string[] =>
  document.causes.map((one) => `${one.verdict} ${one.kind}@${one.entity}`);
const second = (seconds: number): string => new Date(Date.parse('2026-01-31T12:00:00Z') + seconds * 1000).toISOString();

describe('what only a repaired run shows', () => {
  it('is named: a key that had expired by the time a silent agent went offline', async () => {
    const document = await diagnoseFleet({
      state: stateWith({ expires_at: second(620) }),
      requests: [...heartbeats('a1', 30, 5, 605), ...other],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual([
      'contributing agent_stopped@agent:a1',
      'contributing credential_expired@credential:k_a1',
    ]);
    expect(document.causes[1]?.tests.T6?.holds).toBe(true);
    expect(document.causes[1]?.repair.text).toContain('agent_stopped@agent:a1');
    expect(document.refuted).toEqual([]);
  });

  it('is named: an agent that stopped while its key was expired, with the assumption that this was not for it', async () => {
    const document = await diagnoseFleet({
      state: stateWith({ expires_at: second(610) }),
      requests: [...heartbeats('a1', 30, 5, 605), heartbeat('a1', 635, unauthorized), ...other],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual([
      'contributing credential_expired@credential:k_a1',
      'contributing agent_stopped@agent:a1',
    ]);
    for (const cause of document.causes) expect(cause.assumptions.map((one) => one.id)).toContain('silence-given');
  });

  it('is not named where it came after the symptom', async () => {
    const document = await diagnoseFleet({
      state: stateWith({ expires_at: second(1_000) }),
      requests: [...heartbeats('a1', 30, 5, 605), ...other],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual(['contributing agent_stopped@agent:a1']);
    expect(document.causes[0]?.repair.text).toContain('credential_expired@credential:k_a1');
  });
});

it('names what stands behind the first failing check in the test for harm', async () => {
  const refused = [...Array(60).keys()].map((k) => heartbeat('a1', 635 + 30 * k, unauthorized));
  const document = await diagnoseFleet({
    state: stateWith({ expires_at: second(610), scopes: ['agent:deployment_fetch'] }),
    requests: [...refused, ...other],
    audit: [lastWord],
  });
  expect(told(document)).toEqual([
    'confirmed credential_expired@credential:k_a1',
    'contributing credential_scope_missing@credential:k_a1',
  ]);
  expect(document.causes[0]?.tests.T7?.text).toBe(
    'the repair reveals forbidden_scope for a1 (60, credential_scope_missing@credential:k_a1)',
  );
});

describe('repeats that do not say what they repeat', () => {
  const run = async (more: (index: number) => Fields): Promise<readonly string[]> => {
    const refused = [...Array(60).keys()].flatMap((k) => [
      heartbeat('a1', 635 + 30 * k, unauthorized),
      heartbeat('a1', 637 + 30 * k, { ...unauthorized, ...more(k) }),
    ]);
    const document = await diagnoseFleet({
      state: stateWith({ expires_at: second(610) }),
      requests: [...heartbeats('a1', 30, 5, 605), ...refused, ...other],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual(['confirmed credential_expired@credential:k_a1']);
    return document.causes[0]?.assumptions.map((one) => one.id) ?? [];
  };

  it('are taken as sent, and the verdict says so', async () => {
    expect(await run(() => ({}))).toContain('repeats-as-sent');
  });

  it('need no assumption where they name it', async () => {
    expect(await run((k) => ({ retry_of: `r_a1_${635 + 30 * k}` }))).not.toContain('repeats-as-sent');
  });
});

it('an agent that was offline when the evidence begins may come online without a prediction', async () => {
  const flaps = [...Array(20).keys()].flatMap((k) => [
    became('a1', 'online', 15 + 60 * k),
    became('a1', 'offline', 60 + 60 * k),
  ]);
  const document = await diagnoseFleet({
    state: { ...stateOf({ interval_ms: 60_000, ttl_ms: 40_000, sweep_ms: 10_000 }) },
    requests: [...heartbeats('a1', 60, 15, 1_155), ...heartbeats('a2', 30, 0, 1_230)],
    audit: [...flaps, { ...lastWord, ts: second(1_230) }],
  });
  expect(document.causes.map((one) => one.grade)).toEqual(['F2']);
  expect(told(document)).toEqual(['confirmed lease_too_short@config:heartbeat.ttl_ms']);
});
