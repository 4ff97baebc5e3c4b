/** Search through everything: whatever text a record holds, and the text that nothing recognised. */
import { compareMembers, parseRef } from '../base/ref.ts';
import { maskText } from '../base/secrets.ts';
import { formatMicros, type Micros } from '../base/time.ts';
import type { CaseReader, RawFind, SqlValue } from '../case/index.ts';
import type { RowKind } from '../evidence/index.ts';
import { bytesTest, cellsOf, heldWord, type Pattern, phraseTest, type Selector } from './filter/index.ts';
import { anyCell, holdsRecord, isEventKind, placeColumns, sharesBytes } from './holding.ts';
import type { OtherKind, TimelineLine } from './line.ts';
import { recordTitles } from './record.ts';

/** What is found and is no event: captured state, artifact metadata, a document, a line that nothing recognised. */
export interface OtherFind {
  readonly kind: OtherKind;
  readonly ref: string;
  readonly ts: Micros | null;
  /** Masked, not escaped. */
  readonly title: string;
}

export interface Finds {
  /** Numbers of events, rising. */
  readonly numbers: readonly number[];
  /** By member path and place. */
  readonly others: readonly OtherFind[];
}

export interface SearchStep {
  readonly done: number;
  readonly of: number;
}

/** Words as they are typed: a star at the end asks for a beginning. */
export const searchPattern = (text: string): Pattern =>
  text.endsWith('*') ? { text: text.slice(0, -1), match: 'prefix' } : { text, match: 'whole' };

/** Finds it step by step; a step is some hundred KiB of evidence. */
export function* searchSteps(reader: CaseReader, pattern: Pattern): Generator<SearchStep, Finds> {
  const matches = phraseTest(pattern);
  const numbers = new Set<number>();
  const others = new Map<string, OtherFind>();

  for (const { done, of, found } of reader.scanRaw(bytesTest(pattern), heldWord(pattern))) {
    const byCells = new Map<number, RawFind>();
    const take = (find: RawFind): void => {
      if (find.n !== null && find.kind !== null && isEventKind(find.kind)) numbers.add(find.n);
      else others.set(find.ref, otherFind(reader, find));
    };
    for (const find of found) {
      if (find.n !== null && find.kind !== null && sharesBytes(find.kind)) byCells.set(find.n, find);
      else if (holdsRecord(find.kind, find.raw, matches)) take(find);
    }
    for (const [n, cells] of cellsOf(reader, [...byCells.values()].flatMap(placed))) {
      const find = byCells.get(n);
      if (find !== undefined && anyCell(cells, matches)) take(find);
    }
    yield { done, of };
  }

  for (const [kind, columns] of Object.entries(placeColumns) as [RowKind, readonly string[]][])
    for (const column of columns)
      for (const [n, ref] of rowsByValue(reader, kind, column, matches)) {
        if (isEventKind(kind)) numbers.add(n);
        else if (!others.has(ref)) others.set(ref, otherFind(reader, { n, kind, ref, raw: Buffer.alloc(0) }));
      }
  for (const [n, ref] of encodedDocuments(reader, matches))
    if (!others.has(ref)) others.set(ref, otherFind(reader, { n, kind: 'document', ref, raw: Buffer.alloc(0) }));
  return { numbers: [...numbers].sort((a, b) => a - b), others: [...others.values()].sort(byPlace) };
}

function byPlace(a: OtherFind, b: OtherFind): number {
  const [left, right] = [parseRef(a.ref), parseRef(b.ref)];
  return compareMembers(left?.member ?? '', right?.member ?? '') || (left?.offset ?? 0) - (right?.offset ?? 0);
}

const placed = ({ n, kind }: RawFind): readonly { readonly n: number; readonly kind: RowKind }[] =>
  n === null || kind === null ? [] : [{ n, kind }];

function* rowsByValue(
  reader: CaseReader,
  kind: RowKind,
  column: string,
  matches: (text: string) => boolean,
): Generator<readonly [number, string]> {
  const read = (query: string, params: Readonly<Record<string, string>> = {}): Iterable<readonly SqlValue[]> => {
    const found = reader.sql(query, params);
    if (!found.ok) throw new Error(`search: ${found.error.why}`);
    return found.value.rows;
  };
  const values: string[] = [];
  for (const [value] of read(`SELECT DISTINCT "${column}" FROM "${kind}"`))
    if (typeof value === 'string' && matches(value)) values.push(value);
  if (values.length === 0) return;
  const wanted = JSON.stringify(values);
  for (const [n, ref] of read(
    `SELECT n, ref FROM "${kind}" WHERE "${column}" IN (SELECT value FROM json_each(:wanted))`,
    { wanted },
  ))
    yield [Number(n), String(ref)];
}

/** An approval says nothing in its bytes: they are an encoding of what it says. */
function* encodedDocuments(
  reader: CaseReader,
  matches: (text: string) => boolean,
): Generator<readonly [number, string]> {
  const found = reader.sql(`SELECT n, ref, body FROM document WHERE kind = 'approval-credential'`);
  if (!found.ok) throw new Error(`search: ${found.error.why}`);
  for (const [n, ref, body] of found.value.rows)
    if (anyCell({ body: body ?? null }, matches)) yield [Number(n), String(ref)];
}

function otherFind(reader: CaseReader, { kind, ref, raw }: RawFind): OtherFind {
  if (kind === null || isEventKind(kind))
    return { kind: 'unrecognised', ref, ts: null, title: maskText(raw.toString('utf8')) };
  const detail = reader.record(ref);
  const title = detail.ok ? recordTitles(reader, detail.value).find((one) => one.kind === kind) : undefined;
  return { kind, ref, ts: title?.ts ?? null, title: title?.title ?? kind };
}

/** As `timeline --search --json` has it, after the events. */
export const otherLineOf = (find: OtherFind): TimelineLine => ({
  ref: find.ref,
  ts: find.ts === null ? null : formatMicros(find.ts),
  kind: find.kind,
  action: null,
  outcome: 'none',
  entities: [],
  title: find.title,
});

/** So many numbers are looked up one by one; more are sorted out among all that pass. */
const fewNumbers = 20_000;

/** Events that pass the selector and were found. */
export function foundBy(selector: Selector, { numbers }: Finds): Selector {
  if (numbers.length <= fewNumbers)
    return { ...selector, where: (kind) => ({ all: [{ numbers }, selector.where(kind)] }) };
  const found = new Set(numbers);
  return {
    where: selector.where,
    passing: (rows) => selector.passing(rows.filter(({ n }) => found.has(n))),
    looks: true,
  };
}
