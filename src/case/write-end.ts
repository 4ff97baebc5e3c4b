import type Database from 'better-sqlite3';
import { compareText } from '../base/order.ts';
import { eventKinds, type Outcome } from '../base/vocabulary.ts';
import { rowKinds, stateEntities, tables } from '../evidence/index.ts';
import { type BucketWriter, createBucketWriter } from './accelerators/buckets.ts';
import { countEntities } from './accelerators/hits.ts';
import type { ClockWorld } from './clocks/index.ts';
import type { EntityCounts } from './entity-counts.ts';
import { placeEntities } from './entity-times.ts';
import { countMentions } from './mentions.ts';
import { sortOf } from './outcomes.ts';
import { inPages } from './pages.ts';
import type { CaseEnd } from './protocol.ts';
import { eventParts, isMovable, tableName } from './schema.ts';
import { loadSegments } from './segments.ts';

const bit = (value: boolean | null): number | null => (value === null ? null : value ? 1 : 0);

export function writeEnd(db: Database.Database, end: CaseEnd): void {
  const archive = db.prepare('INSERT INTO archive VALUES (?, ?, ?, ?)');
  end.archives.forEach((one, index) => {
    archive.run(index, one.name, one.digest, one.bytes);
  });
  const member = db.prepare(`INSERT INTO t_member VALUES (${Array(16).fill('?').join(',')})`);
  for (const m of end.members)
    member.run([
      m.id,
      m.archive,
      m.path,
      m.kind,
      m.bytes,
      m.sha256,
      m.records,
      m.gaps,
      m.host,
      bit(m.complete),
      m.coversFrom,
      m.coversTo,
      m.captured,
      m.timeForms,
      m.cut,
      m.rawAt,
    ]);
  const integrity = db.prepare('INSERT INTO integrity VALUES (?, ?)');
  for (const one of end.integrity) integrity.run(one.path, one.problem);
  const meta = db.prepare('INSERT INTO meta VALUES (?, ?)');
  for (const [key, value] of Object.entries(end.meta)) meta.run(key, value);
}

/** A scrape, a snapshot and a document happened when their member was captured; that is known only at the end. */
export function placeByMember(db: Database.Database): void {
  for (const kind of rowKinds) {
    if (!('timeOfMember' in tables[kind])) continue;
    const update = db.prepare(`UPDATE ${tableName(kind)} SET ts = ? WHERE ts IS NULL AND n BETWEEN ? AND ?`);
    const segments = db
      .prepare(
        'SELECT first_n, last_n, captured_ts FROM segment JOIN t_member ON t_member.id = segment.member WHERE tbl = ? AND captured_ts IS NOT NULL',
      )
      .all(kind) as { first_n: number; last_n: number; captured_ts: number }[];
    const widen = db.prepare(
      'UPDATE segment SET from_ts = min(coalesce(from_ts, $ts), $ts), to_ts = max(coalesce(to_ts, $ts), $ts) WHERE first_n = $n',
    );
    for (const { first_n, last_n, captured_ts } of segments)
      if (update.run(captured_ts, first_n, last_n).changes > 0) widen.run({ ts: captured_ts, n: first_n });
  }
}

/** Rows that have their time from their member, as events of a slice of time. Their outcome is always none. */
export function countMemberTimes(db: Database.Database, buckets: BucketWriter): void {
  for (const kind of eventKinds) {
    if (!('timeOfMember' in tables[kind])) continue;
    const sort = sortOf(kind, 'none');
    const select = `SELECT n, ts FROM ${tableName(kind)}`;
    for (const [, ts] of inPages<[number, number]>(db, select, 'ts IS NOT NULL')) buckets.add(ts, sort);
  }
}

/** What finding the clocks of hosts needs of a case whose rows and members are written. */
export const clockWorld = (db: Database.Database, end: CaseEnd, symbolText: (id: number) => string): ClockWorld => {
  const hosts = new Map(end.members.map(({ id, host }) => [id, host]));
  return {
    db,
    segments: loadSegments(db, end.members),
    symbolText,
    memberHost: (member) => hosts.get(member) ?? null,
  };
};

/** Rows were counted by recorded time when they came: those that were moved are taken from there and counted where they belong. */
export function countMoves(db: Database.Database, buckets: BucketWriter): void {
  const taken = createBucketWriter(db, 'taken');
  for (const kind of eventKinds) {
    if (!isMovable(kind)) continue;
    const outcome = tables[kind].event.outcome;
    const select = `SELECT n, ts, moved_by, ${outcome} FROM ${eventParts(kind, 'moved').source}`;
    for (const [, ts, skew, name] of inPages<[number, number, number, Outcome | null]>(db, select, 'ts IS NOT NULL')) {
      const sort = sortOf(kind, name ?? 'none');
      taken.add(ts + skew, sort);
      buckets.add(ts, sort);
    }
  }
  taken.end();
}

/** What is known of entities: counts of those that are symbols, what the state lists, how many there are, and of which kinds. */
export function writeEntities(db: Database.Database, counts: EntityCounts, symbols: readonly string[]): void {
  const insert = db.prepare('INSERT OR IGNORE INTO t_entity VALUES (?, ?, ?, ?, ?, ?, NULL)');
  for (const { kind, symbol, events, first, last } of counts.each()) {
    const id = symbols[symbol] ?? '';
    insert.run(`${kind}:${id}`, kind, id, first, last, events);
  }
  countMentions(db);
  placeEntities(db);
  writeStates(db, symbols);
  const known = db.prepare('SELECT kind, id FROM t_entity').raw().iterate() as IterableIterator<[string, string]>;
  const listed = db.prepare('SELECT DISTINCT kind FROM t_entity').pluck().all() as string[];
  const meta = db.prepare('INSERT INTO meta VALUES (?, ?)');
  meta.run('entities', String(countEntities(db, known)));
  meta.run('entity_kinds', JSON.stringify([...new Set([...counts.kinds(), ...listed])].sort(compareText)));
}

/** The last known state of what the state lists is its `status`. */
function writeStates(db: Database.Database, symbols: readonly string[]): void {
  const textOf = (value: unknown): string | null =>
    typeof value === 'number' ? (symbols[value] ?? null) : Buffer.isBuffer(value) ? value.toString('utf8') : null;
  const insert = db.prepare('INSERT OR IGNORE INTO t_entity VALUES (?, ?, ?, NULL, NULL, 0, NULL)');
  const update = db.prepare('UPDATE t_entity SET state = ? WHERE entity = ?');
  const rows = db.prepare('SELECT section, key, body FROM t_state WHERE n > ? ORDER BY n LIMIT 1000');
  const next = db.prepare('SELECT max(n) FROM (SELECT n FROM t_state WHERE n > ? ORDER BY n LIMIT 1000)').pluck();
  for (let after = 0; ; ) {
    const page = rows.all(after) as { section: unknown; key: string; body: string }[];
    if (page.length === 0) return;
    for (const { section, key, body } of page) {
      const kind = stateEntities[textOf(section) ?? ''];
      if (kind === undefined || key === '') continue;
      insert.run(`${kind}:${key}`, kind, key);
      const status: unknown = (JSON.parse(body) as { status?: unknown }).status;
      if (typeof status === 'string') update.run(status, `${kind}:${key}`);
    }
    after = next.get(after) as number;
  }
}
