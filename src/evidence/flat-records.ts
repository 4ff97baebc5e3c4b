import type { RowKind } from './tables.ts';

/** How a record is a row of a table, and nothing else. */
export interface FlatRecords {
  readonly table: RowKind;
  /** The values of the columns without a path, in the table's order, each from texts of fields; a few different ones, in ASCII. */
  readonly computed: readonly {
    readonly from: readonly string[];
    readonly of: (...texts: readonly (string | null | undefined)[]) => string | null;
  }[];
}
