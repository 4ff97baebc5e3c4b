import type Database from 'better-sqlite3';
import type { Entity } from '../base/entity.ts';
import { compareText } from '../base/order.ts';
import type { RowKind } from '../evidence/index.ts';
import type { Finder } from './numbers.ts';
import type { LinkRow } from './reader-types.ts';
import { entityColumns, recordLinks, stateLinks, tableName } from './schema.ts';
import type { Segments } from './segments.ts';
import type { RawRow } from './total-order.ts';

interface World {
  readonly db: Database.Database;
  readonly segments: Segments;
  readonly find: Finder;
  readonly refOf: (row: RawRow) => string;
}

/** What the record names, and the records that it names or that name it. */
export function linksOf(world: World, n: number): LinkRow[] {
  const kind = world.segments.of(n)?.kind;
  if (kind === undefined) return [];
  return [...entitiesOf(world, kind, n), ...recordsOf(world, kind, n)];
}

const cellOf = ({ db }: World, kind: RowKind, n: number, expression: string): unknown =>
  db
    .prepare(`SELECT ${expression} FROM ${tableName(kind)} WHERE n = ?`)
    .pluck()
    .get(n);

function entitiesOf(world: World, kind: RowKind, n: number): LinkRow[] {
  return entityColumns(kind).flatMap(({ column, entity }) => {
    const text = cellOf(world, kind, n, entity);
    return typeof text === 'string'
      ? [{ n, entity: text as Entity, role: column.role ?? null, to_n: null, to_ref: null, reason: null }]
      : [];
  });
}

function recordsOf(world: World, kind: RowKind, n: number): LinkRow[] {
  const found = new Map<string, { readonly other: number; readonly reason: string }>();
  const add = (kindOfOther: RowKind, column: string, value: unknown, reason: string): void => {
    if (typeof value !== 'string') return;
    for (const other of holders(world, kindOfOther, column, value)) found.set(`${reason} ${other}`, { other, reason });
  };
  for (const { from, by, to, key, reason } of recordLinks) {
    if (from === kind) add(to, key, cellOf(world, kind, n, `"${by}"`), reason);
    if (to === kind) add(from, by, cellOf(world, kind, n, `"${key}"`), reason);
  }
  if (kind === 'state')
    for (const { other, reason } of stateNeighbours(world, n)) found.set(`${reason} ${other}`, { other, reason });
  return [...found.values()]
    .sort((a, b) => compareText(a.reason, b.reason) || a.other - b.other)
    .map(({ other, reason }) => ({
      n,
      entity: null,
      role: null,
      to_n: other,
      to_ref: refOfNumber(world, other),
      reason,
    }));
}

function stateNeighbours({ db }: World, n: number): { readonly other: number; readonly reason: string }[] {
  const links = stateLinks.join(' UNION ALL ');
  return db
    .prepare(
      `SELECT to_n AS other, reason FROM (${links}) WHERE n = $n UNION SELECT n, reason FROM (${links}) WHERE to_n = $n`,
    )
    .all({ n }) as { other: number; reason: string }[];
}

/** Numbers of the rows whose column of ids holds the text. */
function holders({ db, find }: World, kind: RowKind, column: string, text: string): number[] {
  const numbers = find.key(text);
  const table = tableName(kind);
  if (numbers === null) return db.prepare(`SELECT n FROM ${table} WHERE "${column}" = ?`).pluck().all(text) as number[];
  return db
    .prepare(`SELECT n FROM ${table} WHERE n IN (SELECT value FROM json_each(?)) AND "${column}" = ?`)
    .pluck()
    .all(JSON.stringify(numbers.within(0, Number.MAX_SAFE_INTEGER)), text) as number[];
}

function refOfNumber({ db, segments, refOf }: World, n: number): string | null {
  const kind = segments.of(n)?.kind;
  if (kind === undefined) return null;
  const row = db
    .prepare(`SELECT n, off, len, ts FROM ${tableName(kind)} WHERE n = ?`)
    .raw()
    .get(n);
  return row === undefined ? null : refOf(row as RawRow);
}
