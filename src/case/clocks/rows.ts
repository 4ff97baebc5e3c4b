import type Database from 'better-sqlite3';
import { splitEntity } from '../../base/entity.ts';
import type { RowKind } from '../../evidence/index.ts';
import { tableName } from '../schema.ts';
import type { Segments } from '../segments.ts';
import type { Place } from './clock.ts';

/** The rows of a case that is being written, before anything was moved. */
export interface ClockWorld {
  readonly db: Database.Database;
  readonly segments: Segments;
  /** The symbol of a number. */
  readonly symbolText: (id: number) => string;
  /** The host that the manifest gives a member. */
  readonly memberHost: (member: number) => string | null;
}

export type Cell = number | string | Buffer | null;

/** A column of symbols or ids as text. */
export function textOf({ symbolText }: Pick<ClockWorld, 'symbolText'>, cell: Cell | undefined): string | null {
  if (typeof cell === 'number') return symbolText(cell);
  if (typeof cell === 'string') return cell;
  return Buffer.isBuffer(cell) ? cell.toString('utf8') : null;
}

export const numberOf = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null);

export function placeOf({ segments }: ClockWorld, n: number, off: number): Place {
  return { n, off, rank: segments.of(n)?.rank ?? 0 };
}

/** Rows as arrays: n, off and the columns. */
export function* eachRow(
  { db }: ClockWorld,
  kind: RowKind,
  columns: readonly string[],
  condition: string,
): Generator<readonly [number, number, ...Cell[]]> {
  const list = ['n', 'off', ...columns].join(', ');
  yield* db
    .prepare(`SELECT ${list} FROM ${tableName(kind)} WHERE ${condition}`)
    .raw()
    .iterate() as IterableIterator<readonly [number, number, ...Cell[]]>;
}

export const hostClock = (host: string): string => `host:${host}`;
export const agentClock = (agent: string): string => `agent:${agent}`;

/** Kinds whose records may be in another clock than the reference's, and the columns that tell in which. */
export const clockColumns = {
  request: ['host'],
  attempt: ['worker'],
  probe: ['host'],
  snapshot: ['agent_id'],
  log: ['host', 'component'],
} as const satisfies Partial<Record<RowKind, readonly string[]>>;

/** A temporary table. */
export const timedByMember = 'timed_by_member';

export type ClockKind = keyof typeof clockColumns;
export const clockKinds = Object.keys(clockColumns) as readonly ClockKind[];

/** Hosts that are an agent's, and no other's. */
export type HostAgents = ReadonlyMap<string, string>;

/**
 * The clock that a record's time was read from: the host that the record names, else the one that the manifest gives its member.
 * An attempt's is its worker's. Null where none is named: nothing is told of it, and it is never moved.
 */
export function clockOf(
  world: ClockWorld,
  agents: HostAgents,
  kind: ClockKind,
  n: number,
  first: Cell | undefined,
  second: Cell | undefined,
): string | null {
  const named = textOf(world, first);
  if (kind === 'snapshot') return named === null ? null : agentClock(named);
  if (kind === 'log') {
    const component = textOf(world, second);
    const agent = component === null ? null : agentOf(component);
    if (agent !== null) return agentClock(agent);
  }
  const host = named ?? (kind === 'attempt' ? null : world.memberHost(world.segments.of(n)?.member ?? -1));
  if (host === null) return null;
  const agent = agents.get(host);
  return agent === undefined ? hostClock(host) : agentClock(agent);
}

/** The agent that a component is, as `agent:<id>`. */
export function agentOf(component: string): string | null {
  const { kind, id } = splitEntity(component);
  return kind === 'agent' && id !== '' ? id : null;
}

/** From logs that name both: an agent that was seen on one host, which no other agent was seen on, has that host's clock. */
export function hostAgents(world: ClockWorld): HostAgents {
  const hosts = new Map<string, Set<string>>();
  const agents = new Map<string, Set<string>>();
  const pairs = world.db
    .prepare('SELECT DISTINCT host, component FROM t_log WHERE host IS NOT NULL AND component IS NOT NULL')
    .raw()
    .iterate() as IterableIterator<[Cell, Cell]>;
  for (const [hostCell, componentCell] of pairs) {
    const host = textOf(world, hostCell) ?? '';
    const agent = agentOf(textOf(world, componentCell) ?? '');
    if (agent === null) continue;
    if (hosts.size + agents.size > hostsMost) return new Map();
    hosts.set(host, (hosts.get(host) ?? new Set()).add(agent));
    agents.set(agent, (agents.get(agent) ?? new Set()).add(host));
  }
  const found = new Map<string, string>();
  for (const [host, names] of hosts) {
    const [agent] = names;
    if (agent !== undefined && names.size === 1 && agents.get(agent)?.size === 1) found.set(host, agent);
  }
  return found;
}

/** Clocks that the records of a kind name. None where they are more than any deployment has. */
export function clocksNamed(world: ClockWorld, agents: HostAgents, kind: ClockKind): ReadonlySet<string> {
  const [first, second] = clockColumns[kind] as readonly [string, string?];
  const names = new Set<string>();
  const rows = world.db
    .prepare(
      `SELECT DISTINCT "${first}" AS one, ${second === undefined ? 'NULL' : `"${second}"`} AS two FROM ${tableName(kind)} WHERE ts IS NOT NULL LIMIT ${hostsMost + 1}`,
    )
    .raw()
    .all() as [Cell, Cell][];
  if (rows.length > hostsMost) return names;
  // A record that names no host may be of its member's.
  const members = new Map(world.segments.ofTable(kind).map(({ member, first: n }) => [member, n]));
  for (const [one, two] of rows)
    for (const n of one === null ? members.values() : [0]) {
      const name = clockOf(world, agents, kind, n, one, two);
      if (name !== null) names.add(name);
    }
  return names;
}

/** More than any deployment has. */
const hostsMost = 10_000;
