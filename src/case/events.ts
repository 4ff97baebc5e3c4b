import type Database from 'better-sqlite3';
import { splitEntity } from '../base/entity.ts';
import { type EventKind, eventKinds, type Outcome } from '../base/vocabulary.ts';
import { type Column, cellForm, tables } from '../evidence/index.ts';
import { type ConditionWorld, conditionSql, numbersOf } from './conditions.ts';
import type { KeptCounts } from './kept-counts.ts';
import type { MovedRows } from './moved-rows.ts';
import { both, either, type NumberSet } from './numbers.ts';
import type { EventQuery, EventRow, SliceCounts, SliceQuery } from './reader-types.ts';
import { eventParts, tableName } from './schema.ts';
import type { Segments } from './segments.ts';
import { compareEvidence, inTotalOrder, type Param, type RawRow, type Scan } from './total-order.ts';

interface World extends ConditionWorld {
  readonly db: Database.Database;
  readonly kept: KeptCounts;
  readonly moved: MovedRows;
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
    for (const share of world.moved.sharesOf(kind)) {
      const { shown, tested: source } = eventParts(kind, share);
      const rest = inTotalOrder(world.db, world.segments, {
        kind,
        columns: shown,
        source,
        from: query.from,
        to: query.to,
        // From the cursor on: earlier rows need not be read to be passed over.
        resume: after === null ? undefined : { ts: after.row[3] },
        ...filter,
        backwards: query.backwards,
        moved: share === 'moved' ? world.moved : undefined,
      });
      const index = eventKinds.indexOf(kind);
      for (let step = rest.next(); !step.done; step = rest.next()) {
        const key = { row: step.value, kind: index };
        if (after !== null && compare(key, after) <= 0) continue;
        heads.push({ key, rest });
        break;
      }
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
    const { conditions, params } = counted(kind, filter);
    if (conditions.length === 0 && query.from === undefined && query.to === undefined) {
      count += world.segments.ofTable(kind).reduce((sum, { first, last }) => sum + last - first + 1, 0);
      continue;
    }
    if (query.from !== undefined) {
      conditions.push('ts >= ?');
      params.push(query.from);
    }
    if (query.to !== undefined) {
      conditions.push('ts < ?');
      params.push(query.to);
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map((one) => `(${one})`).join(' AND ')}`;
    for (const share of world.moved.sharesOf(kind)) {
      const statement = world.db.prepare(`SELECT count(*) FROM ${eventParts(kind, share).tested}${where}`).pluck();
      count += statement.get(...params) as number;
    }
  }
  return count;
}

/** Dated events by outcome and slice: from the counts that the case keeps, or rows of one kind grouped by SQL in one pass. */
export function countSlices(world: World, query: SliceQuery): SliceCounts {
  const counts = emptySlices(query.slices);
  // Whole numbers stand in the text: bound ones arrive as floats, and then slices would have fractions.
  if (![query.from, query.width_us, query.slices].every(Number.isSafeInteger))
    throw new RangeError('slices begin and end at microseconds');
  const wholly: EventKind[] = [];
  for (const kind of eventKinds) {
    const filter = rowFilter(world, kind, query.where === undefined ? {} : { where: query.where });
    if (filter === null) continue;
    if (filter.conditions.length === 0 && filter.listed === undefined) wholly.push(kind);
    else countRows(world, kind, query, counted(kind, filter), counts);
  }
  if (!world.kept.add(query, wholly, counts))
    for (const kind of wholly) countRows(world, kind, query, { conditions: [], params: [] }, counts);
  return counts;
}

function countRows(
  world: World,
  kind: EventKind,
  { from, width_us, slices }: SliceQuery,
  filter: { readonly conditions: readonly string[]; readonly params: readonly Param[] },
  counts: Record<Outcome, number[]>,
): void {
  const outcome = tables[kind].event.outcome;
  const to = from + width_us * slices;
  const conditions = [`ts >= ${from} AND ts < ${to}`, ...filter.conditions].map((one) => `(${one})`).join(' AND ');
  for (const share of world.moved.sharesOf(kind)) {
    const statement = world.db
      .prepare(
        `SELECT (ts - ${from}) / ${width_us} AS slice, ${outcome} AS outcome, count(*) FROM ${eventParts(kind, share).tested} WHERE ${conditions} GROUP BY 1, 2`,
      )
      .raw();
    for (const [slice, name, count] of statement.iterate(...filter.params) as IterableIterator<
      [number, Outcome, number]
    >)
      counts[name][slice] = (counts[name][slice] ?? 0) + count;
  }
}

const emptySlices = (slices: number): Record<Outcome, number[]> => {
  const none = (): number[] => new Array<number>(slices).fill(0);
  return { ok: none(), refused: none(), failure: none(), none: none() };
};

/** More numbers than this are slower to look up than all rows are to read. */
const listedMax = 50_000;

function counted(
  kind: EventKind,
  { conditions, params, listed }: RowFilter,
): { conditions: string[]; params: Param[] } {
  if (listed === undefined) return { conditions: [...conditions], params: [...params] };
  const numbers = listed.numbers.within(0, Number.MAX_SAFE_INTEGER);
  const isFew = numbers.length <= listedMax;
  const among = isFew ? 'n IN (SELECT value FROM json_each(?)) AND' : '';
  return {
    conditions: [`n IN (SELECT n FROM ${tableName(kind)} WHERE ${among} (${listed.sql}))`, ...conditions],
    params: [...(isFew ? [JSON.stringify(numbers)] : []), ...listed.params, ...params],
  };
}

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
  if (row === undefined) return null;
  const [n, off, len, ts] = row;
  const skew = world.moved.skewOf(cursor.kind, n) ?? 0;
  return { row: [n, off, len, ts === null ? null : ts - skew], kind: eventKinds.indexOf(cursor.kind) };
}

type RowFilter = Pick<Scan, 'conditions' | 'params' | 'listed'>;

/** Null where no row of the kind can pass. */
function rowFilter(world: World, kind: EventKind, query: Selection): RowFilter | null {
  if (world.segments.ofTable(kind).length === 0) return null;
  const entity = query.entity === undefined ? undefined : entityRows(world, kind, query.entity);
  if (entity === null) return null;
  const condition = query.where?.(kind);
  const where = condition === undefined ? { sql: '1', params: [] } : conditionSql(world, kind, condition);
  if (where.sql === '0') return null;
  const conditions = where.sql === '1' ? [] : [where.sql];
  const numbers = condition === undefined ? null : numbersOf(world, kind, condition);
  if (entity === undefined)
    return {
      conditions,
      params: where.params,
      ...(numbers === null ? {} : { listed: { numbers, sql: '1', params: [] } }),
    };
  if (entity.numbers !== null)
    return {
      conditions,
      params: where.params,
      listed: { ...entity, numbers: numbers === null ? entity.numbers : both(entity.numbers, numbers) },
    };
  return {
    conditions: [`n IN (SELECT n FROM ${tableName(kind)} WHERE ${entity.sql})`, ...conditions],
    params: [...entity.params, ...where.params],
  };
}

interface EntityRows {
  /** On stored columns. */
  readonly sql: string;
  readonly params: readonly Param[];
  readonly numbers: NumberSet | null;
}

/** Rows that hold the entity in any role; null where the table has no column for its kind. */
function entityRows(world: World, kind: EventKind, entity: string): EntityRows | null {
  const wanted = splitEntity(entity);
  const symbolIds = world.symbols.stored(wanted.id);
  const kinds = world.symbols.stored(wanted.kind);
  const arms: string[] = [];
  const params: Param[] = [];
  const columns: readonly Column[] = tables[kind].columns;
  for (const column of columns) {
    if (column.role === undefined) continue;
    const ids = cellForm(column) === 'symbol' ? symbolIds : [wanted.id];
    const isId = `"${column.name}" IN (${ids.map(() => '?').join(', ')})`;
    if (column.entityFrom !== undefined) {
      arms.push(`${isId} AND "${column.entityFrom}" IN (${kinds.map(() => '?').join(', ')})`);
      params.push(...ids, ...kinds);
    } else if (column.entity === wanted.kind) {
      arms.push(isId);
      params.push(...ids);
    }
  }
  const mentioned = 'mentions' in tables[kind];
  if (mentioned) {
    arms.push('n IN (SELECT n FROM t_mention WHERE entity = ?)');
    params.push(entity);
  }
  if (arms.length === 0) return null;
  const numbers = world.find.entity(wanted.kind, wanted.id);
  return {
    sql: arms.map((arm) => `(${arm})`).join(' OR '),
    params,
    numbers: numbers === null || !mentioned ? numbers : either([numbers, world.mentions.named(entity)]),
  };
}

function eventOf(world: World, { row, kind }: Key): EventRow {
  const [n, , , ts, end, skew, action, subject, outcome, code, component, host] = row;
  return {
    n,
    ts,
    end_ts: (end ?? null) as number | null,
    skew_us: (skew ?? null) as number | null,
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
