// Protects the counters of the first pass: resets, series that appear late, several components, the fastest minute.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CounterSample, countersOf } from '../../src/triage/counters.ts';

const minute = 60_000_000;
const start = 1_700_000_000_000_000;

function sample(at: number, value: string, more: Partial<CounterSample> = {}): CounterSample {
  return {
    ts: start + at,
    ref: `metrics/api/${at}.prom@0+${value.length}`,
    component: 'api',
    name: 'byteor_cloud_forbidden_total',
    labels: {},
    role: 'forbidden',
    type: 'counter',
    value,
    real: Number(value),
    reset: false,
    ...more,
  };
}

const forbidden = (samples: readonly CounterSample[]) => countersOf(samples).forbidden;

describe('counters', () => {
  test.each([
    ['no sample of the role', [sample(0, '5', { role: null })], null],
    ['one scrape goes nowhere', [sample(0, '5')], { delta: 0, peak_per_min: 0 }],
    ['the difference of two scrapes', [sample(0, '5'), sample(minute, '12')], { delta: 7, peak_per_min: 7 }],
    [
      'after a reset the new value is the increment',
      [sample(0, '90'), sample(minute, '100'), sample(2 * minute, '4')],
      { delta: 14, peak_per_min: 10 },
    ],
    [
      'after a reset that only `_created` tells, too',
      [sample(0, '90'), sample(minute, '100'), sample(2 * minute, '120', { reset: true })],
      { delta: 130, peak_per_min: 120 },
    ],
    [
      'two resets in a row',
      [sample(0, '100'), sample(minute, '4'), sample(2 * minute, '3')],
      { delta: 7, peak_per_min: 4 },
    ],
    [
      'scrapes further apart than a minute count by the minute',
      [sample(0, '0'), sample(5 * minute, '50')],
      { delta: 50, peak_per_min: 10 },
    ],
    [
      'scrapes closer than a minute are put together',
      [sample(0, '0'), sample(minute / 2, '10'), sample(minute, '30'), sample(1.5 * minute, '31')],
      { delta: 31, peak_per_min: 30 },
    ],
    [
      'a series that appears in a later scrape began at 0',
      [
        sample(0, '5', { labels: { route: '/a' } }),
        sample(minute, '5', { labels: { route: '/a' } }),
        sample(minute, '3', { labels: { route: '/b' } }),
      ],
      { delta: 3, peak_per_min: 3 },
    ],
    [
      'series are told apart by their labels',
      [
        sample(0, '50', { labels: { g: 'a' } }),
        sample(0, '1', { labels: { g: 'b' } }),
        sample(minute, '51', { labels: { g: 'a' } }),
        sample(minute, '2', { labels: { g: 'b' } }),
      ],
      { delta: 2, peak_per_min: 2 },
    ],
    [
      'components are apart, and summed',
      [
        sample(0, '50'),
        sample(0, '7', { component: 'worker' }),
        sample(minute, '52'),
        sample(minute, '8', { component: 'worker' }),
      ],
      { delta: 3, peak_per_min: 2 },
    ],
    ['a gauge is no counter', [sample(0, '5', { type: 'gauge' })], null],
    ['undated samples have no place', [sample(0, '5', { ts: null })], null],
    ['no number is no value', [sample(0, 'NaN'), sample(minute, '+Inf')], null],
    [
      'beyond 2^53 every digit counts',
      [sample(0, '18446744073709551610'), sample(minute, '18446744073709551613')],
      { delta: 3, peak_per_min: 3 },
    ],
  ])('%s', (_name, samples, expected) => {
    const counter = forbidden(samples as CounterSample[]);
    if (expected === null) expect(counter).toBeNull();
    else expect(counter).toMatchObject(expected as object);
  });

  test('the reference is the sample of the fastest minute', () => {
    const samples = [sample(0, '0'), sample(minute, '1'), sample(2 * minute, '40'), sample(3 * minute, '41')];
    expect(forbidden(samples)?.ref).toBe(samples[2]?.ref);
  });

  test('authentications are the accepted and the refused ones', () => {
    const of = (at: number, role: string, value: string) =>
      sample(at, value, { role, name: `byteor_cloud_${role}_total` });
    const samples = [
      of(0, 'auth_success', '10'),
      of(0, 'auth_failure', '0'),
      of(minute, 'auth_success', '12'),
      of(minute, 'auth_failure', '5'),
    ];
    expect(countersOf(samples).auth).toMatchObject({ delta: 7, peak_per_min: 7 });
  });

  test('the delta is the number of events, however often the process restarts', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ events: fc.nat(1000), restart: fc.boolean() }), { maxLength: 40 }), (steps) => {
        let value = 0;
        let seen = 0;
        const samples = [sample(0, '0')];
        steps.forEach(({ events, restart }, index) => {
          // A restart that the next scrape does not show as a decrease can't be told from none.
          if (restart && events < value) value = 0;
          value += events;
          seen += events;
          samples.push(sample((index + 1) * minute, String(value)));
        });
        expect(forbidden(samples)?.delta).toBe(seen);
      }),
    );
  });
});
