import type Database from 'better-sqlite3';
import { countBefore } from '../base/bisect.ts';
import { compareMembers } from '../base/ref.ts';
import type { RowKind } from '../evidence/index.ts';

export interface Segment {
  readonly first: number;
  readonly last: number;
  readonly member: number;
  readonly kind: RowKind;
  /** Place of its member in the order of paths. */
  readonly rank: number;
  readonly from: number | null;
  readonly to: number | null;
}

export interface Segments {
  readonly of: (n: number) => Segment | undefined;
  /** In evidence order: member path, then number. */
  readonly ofTable: (kind: RowKind) => readonly Segment[];
  /** Those with a time, by their first one; backwards by their last one, the latest first. */
  readonly byTime: (kind: RowKind, backwards: boolean) => readonly Segment[];
  readonly ofMember: (member: number) => readonly Segment[];
}

/** Which member a record's number belongs to. Held in memory: one entry for some thousand rows. */
export function loadSegments(
  db: Database.Database,
  members: readonly { readonly id: number; readonly path: string }[],
): Segments {
  const ranks = new Map([...members].sort((a, b) => compareMembers(a.path, b.path)).map(({ id }, rank) => [id, rank]));
  const rows = db
    .prepare('SELECT first_n, last_n, member, tbl, from_ts, to_ts FROM segment ORDER BY first_n')
    .raw()
    .all() as [number, number, number, RowKind, number | null, number | null][];
  const all: Segment[] = rows.map(([first, last, member, kind, from, to]) => ({
    first,
    last,
    member,
    kind,
    rank: ranks.get(member) ?? 0,
    from,
    to,
  }));
  const byTable = new Map<RowKind, Segment[]>();
  const byMember = new Map<number, Segment[]>();
  for (const segment of all) {
    push(byTable, segment.kind, segment);
    push(byMember, segment.member, segment);
  }
  for (const list of byTable.values()) list.sort((a, b) => a.rank - b.rank || a.first - b.first);

  const timed = new Map<string, readonly Segment[]>();
  let near: Segment | undefined;
  return {
    of(n) {
      if (near !== undefined && near.first <= n && n <= near.last) return near;
      const found = all[countBefore(all.length, (place) => (all[place] as Segment).first <= n) - 1];
      if (found === undefined || n > found.last) return undefined;
      near = found;
      return found;
    },
    ofTable: (kind) => byTable.get(kind) ?? [],
    byTime(kind, backwards) {
      const key = `${kind} ${backwards}`;
      const before = timed.get(key);
      if (before !== undefined) return before;
      const sorted = (byTable.get(kind) ?? [])
        .filter((segment) => segment.from !== null)
        .sort((a, b) => (backwards ? (b.to as number) - (a.to as number) : (a.from as number) - (b.from as number)));
      timed.set(key, sorted);
      return sorted;
    },
    ofMember: (member) => byMember.get(member) ?? [],
  };
}

function push<K>(map: Map<K, Segment[]>, key: K, segment: Segment): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [segment]);
  else list.push(segment);
}
