/** Whether a record holds what is searched for: in its own bytes, in its cells, or in what tells where it lay. */
import { isObject, type Json, type JsonObject, writeJson } from '../base/json.ts';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import type { CaseReader, EventRow } from '../case/index.ts';
import { journalText, parseRecord, type RowKind } from '../evidence/index.ts';
import { bytesTest, cellsOf, isPart, type Pattern, phraseTest, type Selector, type ViewCells } from './filter/index.ts';

/** Columns that tell where a record lay, and so are not in its own text. */
export const placeColumns: { readonly [K in RowKind]?: readonly string[] } = {
  sample: ['component'],
  snapshot: ['agent_id', 'model'],
  log: ['component', 'host'],
  state: ['section'],
  document: ['agent_id', 'name'],
  journal: ['agent_id'],
};

export const isEventKind = (kind: RowKind): kind is EventKind => (eventKinds as readonly string[]).includes(kind);

/** Null: a kind of none, whose bytes are text as they stand. */
export const holdsRecord = (kind: RowKind | null, raw: Buffer, matches: (text: string) => boolean): boolean =>
  holds(raw, matches) || (kind === 'log' && spells(raw, matches));

/** A record is searched in its texts, not in their spelling; what is no record is text as it stands. */
function holds(raw: Buffer, matches: (text: string) => boolean): boolean {
  const value = parseRecord(raw);
  return value === undefined || typeof value !== 'object' ? matches(raw.toString('utf8')) : anyText(value, matches);
}

/** What the journal wrote as bytes. Elsewhere a list of numbers is one. */
function spells(raw: Buffer, matches: (text: string) => boolean): boolean {
  const record = parseRecord(raw);
  if (!isObject(record)) return false;
  return Object.values(record).some((value) => matches(journalText(value) ?? ''));
}

/** Names of fields are text, too. */
function anyText(value: Json, matches: (text: string) => boolean): boolean {
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) for (const item of next as readonly Json[]) waiting.push(item);
    else if (isObject(next)) {
      const bytes = bytesIn(next);
      if (bytes !== null && holds(bytes, matches)) return true;
      for (const [key, item] of Object.entries(next)) {
        if (matches(key)) return true;
        waiting.push(item);
      }
    } else if (matches(typeof next === 'string' ? next : writeJson(next))) return true;
  }
  return false;
}

/** The bytes of a MessagePack value, as JSON shows them. They are text where somebody packed text. */
function bytesIn(value: JsonObject): Buffer | null {
  const { $bin: base64 } = value;
  return typeof base64 === 'string' && Object.keys(value).length === 1 ? Buffer.from(base64, 'base64') : null;
}

/** Rows whose bytes are also those of other rows: a part of a job, and what stands beside the sections of a state. */
export const sharesBytes = (kind: RowKind): boolean => kind === 'document' || (isEventKind(kind) && isPart(kind));

/** Cells that are the program's words. */
const ownCells = ['ref', 'time', 'kind', 'shape'];

export const anyCell = (cells: ViewCells, matches: (text: string) => boolean): boolean =>
  Object.entries(cells).some(([name, value]) => {
    if (typeof value !== 'string' || ownCells.includes(name)) return false;
    const json = /^[{[]/.test(value) ? parseRecord(Buffer.from(value, 'utf8')) : undefined;
    return json === undefined ? matches(value) : anyText(json, matches);
  });

/** The events that pass the selector and hold the words, found out row by row. */
export function holding(reader: CaseReader, selector: Selector, pattern: Pattern): Selector {
  const mayHold = bytesTest(pattern);
  const matches = phraseTest(pattern);

  function numbersHolding(rows: readonly EventRow[]): ReadonlySet<number> {
    const found = new Set<number>();
    const byCells: EventRow[] = [];
    const byPlace: EventRow[] = [];
    // In the order in which they lie: of the raw bytes one block is open at a time.
    for (const row of [...rows].sort((a, b) => a.n - b.n)) {
      const raw = reader.raw(row.ref);
      const mayBe = raw !== null && mayHold(raw);
      if (mayBe && sharesBytes(row.kind)) byCells.push(row);
      else if (mayBe && holdsRecord(row.kind, raw, matches)) found.add(row.n);
      else if (placeColumns[row.kind] !== undefined) byPlace.push(row);
    }
    for (const [n, cells] of cellsOf(reader, byCells)) if (anyCell(cells, matches)) found.add(n);
    const kinds = new Map(byPlace.map(({ n, kind }) => [n, kind]));
    for (const [n, cells] of cellsOf(reader, byPlace)) {
      const columns = placeColumns[kinds.get(n) as EventKind] ?? [];
      const values = columns.map((name) => cells[name]);
      if (values.some((value) => typeof value === 'string' && matches(value))) found.add(n);
    }
    return found;
  }

  return {
    where: selector.where,
    passing(rows) {
      const passing = selector.passing(rows);
      const found = numbersHolding(passing);
      return passing.filter(({ n }) => found.has(n));
    },
    looks: true,
  };
}
