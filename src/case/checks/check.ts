/** What a check reads, and where it puts what it found. */
import type Database from 'better-sqlite3';
import type { Row, RowKind } from '../../evidence/index.ts';
import type { MemberRow, StateRow, Where } from '../reader-types.ts';

/** What a check reads. */
export interface CheckSource {
  readonly db: Database.Database;
  readonly members: readonly MemberRow[];
  readonly rows: <K extends RowKind>(kind: K, where?: Where<K>) => Iterable<Row<K>>;
  readonly state: (section: string) => readonly StateRow[];
  readonly raw: (ref: string) => Buffer | null;
  /** The same, by number. */
  readonly bytes: (n: number, offset: number, length: number) => Buffer | null;
  readonly refOf: (n: number, offset: number, length: number) => string;
}

/** Where a check puts what it found. */
export interface Tally {
  readonly good: () => void;
  readonly failed: (ref: Told, why: Told) => void;
  readonly unknown: (ref: Told, why: Told) => void;
}

/** Or how to say it: of many results only the first are told. */
export type Told = string | (() => string);

export type Check = (source: CheckSource, tally: Tally) => void;
