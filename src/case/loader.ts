import type Database from 'better-sqlite3';
import { eventKinds } from '../base/vocabulary.ts';
import { type Column, cellsOf, leadingCells, type RowKind, tables } from '../evidence/index.ts';
import type { BucketWriter } from './accelerators/buckets.ts';
import type { MessageWriter } from './accelerators/messages.ts';
import { createRecords, type TableLeaves } from './bulk-load/index.ts';
import { textAt } from './byte-views.ts';
import type { EntityCounts } from './entity-counts.ts';
import { outcomeReader } from './outcomes.ts';
import type { NumberedBatch } from './protocol.ts';

/** What is counted and noted while rows pass by. */
export interface Along {
  readonly entities: EntityCounts;
  readonly buckets: BucketWriter;
  readonly messages: MessageWriter;
  readonly symbolText: (id: number) => string;
}

/** Writes batches of one table. */
export function createLoader(
  db: Database.Database,
  kind: RowKind,
  leaves: TableLeaves,
  along: Along,
): (batch: NumberedBatch) => void {
  const { entities, buckets, messages } = along;
  const width = cellsOf(kind);
  const columns: readonly Column[] = tables[kind].columns;
  const messageCells = columns.flatMap((column, index) => (column.message === true ? [leadingCells + index] : []));
  const records = createRecords(kind);
  const countEntities = entities.ofRows(kind);

  // Rows that get their time from their member are counted at the end, when it is known.
  const event = eventKinds.find((one) => one === kind);
  const outcomeOf =
    event !== undefined && !('timeOfMember' in tables[kind]) ? outcomeReader(db, event, along.symbolText) : null;

  return (batch) => {
    const { cells, text, rows, firstN } = batch;
    const { next, starts } = records(batch);
    const rowText = { text, starts };
    let at = 0;
    const textOf = (cell: number): string => {
      const length = cells[at + cell] as number;
      return textAt(text, starts[cell] as number, length < 0 ? -1 - length : length);
    };
    for (let row = 0; row < rows; row++, at += width) {
      leaves.add(firstN + row, next());
      for (const cell of messageCells) if (!Number.isNaN(cells[at + cell])) messages.add(firstN + row, textOf(cell));
      countEntities?.(cells, at, rowText);
      if (outcomeOf === null) continue;
      const ts = cells[at + 2] as number;
      if (!Number.isNaN(ts)) buckets.add(ts, outcomeOf(cells, at, textOf));
    }
  };
}
