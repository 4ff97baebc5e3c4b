/** What records name outside of their columns: written, counted with the other entities, and read back. */
import type Database from 'better-sqlite3';
import { eventKinds } from '../base/vocabulary.ts';
import { tables } from '../evidence/index.ts';
import { listOf, type NumberSet } from './numbers.ts';
import type { NumberedBatch } from './protocol.ts';
import type { MentionRow } from './reader-types.ts';
import { placedTime, tableName } from './schema.ts';

export function createMentionWriter(db: Database.Database): { readonly write: (batch: NumberedBatch) => void } {
  const insert = db.prepare('INSERT INTO t_mention VALUES (?, ?, ?)');
  return {
    write({ mentions, firstN }) {
      for (const { row, role, entity } of mentions) insert.run(firstN + row, role, entity);
    },
  };
}

/** Adds them to the entities that columns hold; what only records name that are no events is known with none. */
export function countMentions(db: Database.Database): void {
  const events = eventKinds
    .filter((kind) => 'mentions' in tables[kind])
    .map((kind) => `SELECT n, ${placedTime(kind)} AS ts FROM ${tableName(kind)}`)
    .join(' UNION ALL ');
  db.exec(`INSERT INTO t_entity
    SELECT entity, substr(entity, 1, instr(entity, ':') - 1), substr(entity, instr(entity, ':') + 1), min(ts), max(ts), count(event.n), NULL
    FROM t_mention LEFT JOIN (${events}) AS event ON event.n = t_mention.n GROUP BY entity
    ON CONFLICT DO UPDATE SET events = events + excluded.events,
      first_ts = min(coalesce(first_ts, excluded.first_ts), coalesce(excluded.first_ts, first_ts)),
      last_ts = max(coalesce(last_ts, excluded.last_ts), coalesce(excluded.last_ts, last_ts))`);
}

export interface Mentions {
  /** Numbers of the records that name the entity so. */
  readonly named: (entity: string) => NumberSet;
  /** In the order of the numbers. */
  readonly of: (numbers: readonly number[]) => readonly MentionRow[];
}

export function openMentions(db: Database.Database): Mentions {
  const named = db.prepare('SELECT n FROM t_mention WHERE entity = ? ORDER BY n').pluck();
  const of = db.prepare(
    'SELECT n, role, entity FROM t_mention WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n, rowid',
  );
  return {
    named: (entity) => listOf(named.all(entity) as number[]),
    of: (numbers) => of.all(JSON.stringify(numbers)) as MentionRow[],
  };
}
