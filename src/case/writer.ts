import Database from 'better-sqlite3';
import { cellsOf, type RowKind } from '../evidence/index.ts';
import { createBucketWriter } from './accelerators/buckets.ts';
import { createMessageWriter } from './accelerators/messages.ts';
import { createRowKeys } from './accelerators/row-keys.ts';
import { type AcceleratorRow, acceleratorStatements } from './accelerators/tables.ts';
import { openBulkLoad } from './bulk-load/index.ts';
import { bufferOf } from './byte-views.ts';
import { placeByClocks, rememberOwnTimes } from './clocks/index.ts';
import { createEntityCounts } from './entity-counts.ts';
import { type Along, createLoader } from './loader.ts';
import { createMentionWriter } from './mentions.ts';
import type { CaseEnd, NumberedBatch, ToWriter } from './protocol.ts';
import { markResets } from './resets.ts';
import { applicationId, indexStatements, schemaVersion, tableName, tableStatements, viewStatements } from './schema.ts';
import { clockWorld, countMemberTimes, countMoves, placeByMember, writeEnd, writeEntities } from './write-end.ts';
import { openYearless } from './yearless.ts';

export interface CaseWriter {
  readonly write: (data: Extract<ToWriter, { say: 'data' }>) => void;
  readonly finish: (end: CaseEnd) => void;
  readonly abandon: () => void;
}

/** A file that nobody reads yet needs no journal: a run that is killed leaves only a temporary file. */
export function openWriter(file: string): CaseWriter {
  const db = new Database(file);
  db.pragma('page_size = 8192');
  // OFF is refused by a defensive build; in memory it costs nothing, since all pages are new.
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -8192');
  // What is sorted for an index grows with the case. The launcher says where such files go, which have no name.
  db.pragma('temp_store = FILE');
  db.pragma(`application_id = ${applicationId}`);
  db.exec('BEGIN');
  for (const statement of [...tableStatements, ...acceleratorStatements]) db.exec(statement);

  const symbols: string[] = [];
  const insertSymbol = db.prepare('INSERT INTO symbol VALUES (?, ?)');
  const insertBlock = db.prepare('INSERT INTO block VALUES (?, ?, ?)');
  const insertRow: Readonly<Record<AcceleratorRow['table'], Database.Statement>> = {
    posting: db.prepare('INSERT INTO posting VALUES (?, ?)'),
    hit: db.prepare('INSERT INTO hit VALUES (?, ?)'),
    word: db.prepare('INSERT INTO word VALUES (?, ?)'),
  };
  const insertSegment = db.prepare('INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?)');
  const symbolText = (id: number): string => symbols[id] ?? '';
  const insertKeyed = ({ table, id, z }: AcceleratorRow): void => void insertRow[table].run(id, bufferOf(z));
  const keys = createRowKeys(symbolText, insertKeyed);
  const along: Along = {
    entities: createEntityCounts(symbolText),
    buckets: createBucketWriter(db, 'given'),
    messages: createMessageWriter(db),
    symbolText,
  };
  const yearless = openYearless(db);
  const mentions = createMentionWriter(db);
  const loaders = new Map<RowKind, (batch: NumberedBatch) => void>();
  const bulk = openBulkLoad(db, file);

  function loader(kind: RowKind): (batch: NumberedBatch) => void {
    const known = loaders.get(kind);
    if (known !== undefined) return known;
    const made = createLoader(db, kind, bulk.into(tableName(kind)), along);
    loaders.set(kind, made);
    return made;
  }

  return {
    write({ symbols: fresh, batches, blocks, words }) {
      for (const text of fresh) {
        insertSymbol.run(symbols.length, text);
        symbols.push(text);
      }
      for (const batch of batches) {
        keys.add(batch);
        yearless.aside(batch);
        loader(batch.table)(batch);
        mentions.write(batch);
        const { from, to } = times(batch);
        insertSegment.run(batch.firstN, batch.firstN + batch.rows - 1, batch.member, batch.table, from, to);
      }
      for (const { first, bytes, z } of blocks) insertBlock.run(first, bytes, bufferOf(z));
      for (const row of words) insertKeyed(row);
      bulk.put();
    },
    finish(end) {
      keys.end();
      bulk.end();
      writeEnd(db, end);
      rememberOwnTimes(db);
      placeByMember(db);
      yearless.place(along.buckets);
      placeByClocks(clockWorld(db, end, symbolText));
      countMemberTimes(db, along.buckets);
      countMoves(db, along.buckets);
      along.buckets.end();
      for (const statement of indexStatements) db.exec(statement);
      markResets(db);
      writeEntities(db, along.entities, symbols);
      for (const statement of viewStatements) db.exec(statement);
      db.exec('COMMIT');
      // The last commit is the one that reaches the disk, and all before with it. By SQLite, since Node's permission model
      // takes fsync away; the version comes last, so that an unfinished file is no case.
      db.pragma('synchronous = FULL');
      db.pragma(`user_version = ${schemaVersion}`);
      db.close();
    },
    abandon() {
      db.close();
    },
  };
}

/** First and last time of a batch; null where none of its rows has one. */
function times({ cells, rows, table }: NumberedBatch): { readonly from: number | null; readonly to: number | null } {
  const width = cellsOf(table);
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let at = 2; at < rows * width; at += width) {
    const ts = cells[at] as number;
    if (ts < from) from = ts;
    if (ts > to) to = ts;
  }
  return from > to ? { from: null, to: null } : { from, to };
}
