/** case/clocks/: how far the clocks of hosts were off, by what their records have to do with one another. */
import type Database from 'better-sqlite3';
import { createAnchorCollector, pairsMost } from './anchors.ts';
import type { Clock } from './clock.ts';
import { collectJobs } from './collect-jobs.ts';
import { collectRequests } from './collect-requests.ts';
import { moveRows } from './move.ts';
import { type ClockWorld, hostAgents } from './rows.ts';
import { solveClocks } from './solve.ts';

export type { ClockState } from './clock.ts';
export type { ClockWorld } from './rows.ts';

/** Rows have their recorded times; those of clocks that were off are given their `skew`, and the clocks are written down. */
export function placeByClocks(world: ClockWorld): void {
  const agents = hostAgents(world);
  const anchors = createAnchorCollector();
  collectJobs(world, anchors);
  const hosts = collectRequests(world, agents, anchors);
  if (hosts === null) return;
  const clocks = solveClocks(anchors.pairs(), hosts);
  const moves = moveRows(world, agents, clocks);
  writeClocks(world.db, clocks, moves);
}
