/** Rows of evidence on their way into tables of a database that is being made: as pages of their trees, past SQL. */
import type Database from 'better-sqlite3';
import { graftOn } from './graft.ts';
import { createRowPages, type TableLeaves } from './row-pages.ts';

export { createRecords } from './records.ts';
export type { TableLeaves } from './row-pages.ts';

/** Pages that are put into the file at once. */
const waitingBytes = 16 << 20;

export interface BulkLoad {
  /** Takes the rows of a table that has none. */
  readonly into: (table: string) => TableLeaves;
  /** Puts the rows that wait into the database where they are many. A transaction must be open; then another one is. */
  readonly put: () => void;
  /** Puts all there: from then on they are rows as any others. */
  readonly end: () => void;
}

/** `file` is that of the database, which nobody else has open. */
export function openBulkLoad(db: Database.Database, file: string): BulkLoad {
  const pageSize = db.pragma('page_size', { simple: true }) as number;
  const rootOf = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck();
  const pages = createRowPages(pageSize);
  const graft = graftOn(file, pageSize, pages);
  const tables: { readonly root: number; readonly leaves: TableLeaves }[] = [];
  const between = (action: () => void): void => {
    db.exec('COMMIT');
    action();
    db.exec('BEGIN');
  };
  return {
    into(table) {
      const leaves = pages.table();
      tables.push({ root: rootOf.get(table) as number, leaves });
      return leaves;
    },
    put() {
      if (pages.waiting() >= waitingBytes) between(graft.put);
    },
    end: () => between(() => graft.end(tables)),
  };
}
