import type Database from 'better-sqlite3';
import type { Entity } from '../base/entity.ts';
import { compareText } from '../base/order.ts';
import { type RowKind, tables } from '../evidence/index.ts';
import type { Mentions } from './mentions.ts';
import type { Finder } from './numbers.ts';
import type { LinkRow } from './reader-types.ts';
import { entityColumns, mentionLinks, recordLinks, tableName } from './schema.ts';
import type { Segments } from './segments.ts';
import type { RawRow } from './total-order.ts';

interface World {
  readonly db: Database.Database;
  readonly segments: Segments;
  readonly find: Finder;
  readonly mentions: Mentions;
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

/** Nothing of a link to a record. */
const ofEntity = { to_n: null, to_ref: null, reason: null, way: null } as const;

function entitiesOf(world: World, kind: RowKind, n: number): LinkRow[] {
  const ofColumns = entityColumns(kind).flatMap(({ column, entity }): LinkRow[] => {
    const text = cellOf(world, kind, n, entity);
    return typeof text === 'string' ? [{ ...ofEntity, n, entity: text as Entity, role: column.role ?? null }] : [];
  });
  return [...ofColumns, ...world.mentions.of([n]).map((mention) => ({ ...ofEntity, ...mention }))];
}

interface Other {
  readonly other: number;
  readonly reason: string;
  readonly way: 'to' | 'from';
}

function recordsOf(world: World, kind: RowKind, n: number): LinkRow[] {
  const found: Other[] = [];
  const add = (kindOfOther: RowKind, column: string, value: unknown, reason: string, way: Other['way']): void => {
    if (typeof value !== 'string') return;
    for (const other of holders(world, kindOfOther, column, value)) found.push({ other, reason, way });
  };
  for (const { from, by, to, key, reason } of recordLinks) {
    if (from === kind) add(to, key, cellOf(world, kind, n, `"${by}"`), reason, 'to');
    if (to === kind) add(from, by, cellOf(world, kind, n, `"${key}"`), reason, 'from');
  }
  if ('mentions' in tables[kind]) found.push(...byMention(world, n));
  return found
    .sort((a, b) => compareText(a.reason, b.reason) || compareText(b.way, a.way) || a.other - b.other)
    .map(({ other, reason, way }) => ({
      n,
      entity: null,
      role: null,
      to_n: other,
      to_ref: refOfNumber(world, other),
      reason,
      way,
    }));
}

const byMentionSql = (): string => {
  const links = mentionLinks.join(' UNION ALL ');
  return `SELECT to_n AS other, reason, 'to' AS way FROM (${links}) WHERE n = $n
    UNION SELECT n, reason, 'from' FROM (${links}) WHERE to_n = $n`;
};

const byMention = ({ db }: World, n: number): Other[] => db.prepare(byMentionSql()).all({ n }) as Other[];

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

export function refOfNumber({ db, segments, refOf }: World, n: number): string | null {
  const kind = segments.of(n)?.kind;
  if (kind === undefined) return null;
  const row = db
    .prepare(`SELECT n, off, len, ts FROM ${tableName(kind)} WHERE n = ?`)
    .raw()
    .get(n);
  return row === undefined ? null : refOf(row as RawRow);
}
