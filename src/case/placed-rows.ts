import type Database from 'better-sqlite3';
import type { EventKind } from '../base/vocabulary.ts';
import type { MovedRows } from './moved-rows.ts';
import { shareRows } from './schema.ts';
import type { Segments } from './segments.ts';
import { compareEvidence, inTotalOrder, type RawRow, type Scan } from './total-order.ts';

export interface PlacedRaw {
  /** Its time is the corrected one. */
  readonly row: RawRow;
  /** Recorded minus corrected time; null where it was not moved. */
  readonly skew: number | null;
}

/** Rows as the timeline has them: by corrected time, undated ones last. Those that were moved are put in among the others. */
export function* inPlacedOrder(
  db: Database.Database,
  segments: Segments,
  moved: MovedRows,
  scan: Scan & { readonly kind: EventKind },
): Generator<PlacedRaw> {
  const heads: { row: RawRow; readonly rest: IterableIterator<RawRow> }[] = [];
  const columns = ['moved_by', ...scan.columns];
  try {
    for (const share of moved.sharesOf(scan.kind)) {
      const source = shareRows(scan.kind, share, scan.columns);
      const limits = share === 'moved' ? moved : undefined;
      const rest = inTotalOrder(db, segments, { ...scan, source, columns, moved: limits });
      const { done, value } = rest.next();
      if (done !== true) heads.push({ row: value, rest });
    }
    while (heads.length > 0) {
      const head = heads.reduce((best, one) => (compare(segments, one.row, best.row) < 0 ? one : best));
      const [n, off, len, ts, skew, ...rest] = head.row;
      yield { row: [n, off, len, ts, ...rest], skew: skew as number | null };
      const { done, value } = head.rest.next();
      if (done === true) heads.splice(heads.indexOf(head), 1);
      else head.row = value;
    }
  } finally {
    for (const { rest } of heads) rest.return?.();
  }
}

const undatedLast = ([, , , ts]: RawRow): number => ts ?? Number.POSITIVE_INFINITY;

function compare(segments: Segments, a: RawRow, b: RawRow): number {
  const [timeA, timeB] = [undatedLast(a), undatedLast(b)];
  return timeA === timeB ? compareEvidence(segments, a, b) : timeA - timeB;
}
