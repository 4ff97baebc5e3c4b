import type Database from 'better-sqlite3';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import { type Column, cellForm, tables } from '../evidence/index.ts';
import { movedKinds } from './moved-rows.ts';
import { placedTime, tableName } from './schema.ts';

/** Columns whose entities are counted by symbol, with the kind of entity. */
const symbolColumns = (kind: EventKind): readonly { readonly name: string; readonly entity: string }[] =>
  (tables[kind].columns as readonly Column[]).flatMap((column) =>
    column.entity === undefined || cellForm(column) !== 'symbol'
      ? []
      : [{ name: `"${column.name}"`, entity: column.entity }],
  );

const mentioning = eventKinds.filter((kind) => 'mentions' in tables[kind]);

/**
 * Entities were counted by recorded times, while their rows came: first and last of those that a moved row names are found
 * anew. Where no clock was off nothing is read.
 */
export function placeEntities(db: Database.Database): void {
  const moved = movedKinds(db);
  if (moved.length === 0) return;
  db.exec('CREATE TEMP TABLE moved_entity (entity TEXT PRIMARY KEY, kind TEXT, id TEXT, symbol INTEGER)');
  for (const kind of moved) {
    const rows = `${tableName(kind)} WHERE skew IS NOT NULL`;
    for (const { name, entity } of symbolColumns(kind))
      db.exec(`INSERT OR IGNORE INTO moved_entity (entity, kind, id) SELECT '${entity}:' || text, '${entity}', text
        FROM symbol WHERE id IN (SELECT ${name} FROM ${rows})`);
    db.exec(`INSERT OR IGNORE INTO moved_entity (entity, kind, id)
      SELECT entity, substr(entity, 1, instr(entity, ':') - 1), substr(entity, instr(entity, ':') + 1)
      FROM t_mention WHERE n IN (SELECT n FROM ${rows})`);
  }
  db.exec('UPDATE moved_entity SET symbol = symbol.id FROM symbol WHERE symbol.text = moved_entity.id');
  db.exec('CREATE INDEX temp.moved_entity_symbol ON moved_entity (kind, symbol)');
  db.exec('CREATE TEMP TABLE moved_time (entity TEXT, first INTEGER, last INTEGER)');
  const kinds = new Set(db.prepare('SELECT DISTINCT kind FROM moved_entity').pluck().all());
  // The order of a CROSS JOIN is kept: a table is read once, and not once for each entity.
  for (const kind of eventKinds)
    for (const { name, entity } of symbolColumns(kind).filter((column) => kinds.has(column.entity)))
      addTimes(
        db,
        kind,
        `${tableName(kind)} AS r CROSS JOIN moved_entity AS m ON m.kind = '${entity}' AND m.symbol = ${name}`,
      );
  for (const kind of mentioning)
    addTimes(
      db,
      kind,
      `moved_entity AS m CROSS JOIN t_mention ON t_mention.entity = m.entity CROSS JOIN ${tableName(kind)} AS r ON r.n = t_mention.n`,
    );
  db.exec('CREATE INDEX temp.moved_time_entity ON moved_time (entity)');
  db.exec(`UPDATE t_entity SET (first_ts, last_ts) = (SELECT min(first), max(last) FROM moved_time WHERE entity = t_entity.entity)
    WHERE entity IN (SELECT entity FROM moved_time)`);
  db.exec('DROP TABLE moved_time');
  db.exec('DROP TABLE moved_entity');
}

const addTimes = (db: Database.Database, kind: EventKind, from: string): void => {
  const time = placedTime(kind);
  db.exec(
    `INSERT INTO moved_time SELECT m.entity, min(${time}), max(${time}) FROM ${from} WHERE ts IS NOT NULL GROUP BY m.entity`,
  );
};
