import type Database from 'better-sqlite3';
import type { LineCount, MemberReading, UserDialect } from '../evidence/index.ts';
import type { ReadMember } from './manifest.ts';
import type { DialectUse } from './reader-types.ts';

/** By which rules a case was read, as text of its `meta`: rules once, and for each member their numbers and counts. */
interface Stored {
  readonly dialects: readonly DialectUse[];
  readonly rules: readonly (readonly [kind: string, dialect: string, by: string, test: string])[];
  /** Number of the member, then rule and records in turn. */
  readonly members: readonly (readonly number[])[];
  /** Number of the member, its lines, and those that say nothing. */
  readonly lines: readonly (readonly number[])[];
}

export function readingsText(
  users: readonly UserDialect[],
  hits: readonly number[],
  members: readonly ReadMember[],
): string {
  const numbers = new Map<string, number>();
  const rules: (readonly [string, string, string, string])[] = [];
  const numberOf = ({ kind, dialect, by, test }: MemberReading): number => {
    const key = JSON.stringify([kind, dialect, by, test]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, rules.length);
    rules.push([kind, dialect, by, test]);
    return rules.length - 1;
  };
  const stored: Stored = {
    dialects: users.map(({ dialect, sha256 }, at) => ({
      name: dialect.name,
      sha256,
      records: members
        .flatMap(({ readings }) => readings)
        .reduce((sum, reading) => sum + (reading.dialect === dialect.name ? reading.records : 0), 0),
      hits: hits[at] ?? 0,
    })),
    rules,
    members: members
      .filter(({ readings }) => readings.length > 0)
      .map(({ id, readings }) => [id, ...readings.flatMap((one) => [numberOf(one), one.records])]),
    lines: members.flatMap(({ id, lines }) => (lines === null ? [] : [[id, lines.total, lines.blank]])),
  };
  return JSON.stringify(stored);
}

/** A case file may come from elsewhere: what is not as it was written is taken as nothing. */
function storedIn(db: Database.Database): Stored {
  const none: Stored = { dialects: [], rules: [], members: [], lines: [] };
  const text = db.prepare("SELECT value FROM meta WHERE key = 'readings'").pluck().get();
  if (typeof text !== 'string') return none;
  try {
    return { ...none, ...(JSON.parse(text) as Stored) };
  } catch {
    return none;
  }
}

export const dialectsIn = (db: Database.Database): readonly DialectUse[] => storedIn(db).dialects;

/** By number of the member. */
export function readingsIn(db: Database.Database): ReadonlyMap<number, readonly MemberReading[]> {
  const { rules, members } = storedIn(db);
  const found = new Map<number, readonly MemberReading[]>();
  for (const [id, ...counts] of members) {
    const readings: MemberReading[] = [];
    for (let at = 0; at + 1 < counts.length; at += 2) {
      const rule = rules[counts[at] as number];
      if (rule === undefined) continue;
      const [kind, dialect, by, test] = rule;
      readings.push({ kind, dialect, by, test, records: counts[at + 1] as number } as MemberReading);
    }
    if (id !== undefined) found.set(id, readings);
  }
  return found;
}

/** By number of the member, of those that are read line by line. */
export const linesIn = (db: Database.Database): ReadonlyMap<number, LineCount> =>
  new Map(storedIn(db).lines.map(([id = -1, total = 0, blank = 0]) => [id, { total, blank }]));

/** Whether a case was read with just these dialects, in this order. */
export const isReadWith = (db: Database.Database, users: readonly UserDialect[]): boolean => {
  const own = dialectsIn(db);
  return (
    own.length === users.length &&
    users.every(({ dialect, sha256 }, at) => own[at]?.name === dialect.name && own[at].sha256 === sha256)
  );
};
