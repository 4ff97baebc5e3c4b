import type Database from 'better-sqlite3';
import { type EventKind, eventKinds, type Outcome, outcomes } from '../base/vocabulary.ts';
import { type Column, leadingCells, type Table, tables } from '../evidence/index.ts';

/** The outcome of a row whose cells begin at `at`, with its kind, as `sortOf` numbers them. `textOf` gives the text of a cell that is text. */
export type OutcomeReader = (cells: Float64Array, at: number, textOf: (cell: number) => string) => number;

const remembered = 10_000;
const nearMax = 4_096;

/** Kind and outcome as one small number. */
export const sortOf = (kind: EventKind, outcome: Outcome): number =>
  eventKinds.indexOf(kind) * outcomes.length + outcomes.indexOf(outcome);

/**
 * A row's outcome is said once, by SQL, in its table's declaration. It hangs on few values, so that SQL is asked once for each
 * and the answer is kept. `symbolText` gives the text of an interned value.
 */
export function outcomeReader(
  db: Database.Database,
  kind: EventKind,
  symbolText: (id: number) => string,
): OutcomeReader {
  const table: Table = tables[kind];
  const expression = table.event?.outcome ?? "'none'";
  const named = new Set(expression.replace(/'[^']*'/g, ' ').match(/[a-z_]+/g));
  const read = table.columns.flatMap((column, index) => (named.has(column.name) ? [{ column, index }] : []));
  const sources = read.map(({ column }) => `? AS "${column.name}"`).join(', ');
  const ask = db
    .prepare(read.length === 0 ? `SELECT ${expression}` : `SELECT ${expression} FROM (SELECT ${sources})`)
    .pluck();
  const placeOf = (values: readonly (number | string | null)[]): number =>
    sortOf(kind, (ask.get(...values) as Outcome | null) ?? 'none');

  const [only, second] = read;
  if (only === undefined) {
    const constant = placeOf([]);
    return () => constant;
  }
  const cellValue = (column: Column, cell: number, text: () => string): number | string | null => {
    if (Number.isNaN(cell)) return null;
    if (column.type === 'symbol') return cell >= 0 ? symbolText(cell) : text();
    return column.type === 'int' || column.type === 'bool' || column.type === 'real' || column.type === 'time'
      ? cell
      : text();
  };
  const known = new Map<number | string, number>();
  /** The same of small numbers: nearly all statuses and symbols. */
  const near = new Int16Array(nearMax).fill(-1);
  const keep = (key: number | string, place: number): number => {
    if (known.size < remembered) known.set(key, place);
    return place;
  };
  const isNumber = only.column.type === 'int' || only.column.type === 'bool';
  return (cells, at, textOf) => {
    if (second === undefined) {
      const cell = cells[at + leadingCells + only.index] as number;
      if (isNumber || Number.isNaN(cell) || (only.column.type === 'symbol' && cell >= 0)) {
        const before = near[cell] ?? -1;
        if (before >= 0) return before;
        // NaN is one key of a map.
        const place = known.get(cell) ?? keep(cell, placeOf([cellValue(only.column, cell, () => '')]));
        if (cell >= 0 && cell < nearMax) near[cell] = place;
        return place;
      }
    }
    const values = read.map(({ column, index }) => {
      const place = leadingCells + index;
      return cellValue(column, cells[at + place] as number, () => textOf(place));
    });
    const key = JSON.stringify(values);
    return known.get(key) ?? keep(key, placeOf(values));
  };
}
