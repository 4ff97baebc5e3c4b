import type Database from 'better-sqlite3';
import { inPages } from '../pages.ts';
import { tableName } from '../schema.ts';
import { type Clock, type Epoch, everywhere } from './clock.ts';
import { epochsAt, turnsOf } from './placing.ts';
import {
  type Cell,
  type ClockKind,
  type ClockWorld,
  clockColumns,
  clockKinds,
  clockOf,
  type HostAgents,
  timedByMember,
} from './rows.ts';

/** How many records of a clock were moved, and of how many it cannot be told whether they were shown before or after a step. */
export interface Moves {
  moved: number;
  unplaced: number;
}

const dropsMost = 16;

/**
 * `hosts`: the clocks of those that requests were received by. Writes `skew`, recorded minus corrected time, for every row whose clock was off. A record's other times move with it, since
 * they are told with its skew. Gives the moves by clock.
 */
export function moveRows(
  world: ClockWorld,
  agents: HostAgents,
  hosts: ReadonlySet<string>,
  clocks: readonly Clock[],
): ReadonlyMap<string, Moves> {
  const moves = new Map<string, Moves>();
  const off = new Map(clocks.filter(isOff).map((clock) => [clock.name, clock]));
  if (off.size === 0) return moves;
  for (const clock of off.keys()) moves.set(clock, { moved: 0, unplaced: 0 });
  for (const kind of clockKinds) {
    if (kind === 'request' && ![...off.keys()].some((clock) => hosts.has(clock))) continue;
    const turns = turnsIn(world, agents, kind, off);
    const update = world.db.prepare(`UPDATE ${tableName(kind)} SET skew = ? WHERE n = ?`);
    for (const { n, ts, name, member } of rowsOf(world, agents, kind)) {
      const clock = off.get(name);
      const count = moves.get(name);
      if (clock === undefined || count === undefined) continue;
      const epoch = epochOf(clock, n, ts, turns.get(`${member} ${name}`) ?? null);
      if (epoch === null) count.unplaced += 1;
      else if (epoch.correction !== 0 && Number.isSafeInteger(ts - epoch.correction)) {
        update.run(epoch.correction, n);
        count.moved += 1;
      }
    }
  }
  moveCalls(world.db);
  return moves;
}

const isOff = ({ epochs }: Clock): boolean => epochs.some(({ correction }) => correction !== 0);

interface ClockRow {
  readonly n: number;
  readonly ts: number;
  readonly name: string;
  readonly member: number;
}

/** Dated rows in the order of their numbers, which is that of their member. By pages, so that rows may be written meanwhile. */
function* rowsOf(world: ClockWorld, agents: HostAgents, kind: ClockKind): Generator<ClockRow> {
  const [first, second] = clockColumns[kind] as readonly [string, string?];
  // The clock that told the member's time is not known.
  const own = kind === 'snapshot' ? ` AND n NOT IN (SELECT n FROM ${timedByMember})` : '';
  const select = `SELECT n, ts, "${first}", ${second === undefined ? 'NULL' : `"${second}"`} FROM ${tableName(kind)}`;
  for (const [n, ts, one, two] of inPages<[number, number, Cell, Cell]>(world.db, select, `ts IS NOT NULL${own}`)) {
    const name = clockOf(world, agents, kind, n, one, two);
    if (name !== null) yield { n, ts, name, member: world.segments.of(n)?.member ?? -1 };
  }
}

/** By member and clock: the records at which a later epoch begins, where the order of the member's records tells it. */
function turnsIn(
  world: ClockWorld,
  agents: HostAgents,
  kind: ClockKind,
  off: ReadonlyMap<string, Clock>,
): ReadonlyMap<string, readonly number[] | null> {
  const stepped = new Map([...off].filter(([, { epochs }]) => epochs.length > 1));
  const found = new Map<string, readonly number[] | null>();
  if (stepped.size === 0) return found;
  const walks = new Map<string, { last: number; readonly clock: Clock; readonly drops: { n: number; by: number }[] }>();
  for (const { n, ts, name, member } of rowsOf(world, agents, kind)) {
    const clock = stepped.get(name);
    if (clock === undefined) continue;
    const key = `${member} ${name}`;
    const walk = walks.get(key) ?? { last: ts, clock, drops: [] };
    if (2 * (walk.last - ts) >= leastStep(clock) && walk.drops.length < dropsMost)
      walk.drops.push({ n, by: walk.last - ts });
    walk.last = ts;
    walks.set(key, walk);
  }
  for (const [key, { clock, drops }] of walks) found.set(key, turnsOf(clock, drops));
  return found;
}

/** The least that the clock was surely set back by, of its steps. */
const leastStep = ({ epochs }: Clock): number =>
  Math.min(
    ...epochs.flatMap(({ offset }, index) => {
      const before = (epochs[index - 1] as Epoch | undefined)?.offset ?? everywhere;
      return before.lo > offset.hi ? [before.lo - offset.hi] : [];
    }),
  );

/** Null where a record may be of several epochs, or of none. */
function epochOf(clock: Clock, n: number, ts: number, turns: readonly number[] | null): Epoch | null {
  const possible = epochsAt(clock, ts);
  if (possible.length === 1) return clock.epochs[possible[0] as number] as Epoch;
  if (turns === null) return null;
  const index = turns.filter((turn) => turn <= n).length;
  return possible.includes(index) ? (clock.epochs[index] as Epoch) : null;
}

/** A call was made in its attempt, by the same clock. */
function moveCalls(db: Database.Database): void {
  const has = (sql: string): boolean => db.prepare(`SELECT 1 FROM ${sql} LIMIT 1`).get() !== undefined;
  if (!has('t_attempt WHERE skew IS NOT NULL') || !has('t_call WHERE ts IS NOT NULL')) return;
  db.exec(`CREATE TEMP TABLE moved_attempt AS SELECT job_id, attempt, off, min(skew) AS skew FROM t_attempt
    WHERE skew IS NOT NULL AND job_id IS NOT NULL GROUP BY job_id, attempt, off HAVING count(DISTINCT skew) = 1`);
  db.exec('CREATE INDEX temp.moved_attempt_job ON moved_attempt (job_id, attempt, off)');
  db.exec(`UPDATE t_call SET skew = (SELECT skew FROM moved_attempt m
    WHERE m.job_id = t_call.job_id AND m.attempt = t_call.attempt AND m.off = t_call.off) WHERE ts IS NOT NULL`);
  db.exec('DROP TABLE moved_attempt');
}
