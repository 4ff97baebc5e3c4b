// Protects the filter language: what each form means, where an error is, and that a printed filter reads back.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatMicros } from '../../../src/base/time.ts';
import { utc, zoneOf } from '../../../src/base/zone.ts';
import { parseFilter } from '../../../src/timeline/filter/parse.ts';
import { printFilter } from '../../../src/timeline/filter/print.ts';
import { filterArbitrary, moments } from './filters.ts';

const read = (text: string): unknown => {
  const found = parseFilter(text, moments);
  return found.ok ? found.value : `${found.error.column} ${found.error.why}`;
};
const whole = (text: string): unknown => ({ text, match: 'whole' });
const prefix = (text: string): unknown => ({ text, match: 'prefix' });
const text = (value: string): unknown => ({ type: 'text', pattern: whole(value) });
const word = (field: string, cmp: string, ...values: unknown[]): unknown => ({ type: 'word', field, cmp, values });
const integer = (field: string, cmp: string, ...values: readonly (readonly [number, number])[]): unknown => ({
  type: 'integer',
  field,
  cmp,
  values: values.map(([from, to]) => ({ from, to })),
});
const not = (of: unknown): unknown => ({ type: 'not', of });
const and = (...of: unknown[]): unknown => ({ type: 'and', of });
const or = (...of: unknown[]): unknown => ({ type: 'or', of });

test.each<readonly [string, unknown]>([
  ['', { type: 'all' }],
  ['  \t', { type: 'all' }],
  ['kind:audit,request', word('kind', '=', whole('audit'), whole('request'))],
  ['entity:agent:ag_7', word('entity', '=', whole('agent:ag_7'))],
  ['agent:ag_*', word('agent', '=', prefix('ag_'))],
  ['agent:"ag_*"', word('agent', '=', whole('ag_*'))],
  ['agent:*', word('agent', '=', prefix(''))],
  ['path:~heart', word('path', '~', whole('heart'))],
  ['code:!=rate_limited', word('code', '!=', whole('rate_limited'))],
  ['action:"a \\"b\\" \\\\"', word('action', '=', whole('a "b" \\'))],
  ['details.agent_id:ag_7', word('details.agent_id', '=', whole('ag_7'))],
  ['status:4xx', integer('status', '=', [400, 499])],
  ['status:!=4xx,503', integer('status', '!=', [400, 499], [503, 503])],
  ['status:200..299', integer('status', '=', [200, 299])],
  ['latency_ms:>=1000', integer('latency_ms', '>=', [1000, 1000])],
  ['latency_ms:-5..5', integer('latency_ms', '=', [-5, 5])],
  ['is:gap,undated', { type: 'is', cmp: '=', values: ['gap', 'undated'] }],
  ['has:details.kid', { type: 'has', cmp: '=', values: ['details.kid'] }],
  ['timeout', text('timeout')],
  ['time*', { type: 'text', pattern: prefix('time') }],
  ['"no route to host"', text('no route to host')],
  ['a,b', text('a,b')],
  ['a-b', text('a-b')],
  ['or', text('or')],
  ['ORder', text('ORder')],
  ['"AND"', text('AND')],
  ['a b', and(text('a'), text('b'))],
  ['a AND b', and(text('a'), text('b'))],
  ['a OR b c', or(text('a'), and(text('b'), text('c')))],
  ['(a OR b) c', and(or(text('a'), text('b')), text('c'))],
  ['NOT a b', and(not(text('a')), text('b'))],
  ['-status:200', not(integer('status', '=', [200, 200]))],
  ['- a', not(text('a'))],
  ['NOT (a OR b)', not(or(text('a'), text('b')))],
  ['--a', not(text('-a'))],
  ['NOT -a', not(text('-a'))],
  ['a(b)', and(text('a'), text('b'))],
  ['agent:a"b"', and(word('agent', '=', whole('a')), text('b'))],
  ['((a))', text('a')],
])('%s', (filter, expected) => {
  expect(read(filter)).toEqual(expected);
});

test.each<readonly [string, string]>([
  ['kind:request statsu:200', '14 unknown field "statsu" (near: status, state)'],
  ['a OR statsu:2', '6 unknown field "statsu" (near: status, state)'],
  ['é 😀 statsu:2', '5 unknown field "statsu" (near: status, state)'],
  ['http://x', '1 unknown field "http" (quote it to search for it)'],
  ['12:03', '1 unknown field "12" (quote it to search for it)'],
  [':x', '1 unknown field "" (quote it to search for it)'],
  ['a "b', '3 unclosed quote'],
  ['agent:"b\\', '7 unclosed quote'],
  ['a (b (c)', '3 unclosed parenthesis'],
  ['a) b', '2 nothing is open that ")" could close'],
  ['()', '2 missing operand'],
  ['a OR', '5 missing operand'],
  ['OR a', '1 missing operand'],
  ['a AND OR b', '7 missing operand'],
  ['NOT', '4 missing operand'],
  ['NOT NOT a', '5 missing operand'],
  ['-', '2 missing operand'],
  ['agent:', '7 missing operand'],
  ['agent: ag_7', '7 missing operand'],
  ['agent:a,', '8 missing operand'],
  ['agent:a, b', '8 missing operand'],
  ['status:>', '9 missing operand'],
  ['status:200..', '11 missing operand'],
  ['status:..200', '8 missing operand'],
  ['status:abc', '8 "abc" is no whole number'],
  ['status:4*', '8 "4*" is no whole number'],
  ['status:>4xx', '9 "4xx" is no whole number'],
  ['status:1.5', '8 "1.5" is no whole number'],
  ['status:200..4xx', '13 "4xx" is no whole number'],
  ['latency_ms:99999999999999999', '12 "99999999999999999" is no whole number'],
  ['status:~4', '8 status takes no "~"'],
  ['agent:>a', '7 agent takes no ">"'],
  ['agent:a..b', '8 agent takes no ".."'],
  ['details.x:1..2', '12 details.x takes no ".."'],
  ['after:12:00..12:05', '12 after takes no ".."'],
  ['before:>=12:00', '8 before takes no ">="'],
  ['status:>1..2', '10 ".." stands without ">"'],
  ['status:1..2,3', '12 a range stands alone'],
  ['status:1,2..3', '11 a range stands alone'],
  ['after:yesterday', '7 "yesterday": not a time'],
  ['at:25:00', '4 "25:00": not a time'],
  ['is:gpa', '4 unknown flag "gpa" (near: gap)'],
  ['is:gap,x', '8 unknown flag "x" (one of gap, undated, moved, noted, cause, symptom)'],
  ['has:statsu', '5 unknown field "statsu" (near: status, state)'],
  ['kind:requests', '6 unknown kind "requests" (near: request)'],
  ['outcome:fail', '9 unknown outcome "fail" (near: failure)'],
])('%s is an error', (filter, expected) => {
  expect(read(filter)).toBe(expected);
});

test('filters that are too long or too deep are errors', () => {
  expect(read('('.repeat(5_000))).toBe('101 more than 100 parentheses deep');
  expect(read('a'.repeat(20_001))).toBe('1 a filter has at most 20000 characters');
});

describe('a time', () => {
  const spanOf = (filter: string, zone = utc): string => {
    const found = parseFilter(filter, { ...moments, zone });
    if (!found.ok || found.value.type !== 'time') return JSON.stringify(found);
    const [{ from, to }] = found.value.values;
    return `${formatMicros(from)} ${formatMicros(to)}`;
  };
  it.each([
    ['at:2026-01-31', '2026-01-31T00:00:00Z 2026-02-01T00:00:00Z'],
    ['at:12:03', '2026-01-31T12:03:00Z 2026-01-31T12:04:00Z'],
    ['after:12:03', '2026-01-31T12:03:00Z 2026-01-31T12:04:00Z'],
    ['at:11:03', '2026-02-01T11:03:00Z 2026-02-01T11:04:00Z'],
    ['at:12:03:04', '2026-01-31T12:03:04Z 2026-01-31T12:03:05Z'],
    ['at:12:03:04.5', '2026-01-31T12:03:04.500Z 2026-01-31T12:03:04.600Z'],
    ['at:2026-01-31T12:03', '2026-01-31T12:03:00Z 2026-01-31T12:04:00Z'],
    ['at:2026-01-31T12:03:04Z', '2026-01-31T12:03:04Z 2026-01-31T12:03:05Z'],
    ['at:2026-01-31T12:03:04.512+01:00', '2026-01-31T11:03:04.512Z 2026-01-31T11:03:04.513Z'],
    ['at:"2026-01-31 12:03"', '2026-01-31T12:03:00Z 2026-01-31T12:04:00Z'],
    ['at:1769861000', '2026-01-31T12:03:20Z 2026-01-31T12:03:21Z'],
    ['at:1769861000000', '2026-01-31T12:03:20Z 2026-01-31T12:03:20.001Z'],
    ['at:1769861000000000', '2026-01-31T12:03:20Z 2026-01-31T12:03:20.000001Z'],
    ['after:+90s', '2026-01-31T11:41:30Z 2026-01-31T11:41:31Z'],
    ['after:-10m', '2026-01-31T12:31:00Z 2026-01-31T12:32:00Z'],
  ])('%s', (filter, expected) => {
    expect(spanOf(filter)).toBe(expected);
  });

  it('is of the zone that it is read in, whose days may be longer or shorter', () => {
    const berlin = zoneOf('Europe/Berlin') ?? utc;
    expect(spanOf('at:2026-03-29', berlin)).toBe('2026-03-28T23:00:00Z 2026-03-29T22:00:00Z');
    expect(spanOf('at:13:03', berlin)).toBe('2026-01-31T12:03:00Z 2026-01-31T12:04:00Z');
  });

  it('that counts from the evidence needs dated evidence', () => {
    expect(parseFilter('after:+90s', { span: null, zone: utc })).toMatchObject({ ok: false, error: { column: 7 } });
    expect(read('at:12:03..12:05')).toMatchObject({ type: 'span', from: { text: '12:03' }, to: { text: '12:05' } });
  });
});

const odd = [
  'plain',
  '',
  ' ',
  'a b',
  'a"b',
  'a\\b',
  'a*',
  '*',
  '-x',
  '=x',
  '!=',
  '<',
  '..',
  'a..b',
  'a,b',
  '(',
  'a:b',
  'OR',
  'é😀',
  'a.b',
];

test('a printed filter reads back as the same filter', () => {
  const filters = filterArbitrary({
    words: { agent: odd, path: odd, 'details.x': odd, kind: ['request', 'gap'], outcome: ['ok'] },
    texts: odd,
    integers: { status: [0, 200, 403, -1], count: [7] },
    times: ['2026-01-31', '12:03', '+90s', '-10m', '2026-01-31 12:03:04.5', '1769861000'],
  });
  fc.assert(
    fc.property(filters, (filter) => {
      const printed = printFilter(filter);
      const found = parseFilter(printed, moments);
      expect(found, printed).toEqual({ ok: true, value: filter });
    }),
    { numRuns: 1_000 },
  );
});

test('any text is a filter or an error with a column within it', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'ab:"\\()-*~=!<>., NOTADR') })),
      (anything) => {
        const found = parseFilter(anything, moments);
        if (found.ok) {
          const again = parseFilter(printFilter(found.value), moments);
          expect(again).toEqual(found);
        } else {
          expect(found.error.column).toBeGreaterThanOrEqual(1);
          expect(found.error.column).toBeLessThanOrEqual(Array.from(anything).length + 1);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
