import type Database from 'better-sqlite3';
import { isObject, type JsonObject, parseJson } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { compareMembers } from '../base/ref.ts';
import { isDatable, type Micros, parseMicros } from '../base/time.ts';
import type { Row } from '../evidence/index.ts';
import type { MemberRow, StateRow } from './reader-types.ts';
import type { Segments } from './segments.ts';

interface StateMember extends MemberRow {
  readonly id: number;
}

/** The capture of `state.json` that counts. */
export interface StateFile {
  rows(section?: string): readonly StateRow[];
  /** Sections that it holds, the empty ones too. */
  sections(): readonly string[];
  capturedAt(): Micros | null;
}

/** Of several captures the latest counts; of equal ones the first by path. Nothing is read before it is asked for. */
export function stateFileOf(
  db: Database.Database,
  segments: Segments,
  stored: readonly StateMember[],
  rowsOf: () => Iterable<Row<'state'>>,
): StateFile {
  const beside = db.prepare('SELECT body FROM t_document WHERE n BETWEEN ? AND ?').pluck();

  /** What stands beside the sections of a file: its time, and empty lists. */
  const besideSections = (member: StateMember): readonly JsonObject[] =>
    segments
      .ofMember(member.id)
      .filter((segment) => segment.kind === 'document')
      .flatMap(({ first, last }) => beside.all(first, last))
      .map((body) => parseJson(body as string))
      .filter(isObject);

  const timeOf = (member: StateMember): Micros | null =>
    besideSections(member)
      .map((document) => parseMicros(document.captured_at))
      .findLast((us) => us !== null && isDatable(us)) ?? member.captured_ts;

  let latest: { readonly member: StateMember; readonly time: Micros | null } | null | undefined;
  function counted(): typeof latest {
    latest ??=
      stored
        .filter(({ kind, records }) => kind === 'state' && records > 0)
        .map((member) => ({ member, time: timeOf(member) }))
        .sort(
          (a, b) => (b.time ?? -Infinity) - (a.time ?? -Infinity) || compareMembers(a.member.path, b.member.path),
        )[0] ?? null;
    return latest;
  }

  let all: readonly StateRow[] | undefined;
  function rows(section?: string): readonly StateRow[] {
    const member = counted()?.member;
    all ??=
      member === undefined
        ? []
        : Array.from(rowsOf())
            .filter((row) => segments.of(row.n)?.member === member.id)
            .map((row) => ({
              section: row.section ?? '',
              key: row.key ?? '',
              body: row.body as JsonObject,
              ref: row.ref,
            }));
    return section === undefined ? all : all.filter((row) => row.section === section);
  }

  return {
    rows,
    sections() {
      const member = counted()?.member;
      // A section that is an empty list has no rows, and is captured all the same.
      const empty = (member === undefined ? [] : besideSections(member)).flatMap((document) =>
        Object.keys(document).filter((key) => Array.isArray(document[key])),
      );
      return [...new Set([...rows().map((row) => row.section), ...empty])].sort(compareText);
    },
    capturedAt: () => counted()?.time ?? null,
  };
}
