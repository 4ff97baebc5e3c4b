import type Database from 'better-sqlite3';
import type { Micros } from '../base/time.ts';
import type { RowKind } from '../evidence/index.ts';
import type { NumberSet } from './numbers.ts';
import { tableName } from './schema.ts';
import type { Segment, Segments } from './segments.ts';

/** A row as SQLite gives it: n, off, len, ts, then whatever was asked for. */
export type RawRow = readonly [number, number, number, number | null, ...unknown[]];

/** A value that a condition is given. */
export type Param = number | string | Buffer;

export interface Scan {
  readonly kind: RowKind;
  /** Columns after n, off, len, ts. */
  readonly columns: readonly string[];
  /** Where the rows come from, when it is not the table itself. */
  readonly source?: string;
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
  readonly conditions: readonly string[];
  readonly params: readonly Param[];
  readonly backwards?: boolean | undefined;
  /** The source has rows by corrected time: they were recorded that much later. They all have a time. */
  readonly moved?: { readonly least: number; readonly most: number } | undefined;
  /** Begin at this time, in the direction of the walk; null: among the undated. */
  /** Where the rows lie, if that is known. */
  readonly listed?: Listed | undefined;
  readonly resume?: { readonly ts: Micros | null } | undefined;
}

/** Rows that a condition on stored columns wants, with the numbers of all that meet it and of few others. */
export interface Listed {
  readonly numbers: NumberSet;
  readonly sql: string;
  readonly params: readonly Param[];
}

/** Rows of one time that are put in order in memory; more of them are read again segment by segment. */
const groupMax = 2_000;

/**
 * Rows of one table in total order: time, member path, offset; undated ones last. Numbers follow the order in which members
 * were read, so rows of one time are put in order here: the same for a folder and for a tar of any order.
 */
export function* inTotalOrder(db: Database.Database, segments: Segments, scan: Scan): IterableIterator<RawRow> {
  const bounded = scan.from !== undefined || scan.to !== undefined;
  const backwards = scan.backwards === true;
  const inUndated = scan.resume !== undefined && scan.resume.ts === null;
  const inDated = scan.resume !== undefined && scan.resume.ts !== null;
  const hasUndated = !bounded && scan.moved === undefined;
  if (backwards && hasUndated && !inDated) yield* undated(db, segments, withoutList(scan, 'ts IS NULL AND'));
  if (backwards || !inUndated)
    yield* scan.listed === undefined ? dated(db, segments, scan) : listed(db, segments, scan, scan.listed);
  if (!backwards && hasUndated) yield* undated(db, segments, withoutList(scan, 'ts IS NULL AND'));
}

/** The same rows by the condition alone; it is on stored columns, which the source may not have. */
const withoutList = (scan: Scan, among: string): Scan =>
  scan.listed === undefined
    ? scan
    : {
        ...scan,
        conditions: [
          `n IN (SELECT n FROM ${tableName(scan.kind)} WHERE ${among} (${scan.listed.sql}))`,
          ...scan.conditions,
        ],
        params: [...scan.listed.params, ...scan.params],
      };

const direction = (scan: Scan): string => (scan.backwards === true ? 'DESC' : 'ASC');

function select(scan: Scan, conditions: readonly string[], order: string): string {
  const columns = ['n', 'off', 'len', 'ts', ...scan.columns].join(', ');
  const all = [...conditions, ...scan.conditions].map((one) => `(${one})`).join(' AND ');
  return `SELECT ${columns} FROM ${scan.source ?? tableName(scan.kind)} WHERE ${all} ORDER BY ${order}`;
}

function* dated(db: Database.Database, segments: Segments, scan: Scan): IterableIterator<RawRow> {
  const way = direction(scan);
  const conditions = ['ts IS NOT NULL'];
  const params: Param[] = [];
  if (scan.from !== undefined) {
    conditions.push('ts >= ?');
    params.push(scan.from);
  }
  if (scan.to !== undefined) {
    conditions.push('ts < ?');
    params.push(scan.to);
  }
  const resume = scan.resume?.ts ?? null;
  if (resume !== null) {
    conditions.push(scan.backwards === true ? 'ts <= ?' : 'ts >= ?');
    params.push(resume);
  }
  const statement = db.prepare(select(scan, conditions, `ts ${way}, n ${way}`)).raw();
  yield* grouped(db, segments, scan, statement.iterate(...params, ...scan.params) as IterableIterator<RawRow>);
}

/**
 * The dated rows of a set, without a look at any other row: segments in the order of their times, no more of them than the
 * walk gets to.
 */
function* listed(
  db: Database.Database,
  segments: Segments,
  scan: Scan,
  { numbers, sql, params }: Listed,
): IterableIterator<RawRow> {
  const backwards = scan.backwards === true;
  const sign = backwards ? -1 : 1;
  const resume = scan.resume?.ts ?? null;
  const lowest = Math.max(
    scan.from ?? Number.NEGATIVE_INFINITY,
    backwards || resume === null ? Number.NEGATIVE_INFINITY : resume,
  );
  const highest = Math.min(
    scan.to === undefined ? Number.POSITIVE_INFINITY : scan.to - 1,
    !backwards || resume === null ? Number.POSITIVE_INFINITY : resume,
  );
  const source = scan.source ?? tableName(scan.kind);
  const among = `SELECT n FROM ${tableName(scan.kind)} WHERE n IN (SELECT value FROM json_each(?)) AND (${sql})`;
  const conditions = [`n IN (${among})`, 'ts BETWEEN ? AND ?', ...scan.conditions];
  const find = db
    .prepare(`SELECT n, off, len, ts FROM ${source} WHERE ${conditions.map((one) => `(${one})`).join(' AND ')}`)
    .raw();
  const whole = db
    .prepare(`SELECT ${['n', 'off', 'len', 'ts', ...scan.columns].join(', ')} FROM ${source} WHERE n = ?`)
    .raw();
  const compare = (a: RawRow, b: RawRow): number =>
    sign * ((a[3] as number) - (b[3] as number) || compareEvidence(segments, a, b));
  // Latest first out of order, so that the next one is taken from the end.
  let pending: RawRow[] = [];
  const ordered = segments.byTime(scan.kind, backwards);
  for (let next = 0; ; ) {
    const head = pending.at(-1);
    const segment = ordered[next];
    const isDue =
      segment !== undefined &&
      (head === undefined ||
        (backwards ? lastIn(scan, segment) >= (head[3] as number) : firstIn(scan, segment) <= (head[3] as number)));
    if (!isDue) {
      if (head === undefined) return;
      pending.pop();
      yield whole.get(head[0]) as RawRow;
      continue;
    }
    next += 1;
    if (lastIn(scan, segment) < lowest || firstIn(scan, segment) > highest) continue;
    const wanted = numbers.within(segment.first, segment.last);
    if (wanted.length === 0) continue;
    const bounds = [Math.max(lowest, Number.MIN_SAFE_INTEGER), Math.min(highest, Number.MAX_SAFE_INTEGER)];
    const found = find.all(JSON.stringify(wanted), ...params, ...bounds, ...scan.params) as RawRow[];
    if (found.length > 0) pending = [...pending, ...found].sort((a, b) => compare(b, a));
  }
}

function* undated(db: Database.Database, segments: Segments, scan: Scan): IterableIterator<RawRow> {
  const statement = db.prepare(select(scan, ['ts IS NULL'], `n ${direction(scan)}`)).raw();
  yield* grouped(db, segments, scan, statement.iterate(...scan.params) as IterableIterator<RawRow>);
}

function* grouped(
  db: Database.Database,
  segments: Segments,
  scan: Scan,
  rows: IterableIterator<RawRow>,
): IterableIterator<RawRow> {
  let group: RawRow[] = [];
  let overflow = false;
  function* close(): IterableIterator<RawRow> {
    const first = group[0];
    if (first === undefined) return;
    if (overflow) yield* bySegment(db, segments, scan, first[3]);
    else if (group.length === 1) yield first;
    else yield* inEvidenceOrder(group, segments, scan.backwards === true);
    group = [];
    overflow = false;
  }
  for (const row of rows) {
    if (group.length > 0 && (group[0] as RawRow)[3] !== row[3]) yield* close();
    if (group.length < groupMax) group.push(row);
    else overflow = true;
  }
  yield* close();
}

/** No row of a dated run that the scan gives has an earlier, or a later time. */
const firstIn = (scan: Scan, segment: Segment): number => (segment.from as number) - (scan.moved?.most ?? 0);
const lastIn = (scan: Scan, segment: Segment): number => (segment.to as number) - (scan.moved?.least ?? 0);

export function compareEvidence(segments: Segments, a: RawRow, b: RawRow): number {
  const rankA = segments.of(a[0])?.rank ?? 0;
  const rankB = segments.of(b[0])?.rank ?? 0;
  return rankA - rankB || a[1] - b[1] || a[0] - b[0];
}

function inEvidenceOrder(group: RawRow[], segments: Segments, backwards: boolean): RawRow[] {
  group.sort((a, b) => compareEvidence(segments, a, b));
  return backwards ? group.reverse() : group;
}

function* bySegment(
  db: Database.Database,
  segments: Segments,
  scan: Scan,
  ts: number | null,
): IterableIterator<RawRow> {
  const when = ts === null ? 'ts IS NULL' : 'ts = ?';
  const statement = db.prepare(select(scan, [when, 'n BETWEEN ? AND ?'], `n ${direction(scan)}`)).raw();
  const ordered = segments.ofTable(scan.kind);
  for (const segment of scan.backwards === true ? [...ordered].reverse() : ordered) {
    if (ts !== null && segment.from !== null && !(firstIn(scan, segment) <= ts && ts <= lastIn(scan, segment)))
      continue;
    const params = ts === null ? [segment.first, segment.last] : [ts, segment.first, segment.last];
    yield* statement.all(...params, ...scan.params) as RawRow[];
  }
}
