// Protects verdicts from clocks that were off: a cause is confirmed where it holds at both ends of a clock's interval, and not where
// it only seems to come before its effect.
import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../src/diagnosis/index.ts';
import { at, diagnoseFleet, type Fields, heartbeat, heartbeats, stateOf } from './small-fleet.ts';

const lease: Fields = { interval_ms: 30_000, ttl_ms: 600_000, grace_ms: 0, sweep_ms: 10_000 };
const ahead = 7.25;

/** A request as a host writes it whose clock is ahead. */
const byApi2 = (agent: string, seconds: number, more: Fields = {}): Fields =>
  heartbeat(agent, seconds, { ts: at(seconds + ahead), host: 'api-2', latency_ms: 20, ...more });
const refused = { status: 401, error: { code: 'unauthorized' } };

/** What the audit, by the control plane's clock, says of requests that the host received. */
const audited = [100.125, 200.25, 300.375, 400.5].map((seconds) => ({
  request: byApi2('a2', seconds),
  audit: {
    ts: at(seconds + 0.015),
    action: 'pipeline_version.created',
    resource: { kind: 'pipeline_version', id: `p_${seconds}` },
    outcome: 'success',
    request_id: `r_a2_${seconds}`,
  },
}));

const incident = (revokedAt: number, requests: readonly Fields[]): Promise<DiagnosisDocument> => {
  const state = stateOf(lease);
  const credentials = (state.credentials as Fields[]).map((one) =>
    one.agent_id === 'a1' ? { ...one, revoked_at: at(revokedAt) } : one,
  );
  return diagnoseFleet({
    state: { ...state, credentials },
    requests: [...heartbeats('a2', 30, 5, 1_805), ...audited.map(({ request }) => request), ...requests],
    audit: [
      ...audited.map(({ audit }) => audit),
      {
        ts: at(revokedAt),
        action: 'credential.revoked',
        resource: { kind: 'credential', id: 'k_a1' },
        outcome: 'success',
        before: { revoked_at: null },
        after: { revoked_at: at(revokedAt) },
      },
      { ts: at(1_805), action: 'auth.logout', resource: { kind: 'session', id: 's' }, outcome: 'success' },
    ],
  });
};

describe('requests that a host received whose clock is 7 s ahead', () => {
  it('are refused by a key that was revoked before them, whatever the clock', async () => {
    const beats = [...Array(60).keys()].map((k) => byApi2('a1', 5.5 + 30 * k, 5.5 + 30 * k > 900 ? refused : {}));
    const document = await incident(900, beats);
    const [cause] = document.causes;
    expect(cause).toMatchObject({ kind: 'credential_revoked', entity: 'credential:k_a1', verdict: 'confirmed' });
    expect(cause?.tests.T5).toMatchObject({ holds: true });
    expect(cause?.tests.T5?.text).toContain('clocks of');
  });

  it('are not refused by a key that was revoked after them, though they seem to come later', async () => {
    const early = [...Array(20).keys()].map((k) => byApi2('a1', 5.5 + 30 * k));
    const loop = [...Array(6).keys()].map((k) => byApi2('a1', 895.5 + k * 0.5, refused));
    const document = await incident(899.9, [...early, ...loop]);
    expect(document.causes.map(({ kind }) => kind)).not.toContain('credential_revoked');
    expect(document.inconclusive.find(({ kind }) => kind === 'credential_revoked')?.reasons).toContain(
      'envelope_split',
    );
  });
});
