/** case/clocks/: how far the clocks of hosts were off, by what their records have to do with one another. */
import type Database from 'better-sqlite3';
import { createAnchorCollector } from './anchors.ts';
import { collectJobs } from './collect-jobs.ts';
import { collectRequests } from './collect-requests.ts';
import { moveRows } from './move.ts';
import { type ClockWorld, clockKinds, clocksNamed, hostAgents, timedByMember } from './rows.ts';
import { solveClocks } from './solve.ts';
import { writeClocks } from './write.ts';

export type { ClockWorld } from './rows.ts';

/** Snapshots that have no time of their own get their member's, which another clock may have told: these are not moved. */
export function rememberOwnTimes(db: Database.Database): void {
  db.exec(`CREATE TEMP TABLE ${timedByMember} AS SELECT n FROM t_snapshot WHERE ts IS NULL`);
}

/**
 * Gives rows whose clock was off their `skew`, and writes the clocks down. To be called when all rows have their times. What is
 * kept in memory does not grow with the records.
 */
export function placeByClocks(world: ClockWorld): void {
  const agents = hostAgents(world);
  const anchors = createAnchorCollector();
  const hosts = clocksNamed(world, agents, 'request');
  collectJobs(world, anchors);
  collectRequests(world, agents, hosts, anchors);
  const clocks = solveClocks(anchors.pairs(), hosts);
  const named = clockKinds.flatMap((kind) => [...clocksNamed(world, agents, kind)]);
  writeClocks(world.db, clocks, moveRows(world, agents, hosts, clocks), named);
}
