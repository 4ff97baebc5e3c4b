// Protects health and readiness of the first pass: what counts as failing, rows of failing probes, flapping, hosts kept apart.
import { describe, expect, test } from 'vitest';
import { endpointHealth } from '../../src/triage/first-pass.ts';
import { type Probe, probeTracks } from '../../src/triage/probes.ts';

const start = 1_700_000_000_000_000;
const seconds = 1_000_000;

/** One probe each 30 s: `.` good, `x` refused, `-` no answer. */
const probes = (pattern: string, more: Partial<Probe> = {}): Probe[] =>
  [...pattern].map((mark, index) => ({
    ts: start + index * 30 * seconds,
    ref: `health.ndjson@${index * 10}+10`,
    component: 'api',
    host: 'api-1',
    endpoint: '/readyz',
    status: mark === '.' ? 200 : mark === 'x' ? 503 : null,
    ok: mark === '.',
    error: null,
    failing_checks: null,
    ...more,
  }));

const readyz = (all: readonly Probe[]) => endpointHealth(probeTracks(all), 'api', '/readyz');

describe('health of an endpoint', () => {
  test.each([
    ['', 'not_captured', 0],
    ['....', 'ok', 0],
    ['..x.', 'failing', 1],
    ['..--', 'failing', 1],
    ['xx..', 'failing', 1],
    ['.x.x', 'flapping', 2],
    ['x.x..', 'flapping', 2],
    ['xxxx', 'failing', 1],
  ])('%s is %s', (pattern, state, spans) => {
    const health = readyz(probes(pattern));
    expect(health.state).toBe(state);
    expect(health.failing_spans).toHaveLength(spans);
  });

  test('a span tells from the first to the last failing probe, and its reference opens the first', () => {
    expect(readyz(probes('.xxx..')).failing_spans).toEqual([
      { from: '2023-11-14T22:13:50Z', to: '2023-11-14T22:14:50Z', probes: 3, ref: 'health.ndjson@10+10' },
    ]);
  });

  test('two hosts are not one flapping endpoint', () => {
    const bad = probes('xxxx', { host: 'api-2' });
    const good = probes('....');
    const mixed = good.flatMap((probe, index) => [probe, ...bad.slice(index, index + 1)]);
    expect(readyz(mixed).state).toBe('failing');
  });

  test('another endpoint or component is not captured', () => {
    const tracks = probeTracks(probes('....'));
    expect(endpointHealth(tracks, 'api', '/healthz').state).toBe('not_captured');
    expect(endpointHealth(tracks, 'worker', '/readyz').state).toBe('not_captured');
  });
});
