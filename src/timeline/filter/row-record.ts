/** A row of a case as the filter sees it. */

import { splitEntity } from '../../base/entity.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { parseRef } from '../../base/ref.ts';
import type { EventKind } from '../../base/vocabulary.ts';
import type { EventRow, MentionRow, SqlValue } from '../../case/index.ts';
import { type Column, parseRecord, type Table, tables } from '../../evidence/index.ts';
import { type Flag, type IntegerField, type RoleField, roleFields, type WordField } from './fields.ts';
import { flagsOf, type Marks } from './marks.ts';
import { messageColumns } from './messages.ts';
import { type FilterRecord, valuesAt } from './record.ts';

/** Cells of a row of the kind's view, by column. */
export type ViewCells = Readonly<Record<string, SqlValue>>;

/** Fields that are a column of the same name, of the kinds that have one. */
export const columnFields = {
  words: ['path', 'ip', 'method'],
  integers: ['status', 'latency_ms', 'attempt', 'bytes_in'],
} as const satisfies { readonly words: readonly WordField[]; readonly integers: readonly IntegerField[] };

export const columnsOf = (kind: EventKind): readonly Column[] => tables[kind].columns;
export const columnNamed = (kind: EventKind, name: string): Column | undefined =>
  columnsOf(kind).find((column) => column.name === name);

const textCell = (value: SqlValue | undefined): string | null =>
  value === null || value === undefined ? null : Buffer.isBuffer(value) ? value.toString('utf8') : String(value);

/** Segments of a template that are spelt out. */
export const literalSegments = (route: string): readonly string[] =>
  route.split('/').filter((segment) => segment !== '' && !segment.includes('{'));

interface Named {
  readonly role: string;
  readonly kind: string;
  readonly id: string;
}

function entitiesOf(kind: EventKind, cells: ViewCells, mentions: readonly MentionRow[]): readonly Named[] {
  const ofColumns = columnsOf(kind).flatMap((column): readonly Named[] => {
    if (column.role === undefined) return [];
    const id = textCell(cells[column.name]);
    const named = column.entity ?? textCell(cells[column.entityFrom ?? '']);
    return id === null || named === null ? [] : [{ role: column.role, kind: named, id }];
  });
  return [...ofColumns, ...mentions.map(({ role, entity }) => ({ role, ...splitEntity(entity) }))];
}

/** An entity belongs to a field of a role in that role, and where the record is about such an entity. */
export const isInRole = ({ role, kind }: Named, field: RoleField): boolean =>
  role === field || (role === 'subject' && kind === field);

function wordsOf(row: EventRow, cells: ViewCells, { marks, mentions }: RowSources): FilterRecord['words'] {
  const words: { [F in WordField]?: readonly string[] } = {};
  const put = (field: WordField, values: readonly (string | null | undefined)[]): void => {
    const found = values.filter((value) => value !== null && value !== undefined);
    if (found.length > 0) words[field] = found;
  };
  const { kind } = row;
  put('kind', [kind]);
  put('action', [row.action]);
  put('outcome', [row.outcome]);
  put('code', [row.code]);
  put('component', [row.component]);
  put('host', [row.host]);
  put('member', [parseRef(row.ref)?.member]);
  put('tag', marks.tags.get(row.n) ?? []);
  put('severity', marks.severities.get(row.n) ?? []);
  const entities = entitiesOf(kind, cells, mentions);
  put(
    'entity',
    entities.map((one) => `${one.kind}:${one.id}`),
  );
  for (const field of roleFields)
    put(
      field,
      entities.filter((one) => isInRole(one, field)).map((one) => one.id),
    );
  for (const field of columnFields.words)
    if (columnNamed(kind, field) !== undefined) put(field, [textCell(cells[field])]);
  put('request', [textCell(cells.request_id)]);
  if (kind === 'job') put('state', [textCell(cells.state)]);
  if (kind === 'request') {
    const route = textCell(cells.route);
    put('route', [route, ...(route === null ? [] : literalSegments(route)), textCell(cells.grp)]);
  }
  return words;
}

function integersOf(kind: EventKind, cells: ViewCells, record: JsonObject): FilterRecord['integers'] {
  const integers: { [F in IntegerField]?: number } = {};
  for (const field of columnFields.integers) {
    const value = columnNamed(kind, field)?.type === 'int' ? cells[field] : undefined;
    if (typeof value === 'number') integers[field] = value;
  }
  const [count] = valuesAt(record, 'count');
  if (typeof count === 'number' && Number.isSafeInteger(count)) integers.count = count;
  return integers;
}

/** Without a prototype, so that a key like `__proto__` is a key. */
const bare = (value?: Json): Record<string, Json> =>
  Object.assign(Object.create(null) as Record<string, Json>, isObject(value) ? value : {});

function merge(into: Record<string, Json>, key: string, value: Json): void {
  const before = into[key];
  into[key] = isObject(before) && isObject(value) ? Object.assign(bare(before), value) : value;
}

function put(into: Record<string, Json>, [head = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    merge(into, head, value);
    return;
  }
  const inner = bare(into[head]);
  put(inner, rest, value);
  into[head] = inner;
}

function cellValue(column: Column, cell: SqlValue): Json | undefined {
  if (cell === null) return undefined;
  if (column.type === 'bool') return Number(cell) === 1;
  if (column.type !== 'json') return Buffer.isBuffer(cell) ? cell.toString('utf8') : cell;
  try {
    return parseJson(String(cell));
  } catch {
    return String(cell);
  }
}

/** The record by the names of the contract, as far as its columns hold it. Times are in the columns `ts` alone. */
export function recordOfCells(kind: EventKind, cells: ViewCells): JsonObject {
  const record = bare();
  const table: Table = tables[kind];
  for (const column of table.columns) {
    if (column.type === 'time') continue;
    const value = cellValue(column, cells[column.name] ?? null);
    if (value === undefined) continue;
    // A document is its own record.
    if (column.name === 'body' && isObject(value))
      for (const [key, item] of Object.entries(value)) merge(record, key, item);
    else put(record, (column.path ?? column.name).split('.'), value);
  }
  const extra = table.extra ? cells.extra : null;
  const unknown = typeof extra === 'string' ? parseJson(extra) : null;
  if (isObject(unknown)) for (const [key, item] of Object.entries(unknown)) merge(record, key, item);
  return record;
}

/** Kinds whose rows are a part of a record: the record as it was written is another's. */
export const isPart = (kind: EventKind): boolean => kind === 'attempt' || kind === 'call';

/** What is known of a row beside its cells. */
export interface RowSources {
  readonly marks: Marks;
  /** Entities that it names outside of its columns. */
  readonly mentions: readonly MentionRow[];
  /** The bytes of a record. */
  readonly raw: (ref: string) => Buffer | null;
}

export function rowRecord(row: EventRow, cells: ViewCells, sources: RowSources): FilterRecord {
  const { marks, raw } = sources;
  const record = recordOfCells(row.kind, cells);
  const flags = new Set<Flag>(flagsOf(marks, row.n));
  if (row.kind === 'gap') flags.add('gap');
  if (row.ts === null) flags.add('undated');
  if (row.skew_us !== null) flags.add('moved');
  let written: JsonObject | null | undefined;
  return {
    ts: row.ts,
    words: wordsOf(row, cells, sources),
    integers: integersOf(row.kind, cells, record),
    flags,
    messages: messageColumns(row.kind).flatMap((name) => textCell(cells[name]) ?? []),
    record,
    written: () => {
      if (written === undefined) written = isPart(row.kind) || row.kind === 'gap' ? null : objectOf(raw(row.ref));
      return written;
    },
  };
}

function objectOf(bytes: Buffer | null): JsonObject | null {
  const value = bytes === null ? undefined : parseRecord(bytes);
  return isObject(value) ? value : null;
}
