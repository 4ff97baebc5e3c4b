/** Events in total order, a page at a time, each with what a person wants to see of it. */
import { compareText } from '../base/order.ts';
import { maskText } from '../base/secrets.ts';
import { formatMicros, type Micros } from '../base/time.ts';
import type { EventKind, Outcome } from '../base/vocabulary.ts';
import type { CaseReader, EventPlace, EventQuery, EventRow, MentionRow, SqlValue } from '../case/index.ts';
import { type Column, tables } from '../evidence/index.ts';
import { mentionsOf, type Selector } from './filter/index.ts';
import type { TimelineLine } from './line.ts';
import { type Cells, titleColumns, titleOf } from './title.ts';

export interface TimelineEvent {
  /** The record's number in the case: with `kind` it is the cursor of the next page. */
  readonly n: number;
  readonly kind: EventKind;
  readonly ref: string;
  /** Null for an undated record: those come last. */
  readonly ts: Micros | null;
  readonly end_ts: Micros | null;
  /** Recorded minus shown time, where the clock that told it was off; null where it was not moved. */
  readonly skew_us: number | null;
  readonly action: string | null;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly component: string | null;
  readonly host: string | null;
  /** `kind:id`, by code unit, each once. */
  readonly entities: readonly string[];
  /** Masked, not escaped: whoever writes it knows where it goes. */
  readonly title: string;
}

interface RoleColumn {
  readonly name: string;
  readonly role?: string;
  readonly entity?: string;
  readonly entityFrom?: string;
}

const roleColumns = (kind: EventKind): readonly RoleColumn[] =>
  (tables[kind].columns as readonly Column[]).filter((column) => column.role !== undefined);

/** The entities that a row names, and what each is to it. Of several roles the first counts. */
export function rolesIn(kind: EventKind, cells: Cells, mentions: readonly MentionRow[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const column of roleColumns(kind)) {
    const id = cells[column.name];
    const named = column.entity ?? (column.entityFrom === undefined ? null : cells[column.entityFrom]);
    if (id === null || id === undefined || named === null || named === undefined) continue;
    const entity = `${named}:${id}`;
    if (!found.has(entity)) found.set(entity, column.role ?? '');
  }
  for (const { entity, role } of mentions) if (!found.has(entity)) found.set(entity, role);
  return found;
}

const entitiesOf = (kind: EventKind, cells: Cells, mentions: readonly MentionRow[]): readonly string[] =>
  [...rolesIn(kind, cells, mentions).keys()].sort(compareText);

/** The cells that titles and entities need, for the events of one kind on a page: one statement, whatever their number. */
export function rowCells(reader: CaseReader, kind: EventKind, numbers: readonly number[]): ReadonlyMap<number, Cells> {
  const names = new Set<string>(titleColumns[kind]);
  for (const column of roleColumns(kind)) {
    names.add(column.name);
    if (column.entityFrom !== undefined) names.add(column.entityFrom);
  }
  const columns = [...names];
  const list = columns.map((name) => `"${name}"`).join(', ');
  const result = reader.sql(`SELECT n, ${list} FROM "${kind}" WHERE n IN (SELECT value FROM json_each(:numbers))`, {
    numbers: JSON.stringify(numbers),
  });
  if (!result.ok) throw new Error(`timeline: ${result.error.why}`);
  const found = new Map<number, Cells>();
  for (const row of result.value.rows) {
    const cells: Record<string, SqlValue> = {};
    for (const [index, name] of columns.entries()) cells[name] = row[index + 1] ?? null;
    found.set(Number(row[0]), cells);
  }
  return found;
}

function dress(row: EventRow, cells: Cells | undefined, mentions: readonly MentionRow[]): TimelineEvent {
  const plain = [row.action, row.subject, row.code].filter((part) => part !== null).join(' ');
  return {
    n: row.n,
    kind: row.kind,
    ref: row.ref,
    ts: row.ts,
    end_ts: row.end_ts,
    skew_us: row.skew_us,
    action: row.action === null ? null : maskText(row.action),
    outcome: row.outcome,
    code: row.code,
    component: row.component,
    host: row.host,
    entities: (cells === undefined ? [] : entitiesOf(row.kind, cells, mentions)).map(maskText),
    title: maskText(cells === undefined ? plain : titleOf(row.kind, cells)),
  };
}

function dressed(reader: CaseReader, rows: readonly EventRow[]): readonly TimelineEvent[] {
  const numbers = new Map<EventKind, number[]>();
  for (const row of rows) {
    const list = numbers.get(row.kind);
    if (list === undefined) numbers.set(row.kind, [row.n]);
    else list.push(row.n);
  }
  const cells = new Map<EventKind, ReadonlyMap<number, Cells>>();
  for (const [kind, list] of numbers) cells.set(kind, rowCells(reader, kind, list));
  const mentions = mentionsOf(
    reader,
    rows.map(({ n }) => n),
  );
  return rows.map((row) => dress(row, cells.get(row.kind)?.get(row.n), mentions.get(row.n) ?? []));
}

const firstBatch = 250;
// A batch costs two prepared statements whatever its size, and holds about a kilobyte an event.
const widestBatch = 4_000;

/**
 * The events of a query that pass, at most `limit`, a batch at a time. A batch may be empty: so many rows were looked at,
 * and the caller may stop, or tell how far it is.
 */
export function* eventBatches(
  reader: CaseReader,
  query: EventQuery,
  selector: Selector = everySelector,
): Generator<EventBatch> {
  let { after, limit: left } = query;
  for (let wide = firstBatch; left > 0; wide = Math.min(wide * 2, widestBatch)) {
    const size = selector.looks ? wide : Math.min(left, wide);
    const rows = reader.events({
      ...query,
      where: selector.where,
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    const passing = selector.passing(rows).slice(0, left);
    const last = rows.at(-1);
    const isLast = last === undefined || rows.length < size;
    const next = isLast ? null : { n: last.n, kind: last.kind };
    yield { events: dressed(reader, passing), looked: rows.length, next };
    if (next === null) return;
    left -= passing.length;
    after = next;
  }
}

export interface EventBatch {
  readonly events: readonly TimelineEvent[];
  /** Rows that the case gave for it. */
  readonly looked: number;
  /** The last of them; null where there are no more. */
  readonly next: Pick<EventRow, 'n' | 'kind'> | null;
}

const everySelector: Selector = { where: () => ({ all: [] }), passing: (rows) => rows, looks: false };

/** One page, in total order; latest first where the query walks backwards. */
export const eventPage = (reader: CaseReader, query: EventQuery, selector?: Selector): readonly TimelineEvent[] =>
  [...eventBatches(reader, query, selector)].flatMap(({ events }) => events);

/** Records of these kinds are several events. */
const isOfSeveral = (kind: EventKind): boolean => kind === 'attempt' || kind === 'call';

/**
 * References by which a reader finds its place again: the parts of a record have its reference, with their place in it
 * (`#2` is the first part). `--after` goes on from there.
 */
export function placedRefs(reader: CaseReader): (event: TimelineEvent) => string {
  const known = new Map<string, readonly EventPlace[]>();
  return ({ kind, n, ref }) => {
    if (!isOfSeveral(kind)) return ref;
    let places = known.get(ref);
    if (places === undefined) {
      if (known.size >= 10_000) known.clear();
      places = reader.eventsAt(ref);
      known.set(ref, places);
    }
    const index = places.findIndex((place) => place.n === n);
    return index > 0 ? `${ref}#${index + 1}` : ref;
  };
}

/** The event as `timeline --json` has it. */
export function lineOf(event: TimelineEvent, ref: string): TimelineLine {
  return {
    ref,
    ts: event.ts === null ? null : formatMicros(event.ts),
    ...(event.end_ts === null ? {} : { end_ts: formatMicros(event.end_ts) }),
    ...(event.skew_us === null ? {} : { skew_ms: Math.trunc(event.skew_us / 1000) }),
    kind: event.kind,
    action: event.action,
    outcome: event.outcome,
    ...(event.component === null ? {} : { component: event.component }),
    ...(event.host === null ? {} : { host: event.host }),
    entities: [...event.entities],
    title: event.title,
    ...(event.kind === 'gap' ? { gap: true as const } : {}),
  };
}
