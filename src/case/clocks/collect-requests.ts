import { compareText } from '../../base/order.ts';
import type { Micros } from '../../base/time.ts';
import type { AnchorCollector } from './anchors.ts';
import { type Place, reference, togetherUs } from './clock.ts';
import { after, around, before, slackOfBoth } from './relations.ts';
import {
  agentClock,
  type ClockWorld,
  clockOf,
  eachRow,
  type HostAgents,
  hostsMost,
  numberOf,
  placeOf,
  textOf,
} from './rows.ts';
import { createSample } from './sample.ts';

/** So many requests are asked what others say of them. */
const requestsMost = 20_000;
const clocksMost = 16;

interface RequestTalk {
  /** As the access log has it; null where two records of one id differ. */
  request: { readonly clock: string; readonly at: Micros; readonly lasted: number; readonly place: Place } | null;
  isSeveral: boolean;
  isRefused: boolean;
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
 * repeated after it was received. Gives the clocks of the hosts that requests were received by; null where these are more than
 * any deployment has: then nothing is told.
 */
export function collectRequests(
  world: ClockWorld,
  agents: HostAgents,
  anchors: AnchorCollector,
): ReadonlySet<string> | null {
  const hosts = new Set<string>();
  const has = (sql: string): boolean => world.db.prepare(`SELECT 1 FROM ${sql} LIMIT 1`).get() !== undefined;
  const areHosted = has('t_request WHERE host IS NOT NULL') || has('t_member WHERE host IS NOT NULL');
  const areSent = has('t_request WHERE sent_ts IS NOT NULL');
  const sample = createSample<RequestTalk>(requestsMost);
  const talkOf = (id: string | null): RequestTalk | null =>
    id === null
      ? null
      : sample.put(id, () => ({
          request: null,
          isSeveral: false,
          isRefused: false,
          lines: new Map(),
          audited: null,
          answered: null,
          repeats: new Map(),
        }));

  for (const [n, off, id, at, host, component] of eachRow(
    world,
    'log',
    ['request_id', 'ts', 'host', 'component'],
    'request_id IS NOT NULL AND ts IS NOT NULL',
  )) {
    const clock = clockOf(world, agents, 'log', n, host, component);
    const talk = clock === null ? null : talkOf(textOf(world, id));
    if (clock === null || talk === null) continue;
    addLine(talk, clock, { at: at as Micros, place: placeOf(world, n, off) });
  }
  if (areHosted)
    for (const [, , id, at, action] of eachRow(
      world,
      'audit',
      ['request_id', 'ts', 'action'],
      'request_id IS NOT NULL AND ts IS NOT NULL',
    )) {
      const talk = talkOf(textOf(world, id));
      if (talk === null) continue;
      talk.audited = earliest(talk.audited, at as Micros);
      if (!isLater(textOf(world, action) ?? '')) talk.answered = earliest(talk.answered, at as Micros);
    }
  if (areSent)
    for (const [n, off, of, sent, agent, caller] of eachRow(
      world,
      'request',
      ['retry_of', 'sent_ts', 'agent_id', 'caller_id'],
      `retry_of IS NOT NULL AND sent_ts IS NOT NULL AND ${ofAgent}`,
    )) {
      const name = textOf(world, agent) ?? textOf(world, caller);
      const talk = name === null ? null : talkOf(textOf(world, of));
      if (name === null || talk === null) continue;
      const line = { at: sent as Micros, place: placeOf(world, n, off) };
      const known = talk.repeats.get(name);
      if (known === undefined || line.at < known.at) talk.repeats.set(name, line);
      keepFirst(talk.repeats);
    }

  if (!areHosted && !areSent && sample.size() === 0) return hosts;
  const columns = ['request_id', 'ts', 'host', 'latency_ms', 'status', 'sent_ts', ofAgent, 'agent_id', 'caller_id'];
  for (const [n, off, id, at, host, latency, status, sent, isAgent, agent, caller] of eachRow(
    world,
    'request',
    columns,
    'ts IS NOT NULL',
  )) {
    const clock = clockOf(world, agents, 'request', n, host, null) ?? reference;
    if (clock !== reference) hosts.add(clock);
    if (hosts.size > hostsMost) return null;
    const requestId = textOf(world, id);
    const talk = requestId === null ? undefined : sample.get(requestId);
    const ts = at as Micros;
    if (talk !== undefined) {
      talk.isSeveral ||= talk.request !== null && (talk.request.at !== ts || talk.request.clock !== clock);
      talk.request = {
        clock,
        at: ts,
        lasted: 1_000 * Math.max(0, numberOf(latency) ?? 0),
        place: placeOf(world, n, off),
      };
      const code = numberOf(status) ?? 0;
      talk.isRefused = code >= 400 && code < 500;
    }
    const name = textOf(world, agent) ?? textOf(world, caller);
    if (typeof sent === 'number' && isAgent === 1 && name !== null)
      anchors.add(before(agentClock(name), sent, clock, ts, placeOf(world, n, off), true));
  }
  for (const talk of sample.all()) addTalk(talk, anchors);
  return hosts;
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
  if (talk.request === null || talk.isSeveral) return;
  const { clock, at, lasted, place } = talk.request;
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
  if (talk.isRefused)
    for (const [name, line] of talk.repeats) anchors.add(after(agentClock(name), line.at, clock, at, line.place));
}
