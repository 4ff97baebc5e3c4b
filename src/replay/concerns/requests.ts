import type { RequestFacts } from '../../base/facts.ts';
import type { JsonObject } from '../../base/json.ts';
import {
  authoriseVersion,
  type Configuration,
  type Decision,
  judge,
  type LimiterStep,
} from '../../control-plane/index.ts';
import { type Ask, type Command, type Concern, type Decided, type ReplayEvent, rank } from '../kernel/index.ts';
import { callerOf } from '../predicate.ts';
import { agentSort } from '../route-sort.ts';
import { heartbeatAccepted } from './agents.ts';
import { limitCommand } from './limits.ts';
import type { AdmittedCommand, Passage } from './passage.ts';

/** A request that arrives: everything but what becomes of it. */
export type RequestCommand = Command<'request', RequestFacts>;
/** What a handler was given: a recorded answer holds for this and nothing else. */
export const handlerInput = (request: RequestFacts): string =>
  `${request.method} ${request.path} ${request.bytesIn ?? ''}`;

/** The name of the effect by which the handler is asked. */
export const handlerOperation = 'handler';

/** The name of the effect that gives what was observed, asked only where nothing can be predicted. */
export const outcomeOperation = 'outcome';

/**
 * A request's way through the checks to its handler (the analyzer's model, section 2). The limiters count in a concern
 * of their own, and an accepted heartbeat goes on to the agents' leases.
 */
export function requestsConcern(configuration: Configuration): Concern<null> {
  return {
    id: 'requests',
    version: authoriseVersion,
    commands: ['request', 'request.admitted'],
    stateKey: () => '',
    init: () => null,
    decide: (_state, command, ask) =>
      command.type === 'request'
        ? arrive(configuration, command as RequestCommand, ask)
        : goOn(command as AdmittedCommand, ask),
  };
}

function arrive(configuration: Configuration, command: RequestCommand, ask: Ask): Decided<null> {
  const request = command.data;
  const judged = judge(configuration, request);
  if (judged.kind === 'not_predicted')
    return { events: [eventOf(command, request, 'request.unrouted', 'requests/route', [], {})] };
  if (judged.kind === 'unknown') return unknown(command, request, judged, ask);
  const passage = { request, judged, warming: false };
  if (judged.payload.kind !== 'handler') return decided(command, passage, judged.payload, ask);
  return judged.before === null
    ? afterBefore(command, passage, ask)
    : limited(command, passage, judged.before, 'before_auth', ask);
}

function goOn(command: AdmittedCommand, ask: Ask): Decided<null> {
  return command.data.position === 'before_auth'
    ? afterBefore(command, command.data, ask)
    : handle(command, command.data, ask);
}

function afterBefore(command: Command, passage: Passage, ask: Ask): Decided<null> {
  const { checks, after } = passage.judged;
  if (checks.kind !== 'handler') return decided(command, passage, checks, ask);
  return after === null ? handle(command, passage, ask) : limited(command, passage, after, 'after_auth', ask);
}

function limited(
  command: Command,
  passage: Passage,
  step: LimiterStep,
  position: 'before_auth' | 'after_auth',
  ask: Ask,
): Decided<null> {
  if (step.kind === 'unknown') return unknown(command, passage.request, step, ask);
  const admitted: AdmittedCommand = {
    at: command.at,
    rank: rank.input,
    entity: command.entity,
    seq: command.seq,
    type: 'request.admitted',
    ref: command.ref,
    data: { ...passage, position },
  };
  return { events: [], deliver: [limitCommand(command, passage.request, step, admitted)] };
}

function handle(command: Command, passage: Passage, ask: Ask): Decided<null> {
  const { request, judged } = passage;
  const answer = ask({
    entity: command.entity,
    operation: handlerOperation,
    ordinal: 0,
    input: handlerInput(request),
  });
  const status = typeof answer.answer === 'number' ? answer.answer : null;
  const sort = agentSort(judged.route);
  const reads = judged.checks.kind === 'handler' ? judged.checks.reads : judged.route.found.reads;
  const passed = eventOf(command, request, 'request.passed', 'requests/handler', reads, {
    status,
    provenance: answer.provenance,
    sort: sort?.sort ?? null,
    agent: sort?.agentId ?? request.agentId,
    warming: passage.warming,
  });
  return { events: [passed], ...renewal(command, request, sort?.sort === 'heartbeat', sort?.agentId ?? null, status) };
}

/** The lease that a heartbeat renews, when it was answered with success. */
function renewal(
  command: Command,
  request: RequestFacts,
  isHeartbeat: boolean,
  inPath: string | null,
  status: number | null,
): { readonly deliver?: readonly Command[] } {
  const agentId = inPath ?? request.agentId ?? (request.callerKind === 'agent' ? request.callerId : null);
  if (!isHeartbeat || agentId === null || status === null || status >= 400) return {};
  return { deliver: [heartbeatAccepted(command.at, agentId, command.ref)] };
}

function eventOf(
  command: Command,
  request: RequestFacts,
  type: string,
  rule: string,
  reads: readonly string[],
  data: JsonObject,
): ReplayEvent {
  return {
    at: command.at,
    type,
    entity: command.entity,
    rule,
    reads,
    ref: command.ref,
    data: { caller: callerOf(request), credential: request.credentialId, ...data },
  };
}

function decided(command: Command, passage: Passage, decision: Decision, ask: Ask): Decided<null> {
  const { request } = passage;
  switch (decision.kind) {
    case 'refused':
      return {
        events: [
          eventOf(command, request, 'request.refused', `requests/${decision.first.check}`, decision.reads, {
            status: decision.first.status,
            code: decision.first.code,
            failing: decision.failing.map((refusal) => ({
              detail: refusal.detail,
              entity: refusal.entity,
              lacking: refusal.lacking ?? null,
              code: refusal.code,
            })),
          }),
        ],
      };
    case 'unknown':
      return unknown(command, request, decision, ask);
    case 'handler':
    case 'not_predicted':
      return { events: [eventOf(command, request, 'request.unrouted', 'requests/route', [], {})] };
  }
}

/**
 * A check that can't be made says nothing, and what was observed stands: an accepted heartbeat opens a lease all the
 * same. The event tells what was taken as given.
 */
function unknown(
  command: Command,
  request: RequestFacts,
  what: {
    readonly check: string;
    readonly missing: string;
    readonly reason: string;
    readonly reads: readonly string[];
  },
  ask: Ask,
): Decided<null> {
  const { answer } = ask({
    entity: command.entity,
    operation: outcomeOperation,
    ordinal: 0,
    input: handlerInput(request),
  });
  const status = typeof answer === 'number' ? answer : null;
  const event = eventOf(command, request, 'request.unknown', `requests/${what.check}`, what.reads, {
    missing: what.missing,
    reason: what.reason,
    status,
  });
  return {
    events: [event],
    ...renewal(command, request, heartbeatPath.test(request.route ?? request.path), null, status),
  };
}

const heartbeatPath = /\/agents\/[^/]+\/heartbeats?(?:\?|$)/;
