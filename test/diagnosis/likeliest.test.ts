// Protects the guess for what no tested cause explains: it speaks of the refusals of that symptom, not of the caller's others.
import { expect, it } from 'vitest';
import { at, diagnoseFleet, type Fields, heartbeat, heartbeats, stateOf } from './small-fleet.ts';

const lease: Fields = { interval_ms: 30_000, ttl_ms: 60_000, grace_ms: 0, sweep_ms: 10_000 };
const key = (id: string, more: Fields): Fields => ({
  id,
  kind: 'agent_runtime',
  agent_id: 'a1',
  environment_id: 'e1',
  scopes: ['agent:heartbeat'],
  issued_at: at(-86_400),
  ...more,
});

it('a caller that is refused with two codes has a cause for each', async () => {
  const state = stateOf(lease);
  const expired = key('k_expired', { expires_at: at(0) });
  const foreign = key('k_foreign', { environment_id: 'e2' });
  const refused = (credential_id: string, from: number, more: Fields): Fields[] =>
    [...Array(6).keys()].map((index) => ({ ...heartbeat('a1', from + index * 10), credential_id, ...more }));
  const document = await diagnoseFleet({
    state: {
      ...state,
      environments: [...(state.environments as Fields[]), { id: 'e2', project_id: 'p1', posture: 'dev' }],
      credentials: [...(state.credentials as Fields[]), expired, foreign],
    },
    requests: [
      ...heartbeats('a1', 30, 5, 1_805),
      ...refused('k_expired', 101, { status: 401, error: { code: 'unauthorized' } }),
      ...refused('k_foreign', 401, { status: 403, error: { code: 'forbidden_environment' } }),
    ],
    audit: [{ ts: at(1_805), action: 'auth.logout', resource: { kind: 'session', id: 's' }, outcome: 'success' }],
  });
  const told = [...document.causes, ...document.inconclusive].map((one) => [one.kind, one.entity, one.symptoms.join()]);
  expect(told).toEqual([
    ['credential_expired', 'credential:k_expired', 's1'],
    ['credential_wrong_environment', 'credential:k_foreign', 's2'],
  ]);
});
