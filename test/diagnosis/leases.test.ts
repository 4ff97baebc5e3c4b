// Protects the causes of an offline agent from each other: a short lease, a stopped agent, a silent record, a revoked key.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../src/diagnosis/index.ts';
import { at, became, diagnoseFleet, type Fields, heartbeat, heartbeats, stateOf } from './small-fleet.ts';

const told = (document: DiagnosisDocument): string[] =>
  [...document.causes, ...document.inconclusive, ...document.refuted].map(
    (one) => `${one.verdict} ${one.kind}@${one.entity}`,
  );

// Sweeps come every 10 s, at every multiple since 1970; 12:00:00 is one.
const lease: Fields = { interval_ms: 30_000, ttl_ms: 60_000, grace_ms: 0, sweep_ms: 10_000 };
// Somebody is always heard, and the audit goes on to the end.
const other = heartbeats('a2', 30, 5, 1_805);
const lastWord = { ts: at(1_805), action: 'auth.logout', resource: { kind: 'session', id: 's' }, outcome: 'success' };

describe('an agent goes offline', () => {
  it('because it stopped: the last heartbeat at 605 s, its lease until 665 s, the sweep at 670 s', async () => {
    const document = await diagnoseFleet({
      state: stateOf(lease),
      requests: [...other, ...heartbeats('a1', 30, 5, 605)],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual(['confirmed agent_stopped@agent:a1']);
    expect(document.causes[0]?.grade).toBe('F4');
  });

  it('because its lease was cut to less than its interval: it is heard as ever', async () => {
    const cut = {
      ts: at(600),
      action: 'config.changed',
      resource: { kind: 'config', id: 'heartbeat.ttl_ms' },
      outcome: 'success',
      before: 60_000,
      after: 10_000,
      details: { path: 'heartbeat.ttl_ms' },
    };
    // From 605 s on: heard at 605 + 30 k, deadline 10 s later, the sweep after it 15 s after the heartbeat.
    const flaps = [...Array(40).keys()].flatMap((k) => [
      became('a1', 'offline', 605 + 30 * k + 15),
      ...(k < 39 ? [became('a1', 'online', 605 + 30 * (k + 1))] : []),
    ]);
    const document = await diagnoseFleet({
      state: { ...stateOf({ ...lease, ttl_ms: 10_000 }) },
      requests: [...heartbeats('a1', 30, 5, 1_785), { ...heartbeat('a2', 1_805) }],
      audit: [cut, ...flaps, lastWord],
    });
    expect(told(document)).toEqual(['confirmed lease_too_short@config:heartbeat.ttl_ms']);
  });

  it('where nobody was heard at all it is not said that it stopped', async () => {
    const document = await diagnoseFleet({
      state: stateOf(lease),
      requests: [
        ...heartbeats('a1', 30, 5, 605),
        ...heartbeats('a2', 30, 5, 605),
        ...heartbeats('a2', 30, 1_205, 1_805),
      ],
      audit: [became('a1', 'offline', 670), became('a2', 'offline', 670), became('a2', 'online', 1_205), lastWord],
    });
    expect(document.causes).toEqual([]);
    expect(document.inconclusive.every((one) => one.reasons.includes('not_captured'))).toBe(true);
    expect(document.inconclusive[0]?.missing[0]).toMatch(/^requests@/);
  });

  it('where the manifest says that requests were left out nothing follows from a missing one', async () => {
    const requests = [...other, ...heartbeats('a1', 30, 5, 605)];
    const text = requests.map((record) => `${JSON.stringify(record)}\n`).join('');
    const document = await diagnoseFleet({
      state: stateOf(lease),
      requests,
      audit: [became('a1', 'offline', 670), lastWord],
      manifest: {
        format: 'inquest-archive',
        version: 1,
        captured_at: at(3_600),
        files: [
          {
            path: 'requests.ndjson',
            bytes: text.length,
            sha256: createHash('sha256').update(text).digest('hex'),
            complete: false,
          },
        ],
      },
    });
    expect(document.causes).toEqual([]);
    expect(told(document)).toEqual(['inconclusive agent_stopped@agent:a1']);
    expect(document.inconclusive[0]?.missing[0]).toMatch(/^requests@/);
  });

  it('because its key was refused: the refusal is the cause, offline a link of its chain', async () => {
    const state = stateOf(lease);
    const refused = heartbeats('a1', 30, 635, 1_805).map((record) => ({
      ...record,
      status: 401,
      error: { code: 'unauthorized' },
    }));
    const revoked = {
      ts: at(610),
      action: 'credential.revoked',
      resource: { kind: 'credential', id: 'k_a1' },
      outcome: 'success',
      before: { revoked_at: null },
      after: { revoked_at: at(610) },
    };
    for (const one of state.credentials as Fields[]) if (one.id === 'k_a1') one.revoked_at = at(610);
    const document = await diagnoseFleet({
      state,
      requests: [...other, ...heartbeats('a1', 30, 5, 605), ...refused],
      audit: [revoked, became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual(['confirmed credential_revoked@credential:k_a1']);
    expect(document.causes[0]?.symptoms).toEqual(['s1', 's2']);
    expect(document.causes[0]?.chain.map((link) => link.text)).toEqual([
      expect.stringContaining('credential.revoked'),
      expect.stringContaining('refused: unauthorized'),
      expect.stringContaining('agent:a1 offline'),
    ]);
  });

  it('names what would decide where the lease is not told', async () => {
    const { heartbeat: _lease, ...state } = stateOf(lease);
    const document = await diagnoseFleet({
      state,
      requests: [...other, ...heartbeats('a1', 30, 5, 605)],
      audit: [became('a1', 'offline', 670), lastWord],
    });
    expect(told(document)).toEqual(['inconclusive agent_stopped@agent:a1']);
    expect(document.inconclusive[0]?.missing).toEqual(['state.heartbeat']);
  });
});
