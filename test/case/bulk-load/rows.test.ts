// Protects tables that are written page by page: what SQLite reads of them is what was put in, and it finds no page at fault.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { graftOn, pageNumber } from '../../../src/case/bulk-load/graft.ts';
import { createRecords, type RecordParts } from '../../../src/case/bulk-load/records.ts';
import { createRowPages } from '../../../src/case/bulk-load/row-pages.ts';
import { putVarint, varintLength } from '../../../src/case/bulk-load/varint.ts';
import { cellForm, cellsOf, leadingCells, type RowKind, tables } from '../../../src/evidence/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'inquest-bulk-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Stored {
  readonly n: number;
  readonly bytes: Buffer;
}

/** A record of one column of bytes. */
function recordOf(bytes: Buffer): RecordParts {
  const types = Buffer.alloc(16);
  const to = putVarint(types, 2, bytes.length * 2 + 12);
  types[0] = to;
  types[1] = 0;
  return { types, from: 0, to, values: bytes, length: bytes.length };
}

/** Two tables in turn, put there whenever so many bytes wait, between what SQLite writes itself; gives what it reads. */
function written(
  pageSize: number,
  putAt: number,
  rows: readonly Stored[],
  others: readonly Stored[],
): readonly (readonly Stored[])[] {
  const file = join(folder, 'a.db');
  rmSync(file, { force: true });
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.exec('BEGIN');
  db.exec('CREATE TABLE own (n INTEGER PRIMARY KEY, bytes BLOB)');
  for (const name of ['first', 'other', 'none'])
    db.exec(`CREATE TABLE ${name} (n INTEGER PRIMARY KEY, bytes BLOB, last)`);
  const pages = createRowPages(pageSize);
  const graft = graftOn(file, pageSize, pages);
  const root = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck();
  const [first, other, none] = ['first', 'other', 'none'].map((name) => ({
    root: root.get(name) as number,
    leaves: pages.table(),
  }));
  if (first === undefined || other === undefined || none === undefined) throw new Error('three tables');
  for (let at = 0; at < Math.max(rows.length, others.length); at++) {
    const [one, two] = [rows[at], others[at]];
    if (one !== undefined) first.leaves.add(one.n, recordOf(one.bytes));
    if (two !== undefined) other.leaves.add(two.n, recordOf(two.bytes));
    if (pages.waiting() < putAt) continue;
    db.exec('COMMIT');
    graft.put();
    db.exec('BEGIN');
    db.prepare('INSERT INTO own VALUES (NULL, ?)').run(Buffer.alloc(pageSize, 3));
  }
  db.prepare('INSERT INTO own VALUES (NULL, ?)').run(Buffer.alloc(3 * pageSize, 7));
  db.exec('COMMIT');
  graft.end([first, other, none]);

  // The connection that was open sees them, writes among them, and orders them.
  db.exec('BEGIN');
  db.exec('CREATE INDEX by_bytes ON first (bytes)');
  db.exec('UPDATE other SET last = n WHERE n % 2 = 0');
  db.exec('INSERT INTO none VALUES (1, NULL, NULL)');
  db.exec('COMMIT');
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT count(*) FROM other WHERE last = n').pluck().get()).toBe(
    others.filter(({ n }) => n % 2 === 0).length,
  );
  for (const { n, bytes } of [rows[0], rows.at(-1)].filter((one) => one !== undefined))
    expect(db.prepare('SELECT bytes FROM first WHERE n = ?').pluck().get(n)).toEqual(bytes);
  const read = ['first', 'other'].map(
    (name) => db.prepare(`SELECT n, bytes FROM ${name} ORDER BY n`).all() as Stored[],
  );
  db.close();
  return read;
}

const rising = (steps: readonly (readonly [number, Buffer])[]): Stored[] => {
  let n = 0;
  return steps.map(([step, bytes]) => {
    n += step;
    return { n, bytes };
  });
};
const bytesOf = (length: number): Buffer => Buffer.alloc(length, length % 251);

test('rows of any length, on few pages and on many', () => {
  const length = fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 60 }) },
    { weight: 2, arbitrary: fc.nat({ max: 600 }) },
    { weight: 1, arbitrary: fc.nat({ max: 9_000 }) },
  );
  const step = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 33 }));
  const rows = fc.array(fc.tuple(step, length.map(bytesOf)), { maxLength: 400, size: 'max' }).map(rising);
  fc.assert(
    fc.property(
      fc.constantFrom(512, 1_024, 8_192),
      fc.constantFrom(1, 20_000, 1e9),
      rows,
      rows,
      (pageSize, putAt, one, two) => {
        expect(written(pageSize, putAt, one, two)).toEqual([one, two]);
      },
    ),
    { numRuns: 60 },
  );
});

test('a tree of four levels', () => {
  const rows = rising(Array.from({ length: 90_000 }, (_, at) => [1 + (at % 3), bytesOf(40 + (at % 30))] as const));
  expect(written(512, 1 << 20, rows, rows.slice(0, 1))).toEqual([rows, rows.slice(0, 1)]);
});

test('every length around those that a page holds whole', () => {
  const edges = [512 - 35, 2 * 512 - 35, 39, 508, 512, 1_016].flatMap((edge) =>
    Array.from({ length: 13 }, (_, at) => edge - 6 + at),
  );
  const rows = rising(edges.map((length) => [1, bytesOf(length)] as const));
  expect(written(512, 1, rows, [])).toEqual([rows, []]);
  for (const row of rows) expect(written(512, 1, [row], [])).toEqual([[row], []]);
});

test('the page of the lock byte is left out, whichever pages were there before', () => {
  const lockPage = 2 ** 30 / 8_192 + 1;
  expect([0, 1, 2].map((index) => pageNumber(lockPage - 2, index, 8_192))).toEqual([
    lockPage - 1,
    lockPage + 1,
    lockPage + 2,
  ]);
  expect(pageNumber(lockPage - 1, 0, 8_192)).toBe(lockPage + 1);
  expect(pageNumber(lockPage, 0, 8_192)).toBe(lockPage + 1);
  expect(pageNumber(3, 0, 8_192)).toBe(4);
});

test('numbers of every length are spelt as SQLite spells them', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = Buffer.alloc(9);
      const end = putVarint(bytes, 0, value);
      expect(end).toBe(varintLength(value));
      let read = 0n;
      for (const byte of bytes.subarray(0, end)) read = (read << 7n) | BigInt(byte & 0x7f);
      expect(read).toBe(BigInt(value));
      expect(bytes.subarray(0, end).findIndex((byte) => byte < 0x80)).toBe(end - 1);
    }),
  );
});

test('cells of a batch are what SQLite would store of them', () => {
  const kind: RowKind = 'sample';
  const columns = tables[kind].columns;
  const width = cellsOf(kind);
  const number = fc.oneof(
    fc.constantFrom(0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, 2 ** 23 - 1, 2 ** 23, -(2 ** 23) - 1, 2 ** 31 - 1),
    fc.constantFrom(2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 47, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    fc.maxSafeInteger(),
    fc.integer(),
  );
  const real = fc.oneof(
    number,
    fc.double({ noNaN: true }).map((value) => value + 0),
    fc.constantFrom(2 ** 53, 1e300),
  );
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ minLength: 40, maxLength: 300 }));
  const cell = fc.option(fc.oneof(number, text), { freq: 4, nil: null });
  const row = fc.tuple(
    number,
    number,
    number,
    ...columns.map((column) => (column.type === 'real' ? fc.option(real, { nil: null }) : cell)),
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
      const cells: number[] = [];
      const texts: Buffer[] = [];
      const expected = rows.map((values) =>
        values.map((value, at) => {
          const column = columns[at - leadingCells];
          const form = column === undefined ? 'number' : cellForm(column);
          if (value === null || (typeof value === 'number') !== (form === 'number')) {
            const isSymbol = form === 'symbol' && typeof value === 'number';
            cells.push(isSymbol ? Math.abs(value) : Number.NaN);
            return isSymbol ? Math.abs(value) : null;
          }
          if (typeof value === 'number') {
            cells.push(value);
            return value;
          }
          const bytes = Buffer.from(value, 'utf8');
          texts.push(bytes);
          cells.push(form === 'symbol' ? -1 - bytes.length : bytes.length);
          return form === 'symbol' ? bytes : bytes.toString('utf8');
        }),
      );
      expect(cells).toHaveLength(rows.length * width);
      const joined = Buffer.concat(texts);
      const walk = createRecords(kind)({
        table: kind,
        rows: rows.length,
        cells: Float64Array.from(cells),
        text: Uint8Array.from(joined),
        mentions: [],
        firstN: 5,
        member: 0,
      });
      const file = join(folder, 'b.db');
      rmSync(file, { force: true });
      const db = new Database(file);
      const names = ['off', 'len', 'ts', ...columns.map(({ name }) => name)];
      const affinity = (at: number): string => {
        const column = columns[at - leadingCells];
        if (column?.type === 'real') return 'REAL';
        return column !== undefined && cellForm(column) === 'text' ? 'TEXT' : 'INTEGER';
      };
      const pageSize = db.pragma('page_size', { simple: true }) as number;
      db.exec(
        `CREATE TABLE t (n INTEGER PRIMARY KEY, ${names.map((name, at) => `"${name}" ${affinity(at)}`).join()}, more)`,
      );
      const pages = createRowPages(pageSize);
      const leaves = pages.table();
      for (let at = 0; at < rows.length; at++) leaves.add(5 + at, walk.next());
      graftOn(file, pageSize, pages).end([{ root: 2, leaves }]);
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(db.prepare('SELECT * FROM t').raw().all()).toEqual(
        expected.map((values, at) => [5 + at, ...values, null]),
      );
      const reals = db.prepare('SELECT DISTINCT typeof(real) FROM t WHERE real IS NOT NULL').pluck().all();
      expect(reals.every((type) => type === 'real')).toBe(true);
      db.close();
    }),
    { numRuns: 40 },
  );
});
