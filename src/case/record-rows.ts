import type Database from 'better-sqlite3';
import type { Ref } from '../base/ref.ts';
import type { RowKind } from '../evidence/index.ts';
import { storedColumns } from './rows.ts';
import { tableName } from './schema.ts';
import type { Segments } from './segments.ts';
import type { RawRow } from './total-order.ts';

export interface RecordRow {
  readonly kind: RowKind;
  readonly raw: RawRow;
}

/** Finds the rows that a record became. Offsets rise with numbers within a segment: halving it finds the first. */
export function recordRows(
  db: Database.Database,
  segments: Segments,
): (member: number, ref: Ref) => IterableIterator<RecordRow> {
  const known = new Map<RowKind, { readonly rows: Database.Statement; readonly offset: Database.Statement }>();

  function statements(kind: RowKind): { readonly rows: Database.Statement; readonly offset: Database.Statement } {
    const before = known.get(kind);
    if (before !== undefined) return before;
    const columns = ['n', 'off', 'len', 'ts', ...storedColumns(kind)].join(', ');
    const made = {
      rows: db.prepare(`SELECT ${columns} FROM ${tableName(kind)} WHERE n BETWEEN ? AND ? ORDER BY n`).raw(),
      offset: db.prepare(`SELECT off FROM ${tableName(kind)} WHERE n = ?`).pluck(),
    };
    known.set(kind, made);
    return made;
  }

  return function* rowsAt(member, ref) {
    for (const segment of segments.ofMember(member)) {
      const { rows, offset } = statements(segment.kind);
      let low = segment.first;
      let high = segment.last + 1;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if ((offset.get(middle) as number) < ref.offset) low = middle + 1;
        else high = middle;
      }
      for (const raw of rows.iterate(low, segment.last) as IterableIterator<RawRow>) {
        if (raw[1] !== ref.offset) break;
        if (raw[2] === ref.length) yield { kind: segment.kind, raw };
      }
    }
  };
}
