// Protects the lease of an agent: which values count, and the first sweep that finds it over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildConfiguration, firstSweepAfter, leaseAt, leaseDeadline } from '../../src/control-plane/index.ts';

const heartbeat = { interval_ms: 20_000, ttl_ms: 60_000, grace_ms: 10_000, sweep_ms: 15_000 };
const at = 1_000_000;
const configurationOf = (body: Record<string, number | string>) =>
  buildConfiguration({
    capturedAt: at,
    captured: ['heartbeat'],
    records: [{ section: 'heartbeat', key: '', body, ref: 'state.json@0+9' }],
    changes: [
      {
        at: 500_000,
        ref: 'audit.ndjson@0+9',
        order: 0,
        action: 'config.changed',
        resource: { kind: 'config', id: 'heartbeat.ttl_ms' },
        before: 90_000,
        after: 60_000,
        path: 'heartbeat.ttl_ms',
      },
    ],
  });

describe('the lease', () => {
  it('takes the values in force when the heartbeat was received', () => {
    const configuration = configurationOf(heartbeat);
    expect(leaseAt(configuration, 499_999)).toMatchObject({ state: 'known', ttlMs: 90_000, graceMs: 10_000 });
    expect(leaseAt(configuration, 500_000)).toMatchObject({ state: 'known', ttlMs: 60_000, sweepMs: 15_000 });
    expect(leaseDeadline(500_000, { ttlMs: 60_000, graceMs: 10_000 })).toBe(570_000);
  });

  it('sweeps at the interval, and without grace, where nothing else is said', () => {
    expect(leaseAt(configurationOf({ interval_ms: 20_000, ttl_ms: 60_000 }), at)).toMatchObject({
      state: 'known',
      graceMs: 0,
      sweepMs: 20_000,
    });
  });

  it.each([
    [{ ...heartbeat, ttl_ms: '***' }, 'redacted'],
    [{ ttl_ms: 60_000 }, 'not_captured'],
    [{ ...heartbeat, sweep_ms: 0 }, 'not_captured'],
  ])('does not guess from %j', (body, reason) => {
    expect(leaseAt(configurationOf(body), at)).toMatchObject({ state: 'unknown', missing: 'state.heartbeat', reason });
  });

  it('is unknown without a state', () => {
    const none = buildConfiguration({ capturedAt: null, captured: [], records: [], changes: [] });
    expect(leaseAt(none, at)).toMatchObject({ state: 'unknown', missing: 'state' });
  });

  it('is over at the first sweep after the deadline, never at it', () => {
    expect(firstSweepAfter(29_999, 15_000)).toBe(30_000);
    expect(firstSweepAfter(30_000, 15_000)).toBe(45_000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 1e6 }), (deadline, sweepMs) => {
        const sweep = firstSweepAfter(deadline, sweepMs);
        expect(sweep % sweepMs).toBe(0);
        expect(sweep).toBeGreaterThan(deadline);
        expect(sweep - sweepMs).toBeLessThanOrEqual(deadline);
      }),
    );
  });
});
