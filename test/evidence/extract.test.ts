// Protects: the fast extractor and the declared schema never disagree about a field, and the fast clock equals the slow one.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, isObject, type Json, parseJson, writeJson } from '../../src/base/json.ts';
import { isDatable, parseMicros } from '../../src/base/time.ts';
import type { Table } from '../../src/evidence/columns.ts';
import { createTimeReader } from '../../src/evidence/fast-time.ts';
import { tables } from '../../src/evidence/index.ts';
import { hasLongDigits } from '../../src/evidence/long-digits.ts';
import { columnSchema } from '../../src/evidence/schema.ts';
import { collect } from './collect.ts';

const timeText = fc
  .record({
    date: fc.oneof(
      fc.date({ min: new Date('1960-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      // The last day that a case file can hold, and all that four digits can say.
      fc.date({ min: new Date('2255-06-05'), max: new Date('2255-06-07'), noInvalidDate: true }),
      fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    ),
    fraction: fc.constantFrom('', '.1', '.123', '.123456', '.123456789', '.', ',5'),
    zone: fc.constantFrom('Z', '+05:30', '-00:45', '+12:45', '', 'z', ' UTC', '+0530', '+24:00'),
    sep: fc.constantFrom('T', ' ', 't'),
  })
  .map(
    ({ date, fraction, zone, sep }) =>
      `${date.toISOString().slice(0, 10)}${sep}${date.toISOString().slice(11, 19)}${fraction}${zone}`,
  );

it('reads a time as the slow way does', () => {
  const times = createTimeReader();
  fc.assert(
    fc.property(
      fc.oneof(
        timeText,
        fc.string(),
        fc.double(),
        fc.bigInt(),
        fc.integer().map(String),
        fc.constantFrom(
          '2026-02-30T00:00:00Z',
          '2026-01-01T24:00:00Z',
          '2026-01-01T23:59:60Z',
          '2026-13-01T00:00:00Z',
          '20260101T00:00:00.1Z',
        ),
      ),
      (value) => {
        const slow = parseMicros(value);
        const expected = slow !== null && isDatable(slow) ? slow : Number.NaN;
        expect(times.read(value)).toBe(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('knows sixteen digits in a row wherever they stand', () => {
  const text = fc
    .array(fc.constantFrom('7', '0123456789', 'x', '-', '.'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => {
      expect(hasLongDigits(value)).toBe(/[0-9]{16}/.test(value));
    }),
    { numRuns: 1_000 },
  );
});

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: timeText },
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.bigInt(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('00ff', 'ABCD', 'abc'),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }) as fc.Arbitrary<Json>,
);

const checked = (['request', 'audit', 'artifact'] as const).map((name) => [name, tables[name] as Table] as const);
const required: Record<string, Record<string, Json>> = {
  request: { method: 'GET', path: '/x', status: 200 },
  audit: { action: 'a', resource: {} },
  artifact: { content_hash: 'h' },
};

describe.each(checked)('%s', (name, table) => {
  const keys = [
    ...new Set([
      table.time ?? '',
      ...table.columns.flatMap(({ path }) => (path === undefined ? [] : [path.split('.')[0] as string])),
    ]),
  ];
  const subs = [...new Set(table.columns.flatMap(({ path }) => path?.split('.')[1] ?? []))];
  const value = fc.oneof(scalar, fc.dictionary(fc.constantFrom(...subs, 'other'), scalar) as fc.Arbitrary<Json>);
  const record = fc.dictionary(fc.constantFrom(...keys, 'unknown', '__proto__', 'constructor'), value, {
    maxKeys: keys.length,
  });

  it('takes into a column what its schema takes, and everything else into extra', () => {
    fc.assert(
      fc.property(record, (fields) => {
        const line = writeJson({ ...fields, ...required[name] } as Json);
        const parsed = parseJson(line);
        const row = collect('any.ndjson', `${line}\n`).rows[name]?.[0];
        const extra = row?.extra === null || row === undefined ? {} : parseJson(row.extra as string);
        for (const column of table.columns) {
          if (column.path === undefined || row === undefined) continue;
          const given = at(parsed, column.path.split('.'));
          // A null is absent, but for JSON: there it says that there was none.
          const absent = given === undefined || (given === null && column.type !== 'json');
          const taken = absent ? undefined : columnSchema(column).safeParse(given);
          const cell = row[column.name];
          if (taken?.success !== true) {
            // A rounded number is the one cell that differs from what was given; the original is in extra.
            if (!(column.type === 'int' && typeof given === 'number' && cell === Math.round(given)))
              expect(cell).toBeNull();
            if (given !== undefined && given !== null) expect(at(extra, column.path.split('.'))).toEqual(given);
          } else if (column.type === 'json') expect(parseJson(cell as string)).toEqual(given);
          else if (column.type === 'bool') expect(cell).toBe(given ? 1 : 0);
          else expect(cell).toEqual(taken.data === 0 ? 0 : taken.data);
        }
        if (isObject(parsed) && Object.hasOwn(parsed, 'unknown'))
          expect(at(extra, ['unknown'])).toEqual(parsed.unknown);
      }),
      { numRuns: 400 },
    );
  });
});
