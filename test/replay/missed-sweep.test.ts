// Protects the symptom that no audit tells: an agent whose accepted heartbeats stayed out, and no other silence.
import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../src/diagnosis/index.ts';
import { became, diagnoseFleet, type Fields, heartbeat, heartbeats, stateOf } from '../diagnosis/small-fleet.ts';

const lease = { interval_ms: 30_000, ttl_ms: 60_000, sweep_ms: 10_000 };
const other = heartbeats('a2', 30, 0, 3_600);
const logout = { ...became('a2', 'online', 3_600), action: 'auth.logout', resource: { kind: 'session', id: 's' } };
const told = (document: DiagnosisDocument): string[] => document.symptoms.map((one) => `${one.kind} ${one.entities}`);

describe('without an audit', () => {
  it('an agent that is heard no more is offline from the sweep on; whether it stopped cannot be proved', async () => {
    const requests = [...heartbeats('a1', 30, 5, 605), ...other];
    const document = await diagnoseFleet({ state: stateOf(lease), requests, audit: [] });
    expect(told(document)).toEqual(['agent_offline agent:a1']);
    expect(document.symptoms[0]?.first_ts).toBe('2026-01-31T12:11:10Z');
    expect(document.ongoing.still_failing).toBe(true);
    expect(document.causes).toEqual([]);
    expect(document.inconclusive).toMatchObject([{ kind: 'agent_stopped', entity: 'agent:a1', missing: ['audit'] }]);
  });

  it('an agent that was refused and came back was offline in between, by the refusals', async () => {
    const state = stateOf(lease);
    const credentials = (state.credentials as Fields[]).map((one) =>
      one.id === 'k_a1' ? { ...one, expires_at: '2026-01-31T12:10:10Z' } : one,
    );
    const refused = [...Array(99).keys()].map((k) =>
      heartbeat('a1', 635 + 30 * k, { status: 401, error: { code: 'unauthorized' } }),
    );
    const requests = [...heartbeats('a1', 30, 5, 605), ...refused, ...other];
    const document = await diagnoseFleet({ state: { ...state, credentials }, requests, audit: [] });
    expect(document.causes.map((one) => `${one.verdict} ${one.kind} of ${one.symptoms}`)).toEqual([
      'confirmed credential_expired of s1,s2',
    ]);
    expect(told(document)).toContain('agent_offline agent:a1');
  });

  it.each([
    ['every heartbeat comes in time', [...heartbeats('a1', 30, 5, 3_600), ...other]],
    ['nobody at all was heard', [...heartbeats('a1', 30, 5, 605), ...heartbeats('a2', 30, 0, 605)]],
    [
      'the record fell silent for a while',
      ['a1', 'a2'].flatMap((one) => [...heartbeats(one, 30, 5, 605), ...heartbeats(one, 30, 1_205, 1_805)]),
    ],
  ])('nothing failed where %s', async (_what, requests) => {
    const document = await diagnoseFleet({ state: stateOf(lease), requests, audit: [] });
    expect(told(document)).toEqual([]);
  });
});

it('where an audit was kept it says who went offline', async () => {
  const requests = [...heartbeats('a1', 30, 5, 605), ...other];
  expect(told(await diagnoseFleet({ state: stateOf(lease), requests, audit: [logout] }))).toEqual([]);
});
