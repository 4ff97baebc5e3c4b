import type Database from 'better-sqlite3';
import type { Outcome } from '../base/vocabulary.ts';
import { cellsOf, isYearless, placedInYear } from '../evidence/index.ts';
import type { BucketWriter } from './accelerators/buckets.ts';
import { sortOf } from './outcomes.ts';
import { inPages } from './pages.ts';
import type { NumberedBatch } from './protocol.ts';
import { eventParts } from './schema.ts';

/** Cell of a row's time. */
const timeCell = 2;

/**
 * Times without a year. Which year is meant is known when everything was read: the latest that is not after the member's
 * capture, else the latest dated event of the case. Until then their rows have no time.
 */
export interface Yearless {
  /** Takes those of a batch aside. */
  readonly aside: (batch: NumberedBatch) => void;
  /** Places and counts them; to be called when members and times by member stand. */
  readonly place: (buckets: BucketWriter) => void;
}

export function openYearless(db: Database.Database): Yearless {
  let insert: Database.Statement | null = null;
  return {
    aside({ table, cells, rows, firstN }) {
      if (table !== 'log') return;
      const width = cellsOf(table);
      for (let row = 0; row < rows; row++) {
        const at = row * width + timeCell;
        const ts = cells[at] as number;
        if (!isYearless(ts)) continue;
        if (insert === null) {
          db.exec('CREATE TEMP TABLE yearless (n INTEGER PRIMARY KEY, since REAL)');
          insert = db.prepare('INSERT INTO yearless VALUES (?, ?)');
        }
        insert.run(firstN + row, ts);
        cells[at] = Number.NaN;
      }
    },
    place(buckets) {
      if (insert === null) return;
      const latest = db.prepare('SELECT max(to_ts) FROM segment').pluck().get() as number | null;
      const update = db.prepare('UPDATE t_log SET ts = ? WHERE n = ?');
      const widen = db.prepare(
        'UPDATE segment SET from_ts = min(coalesce(from_ts, $ts), $ts), to_ts = max(coalesce(to_ts, $ts), $ts) WHERE first_n = $n',
      );
      const segments = db
        .prepare(
          "SELECT first_n, last_n, captured_ts FROM segment JOIN t_member ON t_member.id = segment.member WHERE tbl = 'log' ORDER BY first_n",
        )
        .all() as { first_n: number; last_n: number; captured_ts: number | null }[];
      const inside = db.prepare('SELECT n, since FROM yearless WHERE n BETWEEN ? AND ? ORDER BY n');
      for (const { first_n, last_n, captured_ts } of segments) {
        const reference = captured_ts ?? latest;
        if (reference === null) continue;
        for (const { n, since } of inside.all(first_n, last_n) as { n: number; since: number }[]) {
          const ts = placedInYear(since, reference);
          if (ts === null) continue;
          update.run(ts, n);
          widen.run({ ts, n: first_n });
        }
      }
      const { shown, source } = eventParts('log', 'every');
      const select = `SELECT n, ts, outcome FROM (SELECT n, ts, ${shown.join(', ')} FROM ${source})`;
      const isPlaced = 'ts IS NOT NULL AND n IN (SELECT n FROM yearless)';
      for (const [, ts, outcome] of inPages<[number, number, Outcome]>(db, select, isPlaced))
        buckets.add(ts, sortOf('log', outcome));
    },
  };
}
