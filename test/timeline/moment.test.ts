// Protects how times are typed: every form of formats.md 4, in any zone, and nothing else.
import { expect, test } from 'vitest';
import { formatMicros, parseMicros } from '../../src/base/time.ts';
import { clockInZone, formatInZone, utc, type Zone, zoneOf } from '../../src/base/zone.ts';
import { parseMoment } from '../../src/timeline/index.ts';

const at = (text: string): number => parseMicros(text) ?? Number.NaN;
const span = { from: at('2026-03-28T22:30:00.5Z'), to: at('2026-03-29T04:00:00Z') };
const zone = (name: string): Zone => {
  const found = zoneOf(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
};
const berlin = zone('Europe/Berlin');
const kathmandu = zone('Asia/Kathmandu');

const read = (text: string, where: Zone = utc): string => {
  const moment = parseMoment(text, '--from', { span, zone: where });
  return moment.ok ? formatMicros(moment.value) : moment.error.why;
};

test.each([
  ['2026-03-29T01:02:03.5+02:00', utc, '2026-03-28T23:02:03.500Z'],
  ['2026-03-29', utc, '2026-03-29T00:00:00Z'],
  ['2026-03-29', berlin, '2026-03-28T23:00:00Z'],
  ['2026-03-29T12:03', kathmandu, '2026-03-29T06:18:00Z'],
  ['23:00', utc, '2026-03-28T23:00:00Z'],
  ['22:30', utc, '2026-03-29T22:30:00Z'],
  ['22:30:00.5', utc, '2026-03-28T22:30:00.500Z'],
  ['1:05', utc, '2026-03-29T01:05:00Z'],
  ['23:45', berlin, '2026-03-28T22:45:00Z'],
  // Clocks went forward at 01:00 UTC: 03:30 in Berlin is one hour and a half after 01:00 there.
  ['03:30', berlin, '2026-03-29T01:30:00Z'],
  ['+90s', utc, '2026-03-28T22:31:30.500Z'],
  ['+1.5h', utc, '2026-03-29T00:00:00.500Z'],
  ['-10m', utc, '2026-03-29T03:50:00Z'],
  ['-250ms', utc, '2026-03-29T03:59:59.750Z'],
  ['1774742400', utc, '2026-03-29T00:00:00Z'],
  ['1774742400000', utc, '2026-03-29T00:00:00Z'],
  ['1774742400000000', utc, '2026-03-29T00:00:00Z'],
  ['1774742400000000000', utc, '2026-03-29T00:00:00Z'],
] as const)('%s is %#', (text, where, expected) => {
  expect(read(text, where)).toBe(expected);
});

test.each([
  '',
  'yesterday',
  '25:00',
  '12:60',
  '2026-02-30',
  '2026-13-01',
  '+5',
  '+5w',
  '12:03:04.1234567',
  '--',
  '1e9',
])('%j is no time', (text) => {
  expect(read(text)).toBe('not a time');
});

test('a time that counts from the evidence needs dated evidence', () => {
  for (const text of ['+1s', '-1s', '12:00'])
    expect(parseMoment(text, '--to', { span: null, zone: utc })).toMatchObject({ ok: false, error: { code: 'usage' } });
});

test('times are shown in the zone, with its offset', () => {
  expect(formatInZone(at('2026-03-29T00:30:00Z'), berlin)).toBe('2026-03-29T01:30:00+01:00');
  expect(formatInZone(at('2026-03-29T01:30:00Z'), berlin)).toBe('2026-03-29T03:30:00+02:00');
  expect(formatInZone(at('2026-03-29T01:30:00Z'), utc)).toBe('2026-03-29T01:30:00Z');
  expect(clockInZone(at('2026-03-29T01:30:00.123456Z'), kathmandu)).toBe('07:15:00.123');
  expect(zoneOf('Mars/Olympus')).toBeNull();
});
