import type Database from 'better-sqlite3';
import { splitEntity } from '../base/entity.ts';
import { type EventKind, eventKinds, type Outcome } from '../base/vocabulary.ts';
import { type Column, tables } from '../evidence/index.ts';
import { type ConditionWorld, conditionSql } from './conditions.ts';
import type { EventQuery, EventRow, SliceCounts, SliceQuery } from './reader-types.ts';
import { eventParts, tableName } from './schema.ts';
import type { Segments } from './segments.ts';
import { compareEvidence, inTotalOrder, type Param, type RawRow } from './total-order.ts';

interface World extends ConditionWorld {
  readonly db: Database.Database;
  readonly segments: Segments;
  readonly refOf: (row: RawRow) => string;
}

/** A place in the total order of events. */
interface Key {
  readonly row: RawRow;
  readonly kind: number;
}

type Selection = Omit<EventQuery, 'limit' | 'after' | 'backwards'>;

/** A page of the view `event` in total order: the tables, each in its order, merged. */
export function readEvents(world: World, query: EventQuery): EventRow[] {
  const sign = query.backwards === true ? -1 : 1;
  const after = query.after === undefined ? null : keyOf(world, query.after);
  const compare = (a: Key, b: Key): number => sign * compareKeys(world.segments, a, b);
  const heads: { key: Key; rest: IterableIterator<RawRow> }[] = [];
  for (const kind of wanted(query)) {
    const filter = rowFilter(world, kind, query);
    if (filter === null) continue;
    const { shown, tested: source } = eventParts(kind);
    const rest = inTotalOrder(world.db, world.segments, {
      kind,
      columns: shown,
      source,
      from: query.from,
      to: query.to,
      // From the cursor on: earlier rows need not be read to be passed over.
      resume: after === null ? undefined : { ts: after.row[3] },
      conditions: filter.conditions,
      params: filter.params,
      backwards: query.backwards,
    });
    const index = eventKinds.indexOf(kind);
    for (let step = rest.next(); !step.done; step = rest.next()) {
      const key = { row: step.value, kind: index };
      if (after !== null && compare(key, after) <= 0) continue;
      heads.push({ key, rest });
      break;
    }
  }

  const page: EventRow[] = [];
  while (page.length < query.limit && heads.length > 0) {
    let best = 0;
    for (let i = 1; i < heads.length; i++)
      if (compare((heads[i] as { key: Key }).key, (heads[best] as { key: Key }).key) < 0) best = i;
    const head = heads[best] as { key: Key; rest: IterableIterator<RawRow> };
    page.push(eventOf(world, head.key));
    const step = head.rest.next();
    if (step.done) heads.splice(best, 1);
    else head.key = { row: step.value, kind: head.key.kind };
  }
  for (const { rest } of heads) rest.return?.();
  return page;
}

export function countEvents(world: World, query: Selection): number {
  let count = 0;
  for (const kind of wanted(query)) {
    const filter = rowFilter(world, kind, query);
    if (filter === null) continue;
    const conditions = [...filter.conditions];
    const params: Param[] = [];
    if (query.from !== undefined) {
      conditions.unshift('ts >= ?');
      params.push(query.from);
    }
    if (query.to !== undefined) {
      conditions.splice(query.from === undefined ? 0 : 1, 0, 'ts < ?');
      params.push(query.to);
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map((one) => `(${one})`).join(' AND ')}`;
    const statement = world.db.prepare(`SELECT count(*) FROM ${eventParts(kind).tested}${where}`).pluck();
    count += statement.get(...params, ...filter.params) as number;
  }
  return count;
}

/** Dated events by outcome and slice: rows of one kind are grouped by SQL, in one pass. */
export function countSlices(world: World, { from, width_us, slices, where }: SliceQuery): SliceCounts {
  const counts = emptySlices(slices);
  // Whole numbers stand in the text: bound ones arrive as floats, and then slices would have fractions.
  if (![from, width_us, slices].every(Number.isSafeInteger))
    throw new RangeError('slices begin and end at microseconds');
  const to = from + width_us * slices;
  for (const kind of eventKinds) {
    const filter = rowFilter(world, kind, where === undefined ? {} : { where });
    if (filter === null) continue;
    const { tested } = eventParts(kind);
    const outcome = tables[kind].event.outcome;
    const conditions = [`ts >= ${from} AND ts < ${to}`, ...filter.conditions].map((one) => `(${one})`).join(' AND ');
    const statement = world.db
      .prepare(
        `SELECT (ts - ${from}) / ${width_us} AS slice, ${outcome} AS outcome, count(*) FROM ${tested} WHERE ${conditions} GROUP BY 1, 2`,
      )
      .raw();
    for (const [slice, name, count] of statement.iterate(...filter.params) as IterableIterator<
      [number, Outcome, number]
    >)
      counts[name][slice] = (counts[name][slice] ?? 0) + count;
  }
  return counts;
}

const emptySlices = (slices: number): Record<Outcome, number[]> => {
  const none = (): number[] => new Array<number>(slices).fill(0);
  return { ok: none(), refused: none(), failure: none(), none: none() };
};

const wanted = (query: Selection): readonly EventKind[] =>
  query.kinds === undefined ? eventKinds : eventKinds.filter((kind) => query.kinds?.includes(kind));

/** Undated events come last. */
function compareKeys(segments: Segments, a: Key, b: Key): number {
  const tsA = a.row[3];
  const tsB = b.row[3];
  if (tsA !== tsB) {
    if (tsA === null) return 1;
    if (tsB === null) return -1;
    return tsA - tsB;
  }
  const rank = (segments.of(a.row[0])?.rank ?? 0) - (segments.of(b.row[0])?.rank ?? 0);
  return rank || a.row[1] - b.row[1] || a.kind - b.kind || compareEvidence(segments, a.row, b.row);
}

function keyOf(world: World, cursor: { readonly n: number; readonly kind: EventKind }): Key | null {
  const row = world.db
    .prepare(`SELECT n, off, len, ts FROM ${tableName(cursor.kind)} WHERE n = ?`)
    .raw()
    .get(cursor.n) as RawRow | undefined;
  return row === undefined ? null : { row, kind: eventKinds.indexOf(cursor.kind) };
}

interface RowFilter {
  readonly conditions: string[];
  readonly params: Param[];
}

/** Null where no row of the kind can pass. */
function rowFilter(world: World, kind: EventKind, query: Selection): RowFilter | null {
  const filter = entityFilter(world, kind, query.entity);
  if (filter === null || query.where === undefined) return filter;
  const { sql, params } = conditionSql(world, kind, query.where(kind));
  if (sql === '0') return null;
  return { conditions: [...filter.conditions, sql], params: [...filter.params, ...params] };
}

/** Rows that hold the entity in any role; null where the table has no column for its kind. */
function entityFilter(world: World, kind: EventKind, entity: string | undefined): RowFilter | null {
  if (entity === undefined) return { conditions: [], params: [] };
  const wantedEntity = splitEntity(entity);
  const id = world.symbols.stored(wantedEntity.id);
  const arms: string[] = [];
  const params: Param[] = [];
  const columns: readonly Column[] = tables[kind].columns;
  for (const column of columns) {
    if (column.role === undefined) continue;
    if (column.entityFrom !== undefined) {
      arms.push(`"${column.name}" = ? AND "${column.entityFrom}" = ?`);
      params.push(id, world.symbols.stored(wantedEntity.kind));
    } else if (column.entity === wantedEntity.kind) {
      arms.push(`"${column.name}" = ?`);
      params.push(id);
    }
  }
  if (arms.length === 0) return null;
  return { conditions: [`n IN (SELECT n FROM ${tableName(kind)} WHERE ${arms.join(' OR ')})`], params };
}

function eventOf(world: World, { row, kind }: Key): EventRow {
  const [n, , , ts, end, action, subject, outcome, code, component, host] = row;
  return {
    n,
    ts,
    end_ts: (end ?? null) as number | null,
    kind: eventKinds[kind] as EventKind,
    action: (action ?? null) as string | null,
    subject: (subject ?? null) as string | null,
    outcome: (outcome ?? 'none') as Outcome,
    code: (code ?? null) as string | null,
    component: (component ?? null) as string | null,
    host: (host ?? null) as string | null,
    ref: world.refOf(row),
  };
}
