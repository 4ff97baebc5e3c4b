/** A filter at work on a case: what the case decides by itself, and a look at the rest. */
import type { EventKind } from '../../base/vocabulary.ts';
import type { CaseReader, EventRow, MentionRow, RowCondition, SqlValue } from '../../case/index.ts';
import type { RowKind } from '../../evidence/index.ts';
import type { Filter } from './ast.ts';
import { type Compiled, compileFilter } from './compile.ts';
import { filterTest } from './evaluate.ts';
import { marksFor } from './mark-sources.ts';
import { rowRecord, type ViewCells } from './row-record.ts';

export interface Selector {
  readonly where: (kind: EventKind) => RowCondition;
  /** Those of the rows that pass. */
  readonly passing: (rows: readonly EventRow[]) => readonly EventRow[];
  /** Whether rows that pass `where` may still fail. */
  readonly looks: boolean;
}

export function selectorOf(reader: CaseReader, filter: Filter, kinds: readonly EventKind[]): Selector {
  const marks = marksFor(reader, filter);
  const by = { marks, members: reader.members().map(({ path }) => path) };
  const compiled = new Map<EventKind, Compiled>(kinds.map((kind) => [kind, compileFilter(filter, kind, by)]));
  const test = filterTest(filter);
  const looks = [...compiled.values()].some(({ exact }) => !exact);

  function passing(rows: readonly EventRow[]): readonly EventRow[] {
    const open = rows.filter(({ kind }) => compiled.get(kind)?.exact === false);
    if (open.length === 0) return rows;
    const cells = cellsOf(reader, open);
    const mentions = mentionsOf(
      reader,
      open.map(({ n }) => n),
    );
    return rows.filter((row) => {
      const found = cells.get(row.n);
      return (
        found === undefined ||
        test(rowRecord(row, found, { marks, mentions: mentions.get(row.n) ?? [], raw: reader.raw }))
      );
    });
  }

  return { where: (kind) => compiled.get(kind)?.condition ?? { any: [] }, passing, looks };
}

/** What the rows name outside of their columns. */
export function mentionsOf(reader: CaseReader, numbers: readonly number[]): ReadonlyMap<number, readonly MentionRow[]> {
  const found = new Map<number, MentionRow[]>();
  for (const mention of reader.mentions(numbers)) {
    const list = found.get(mention.n);
    if (list === undefined) found.set(mention.n, [mention]);
    else list.push(mention);
  }
  return found;
}

/** Cells of the views, one statement a kind. Numbers are of the case, not of the kind. */
export function cellsOf(
  reader: CaseReader,
  rows: readonly { readonly n: number; readonly kind: RowKind }[],
): ReadonlyMap<number, ViewCells> {
  const numbers = new Map<RowKind, number[]>();
  for (const { kind, n } of rows) {
    const list = numbers.get(kind);
    if (list === undefined) numbers.set(kind, [n]);
    else list.push(n);
  }
  const found = new Map<number, ViewCells>();
  for (const [kind, list] of numbers) {
    const result = reader.sql(`SELECT * FROM "${kind}" WHERE n IN (SELECT value FROM json_each(:numbers))`, {
      numbers: JSON.stringify(list),
    });
    if (!result.ok) throw new Error(`timeline: ${result.error.why}`);
    const { columns } = result.value;
    for (const row of result.value.rows) {
      const cells: Record<string, SqlValue> = {};
      for (const [index, name] of columns.entries()) cells[name] = row[index] ?? null;
      found.set(Number(cells.n), cells);
    }
  }
  return found;
}
