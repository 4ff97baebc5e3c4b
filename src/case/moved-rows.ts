import type Database from 'better-sqlite3';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import { eventParts, isMovable, type Share, tableName } from './schema.ts';

/** Which rows a corrected clock moved, and by how much at least and at most. */
export interface MovedRows {
  /** What must be read for all rows of a kind. */
  readonly sharesOf: (kind: EventKind) => readonly Share[];
  readonly least: number;
  readonly most: number;
  /** Recorded minus corrected time; null where it was not moved. */
  readonly skewOf: (kind: string, n: number) => number | null;
}

/** Kinds of which a row was moved. */
export const movedKinds = (db: Database.Database): EventKind[] =>
  eventKinds.filter((kind) => isMovable(kind) && hasMoved(db, kind));

export function openMovedRows(db: Database.Database): MovedRows {
  const moved = new Set(movedKinds(db));
  const { least, most } = db
    .prepare('SELECT coalesce(min(correction), 0) AS least, coalesce(max(correction), 0) AS most FROM clock')
    .get() as { least: number; most: number };
  const skews = new Map(
    [...moved].map((kind) => [kind as string, db.prepare(`SELECT skew FROM ${tableName(kind)} WHERE n = ?`).pluck()]),
  );
  return {
    sharesOf: (kind) => (moved.has(kind) ? ['still', 'moved'] : ['every']),
    least,
    most,
    skewOf: (kind, n) => (skews.get(kind)?.get(n) as number | null | undefined) ?? null,
  };
}

const hasMoved = (db: Database.Database, kind: EventKind): boolean =>
  db.prepare(`SELECT 1 FROM ${tableName(kind)} WHERE skew IS NOT NULL LIMIT 1`).get() !== undefined;

/** First and last time of the kind's rows as the timeline has them. */
export function timesOf(
  db: Database.Database,
  kind: EventKind,
  share: Share,
): { from: number | null; to: number | null } {
  const { source } = eventParts(kind, share);
  const end = (order: 'ASC' | 'DESC'): number | null =>
    (db.prepare(`SELECT ts FROM ${source} WHERE ts IS NOT NULL ORDER BY ts ${order} LIMIT 1`).pluck().get() as
      | number
      | undefined) ?? null;
  return { from: end('ASC'), to: end('DESC') };
}
