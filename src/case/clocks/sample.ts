import type Database from 'better-sqlite3';
import type { RowKind } from '../../evidence/index.ts';
import { tableName } from '../schema.ts';

/**
 * Of more rows than this one in so many is looked at: which they are hangs on their offset and time alone, so that the choice is
 * the same in whatever order members were read. Bounds from fewer records are wider, never wrong.
 */
export const sampleMost = 20_000;

/** A condition that about `sampleMost` of the table's rows that meet `condition` meet as well. */
export function sampled(db: Database.Database, kind: RowKind, condition: string, most = sampleMost): string {
  const count = db
    .prepare(`SELECT count(*) FROM ${tableName(kind)} WHERE ${condition}`)
    .pluck()
    .get() as number;
  const every = Math.ceil(count / most);
  return every <= 1 ? condition : `(${condition}) AND ${mixed} % ${every} = 0`;
}

/** Two rounds of a congruential generator: neither a stride of offsets nor one of times is left. */
const mixed =
  '(((off % 1000003) * 48271 + (abs(coalesce(ts, 0) / 1000) % 1000003) * 69621) % 2147483647 * 16807 % 2147483647)';

/** A temporary table of ids that are looked at. */
export interface Chosen {
  /** Adds those in a column of about `sampleMost` rows that meet the condition. */
  readonly add: (kind: RowKind, column: string, condition: string) => void;
  /** A condition on rows whose column holds one of them. */
  readonly holds: (column: string) => string;
  readonly isEmpty: () => boolean;
  readonly drop: () => void;
}

export function chooseIds(db: Database.Database, name: string): Chosen {
  db.exec(`CREATE TEMP TABLE ${name} (id TEXT PRIMARY KEY) WITHOUT ROWID`);
  return {
    add(kind, column, condition) {
      const rows = sampled(db, kind, `${column} IS NOT NULL AND (${condition})`);
      db.exec(`INSERT OR IGNORE INTO ${name} SELECT ${column} FROM ${tableName(kind)} WHERE ${rows}`);
    },
    holds: (column) => `${column} IN (SELECT id FROM ${name})`,
    isEmpty: () => db.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined,
    drop: () => db.exec(`DROP TABLE ${name}`),
  };
}
