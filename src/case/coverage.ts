/** What stretch of time a case is about, and of which a member holds everything. */
import type Database from 'better-sqlite3';
import type { Micros } from '../base/time.ts';
import { type EvidenceKind, eventKinds } from '../base/vocabulary.ts';
import type { RowKind } from '../evidence/index.ts';
import { type MovedRows, timesOf } from './moved-rows.ts';
import type { Coverage, MemberRow } from './reader-types.ts';
import type { Segments } from './segments.ts';

/** Evidence kinds whose records are rows of a table of their own. */
export const tableOfKind: Partial<Record<EvidenceKind, RowKind>> = {
  requests: 'request',
  audit: 'audit',
  jobs: 'job',
  metrics: 'sample',
  health: 'probe',
  artifacts: 'artifact',
  snapshots: 'snapshot',
  logs: 'log',
  journal: 'journal',
  state: 'state',
};

type StoredMember = MemberRow & { readonly id: number };

/** By recorded times, as the requests are judged. */
export function coverageOf(
  members: readonly StoredMember[],
  segments: Segments,
  kind: EvidenceKind,
): readonly Coverage[] {
  const found: Coverage[] = [];
  for (const member of members) {
    if (member.kind !== kind) continue;
    const { covers_from_ts: declaredFrom, covers_to_ts: declaredTo, gaps } = member;
    if (member.complete === true && declaredFrom !== null && declaredTo !== null) {
      found.push({ member: member.path, from: declaredFrom, to: declaredTo, declared: true, partial: false, gaps });
      continue;
    }
    let from: Micros | null = null;
    let to: Micros | null = null;
    for (const segment of segments.ofMember(member.id)) {
      if (segment.kind !== tableOfKind[kind] || segment.from === null || segment.to === null) continue;
      from = from === null || segment.from < from ? segment.from : from;
      to = to === null || segment.to > to ? segment.to : to;
    }
    if (from !== null && to !== null)
      found.push({ member: member.path, from, to, declared: false, partial: member.complete === false, gaps });
  }
  return found;
}

export function spanOf({
  db,
  segments,
  moved,
}: {
  readonly db: Database.Database;
  readonly segments: Segments;
  readonly moved: MovedRows;
}): { readonly from: Micros; readonly to: Micros } | null {
  let from: Micros | null = null;
  let to: Micros | null = null;
  for (const kind of eventKinds) {
    const shares = moved.sharesOf(kind);
    // The runs of rows have recorded times.
    const times = shares.length === 1 ? segments.ofTable(kind) : shares.map((share) => timesOf(db, kind, share));
    for (const one of times) {
      if (one.from !== null && (from === null || one.from < from)) from = one.from;
      if (one.to !== null && (to === null || one.to > to)) to = one.to;
    }
  }
  return from === null || to === null ? null : { from, to };
}
