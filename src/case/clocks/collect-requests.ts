import { compareText } from '../../base/order.ts';
import type { Micros } from '../../base/time.ts';
import type { AnchorCollector } from './anchors.ts';
import { type Place, reference, togetherUs } from './clock.ts';
import { after, around, before, slackOfBoth } from './relations.ts';
import {
  agentClock,
  type Cell,
  type ClockWorld,
  clockOf,
  eachRow,
  type HostAgents,
  numberOf,
  placeOf,
  textOf,
} from './rows.ts';
import { type Chosen, chooseIds, sampled } from './sample.ts';

/** Requests with a time of sending that are looked at. */
const sentMost = 50_000;
const clocksMost = 16;

interface RequestTalk {
  /** As the access log has it. */
  readonly request: {
    readonly clock: string;
    readonly at: Micros;
    readonly lasted: number;
    readonly place: Place;
    readonly isRefused: boolean;
  };
  isSeveral: boolean;
  /** Lines of logs, by clock: the first and the last of each. */
  readonly lines: Map<string, { first: Line; last: Line }>;
  /** The audit's first record of it, and the first of those that are written while it is answered. */
  audited: Micros | null;
  answered: Micros | null;
  readonly repeats: Map<string, Line>;
}

interface Line {
  readonly at: Micros;
  readonly place: Place;
}

/** Audit records that come of a request later, or of none. */
const isLater = (action: string): boolean =>
  /^(?:job\.(?!enqueued$)|deployment\.status_changed$|agent\.(?!enrolled$)|component\.|replay\.completed$|backup\.|restore\.)/.test(
    action,
  );

/**
 * A request is sent before it is received; what is audited of it comes after; a log line of it is near; and a refused request is
 * repeated after it was received. `hosts`: the clocks of those that received it.
 */
export function collectRequests(
  world: ClockWorld,
  agents: HostAgents,
  hosts: ReadonlySet<string>,
  anchors: AnchorCollector,
): void {
  collectSent(world, agents, anchors);
  const chosen = chooseIds(world.db, 'request_looked_at');
  const isLine = 'ts IS NOT NULL AND (host IS NOT NULL OR component IS NOT NULL)';
  const isAudited = 'ts IS NOT NULL';
  const isRepeat = `sent_ts IS NOT NULL AND ${ofAgent}`;
  chosen.add('log', 'request_id', isLine);
  if (hosts.size > 0) chosen.add('audit', 'request_id', isAudited);
  chosen.add('request', 'retry_of', isRepeat);
  if (!chosen.isEmpty()) {
    const talks = readTalks(world, agents, chosen);
    const talkOf = (id: Cell | undefined): RequestTalk | undefined => talks.get(textOf(world, id) ?? '');
    const lineColumns = ['request_id', 'ts', 'host', 'component'];
    const lines = `${isLine} AND ${chosen.holds('request_id')}`;
    for (const [n, off, id, at, host, component] of eachRow(world, 'log', lineColumns, lines)) {
      const clock = clockOf(world, agents, 'log', n, host, component);
      const talk = talkOf(id);
      if (clock !== null && talk !== undefined)
        addLine(talk, clock, { at: at as Micros, place: placeOf(world, n, off) });
    }
    const audited = `${isAudited} AND ${chosen.holds('request_id')}`;
    for (const [, , id, at, action] of eachRow(world, 'audit', ['request_id', 'ts', 'action'], audited)) {
      const talk = talkOf(id);
      if (talk === undefined) continue;
      talk.audited = earliest(talk.audited, at as Micros);
      if (!isLater(textOf(world, action) ?? '')) talk.answered = earliest(talk.answered, at as Micros);
    }
    const repeatColumns = ['retry_of', 'sent_ts', 'agent_id', 'caller_id'];
    const repeats = `${isRepeat} AND ${chosen.holds('retry_of')}`;
    for (const [n, off, of, sent, agent, caller] of eachRow(world, 'request', repeatColumns, repeats)) {
      const name = textOf(world, agent) ?? textOf(world, caller);
      const talk = talkOf(of);
      if (name === null || talk === undefined) continue;
      const line = { at: sent as Micros, place: placeOf(world, n, off) };
      const known = talk.repeats.get(name);
      if (known === undefined || line.at < known.at) talk.repeats.set(name, line);
      keepFirst(talk.repeats);
    }
    for (const talk of talks.values()) addTalk(talk, anchors);
  }
  chosen.drop();
}

/** What an agent sent, by its clock, and when it came. */
function collectSent(world: ClockWorld, agents: HostAgents, anchors: AnchorCollector): void {
  const isSent = `ts IS NOT NULL AND sent_ts IS NOT NULL AND ${ofAgent}`;
  const columns = ['ts', 'host', 'sent_ts', 'agent_id', 'caller_id'];
  for (const [n, off, at, host, sent, agent, caller] of eachRow(
    world,
    'request',
    columns,
    sampled(world.db, 'request', isSent, sentMost),
  )) {
    const name = textOf(world, agent) ?? textOf(world, caller);
    if (name === null) continue;
    const clock = clockOf(world, agents, 'request', n, host, null) ?? reference;
    anchors.add(before(agentClock(name), sent as Micros, clock, at as Micros, placeOf(world, n, off), true));
  }
}

/** The requests of the ids that were chosen; of one that several records give differently, which is meant cannot be told. */
function readTalks(world: ClockWorld, agents: HostAgents, chosen: Chosen): ReadonlyMap<string, RequestTalk> {
  const talks = new Map<string, RequestTalk>();
  const columns = ['request_id', 'ts', 'host', 'latency_ms', 'status'];
  const condition = `ts IS NOT NULL AND ${chosen.holds('request_id')}`;
  for (const [n, off, id, at, host, latency, status] of eachRow(world, 'request', columns, condition)) {
    const name = textOf(world, id) ?? '';
    const clock = clockOf(world, agents, 'request', n, host, null) ?? reference;
    const ts = at as Micros;
    const code = numberOf(status) ?? 0;
    const known = talks.get(name);
    if (known !== undefined) {
      known.isSeveral ||= known.request.at !== ts || known.request.clock !== clock;
      continue;
    }
    talks.set(name, {
      request: {
        clock,
        at: ts,
        lasted: 1_000 * Math.max(0, numberOf(latency) ?? 0),
        place: placeOf(world, n, off),
        isRefused: code >= 400 && code < 500,
      },
      isSeveral: false,
      lines: new Map(),
      audited: null,
      answered: null,
      repeats: new Map(),
    });
  }
  return talks;
}

/** Symbols are numbers in the table. */
const ofAgent = "(caller_kind IN (SELECT id FROM symbol WHERE text = 'agent'))";

const earliest = (a: number | null, b: number): number => (a === null || b < a ? b : a);

function addLine(talk: RequestTalk, clock: string, line: Line): void {
  const known = talk.lines.get(clock);
  if (known === undefined) {
    talk.lines.set(clock, { first: line, last: line });
    keepFirst(talk.lines);
    return;
  }
  if (line.at < known.first.at) known.first = line;
  if (line.at > known.last.at) known.last = line;
}

/** Of more clocks than a request can have to do with, the first by name. */
function keepFirst(clocks: Map<string, unknown>): void {
  if (clocks.size <= clocksMost) return;
  const last = [...clocks.keys()].sort(compareText).at(-1);
  if (last !== undefined) clocks.delete(last);
}

function addTalk(talk: RequestTalk, anchors: AnchorCollector): void {
  if (talk.isSeveral) return;
  const { clock, at, lasted, place, isRefused } = talk.request;
  if (clock !== reference && talk.audited !== null)
    anchors.add(before(clock, at, reference, talk.audited, place, false));
  if (clock !== reference && talk.answered !== null) {
    const slack = slackOfBoth(at, talk.answered);
    const together = {
      lo: at - talk.answered - slack,
      hi: at - talk.answered + lasted + slack + togetherUs,
      late: true,
    };
    anchors.add({ clock, own: at, other: reference, at: talk.answered, together, place });
  }
  for (const [name, { first, last }] of talk.lines) {
    if (name === clock) continue;
    anchors.add(around(name, first.at, clock, at, lasted, first.place));
    if (last.at !== first.at) anchors.add(around(name, last.at, clock, at, lasted, last.place));
  }
  if (isRefused)
    for (const [name, line] of talk.repeats) anchors.add(after(agentClock(name), line.at, clock, at, line.place));
}
