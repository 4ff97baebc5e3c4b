import { splitEntity } from '../base/entity.ts';
import type { RequestFacts } from '../base/facts.ts';
import { compareText } from '../base/order.ts';
import { compareMembers, parseRef } from '../base/ref.ts';
import type { Millis } from '../base/time.ts';
import { millisOf } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { buildConfiguration, type Configuration, limitersOf } from '../control-plane/index.ts';
import { configurationHistory, type RequestFact, requestFacts } from '../timeline/index.ts';
import { graceMs } from './absence.ts';
import { heartbeatAccepted } from './concerns/agents.ts';
import { handlerInput, handlerOperation, outcomeOperation, type RequestCommand } from './concerns/requests.ts';
import { isDecided } from './decided.ts';
import type { Transition } from './fidelity/transitions.ts';
import { compareCommands, type Input, rank } from './kernel/index.ts';
import { callerOf, type Predicate } from './predicate.ts';

/** A request of the cone: what the replay is given, and what was observed, which only the comparison sees. */
export interface ConeRequest {
  readonly input: Input;
  readonly fact: RequestFact;
  readonly agentId: string | null;
  /** Counters of the limiters that it meets. */
  readonly counters: readonly string[];
}

/** The part of the evidence that can bear on some symptoms: their own requests, and those that share a limiter's counter. */
export interface Cone {
  readonly configuration: Configuration;
  /** In total order. */
  readonly requests: readonly ConeRequest[];
  /** By reference: the id of a request, and of the one that it repeats. */
  readonly requestIds: ReadonlyMap<string, string>;
  readonly retryOf: ReadonlyMap<string, string>;
  /** Enrollments, which open a lease. */
  readonly enrolled: readonly Input[];
  /** agent.offline and agent.online as the audit has them. */
  readonly transitions: readonly Transition[];
  /** Spans in which the audit holds everything: there, what was predicted and not seen counts against the prediction. */
  readonly audited: readonly { readonly from: Millis; readonly to: Millis }[];
  /** First moment of the evidence, and the last up to which requests are known. */
  readonly begin: Millis;
  readonly until: Millis;
}

/** Who a cone is drawn around. */
export interface Core {
  readonly callers: ReadonlySet<string>;
  readonly agents: ReadonlySet<string>;
}

export const coreOf = (predicates: readonly Predicate[]): Core => ({
  callers: new Set(predicates.flatMap((one) => (one.kind === 'requests_refused' ? [one.caller] : []))),
  agents: new Set(predicates.flatMap((one) => (one.kind === 'agent_offline' ? [one.agentId] : []))),
});

const agentPath = /\/agents\/([^/?]+)/;

/** The agent that a request is of: as recorded, by its caller, or by its path. */
export function agentOf(request: RequestFacts): string | null {
  if (request.agentId !== null) return request.agentId;
  if (request.callerKind === 'agent' && request.callerId !== null) return request.callerId;
  return agentPath.exec(request.path)?.[1] ?? null;
}

const inCore = (core: Core, request: RequestFacts): boolean => {
  if (core.callers.has(callerOf(request))) return true;
  const agent = agentOf(request);
  return agent !== null && core.agents.has(agent);
};

/** Counters of the limiters that a request meets. */
const countersOf = (configuration: Configuration, request: RequestFacts): readonly string[] =>
  limitersOf(configuration, request).flatMap((step) => (step.kind === 'rule' ? [step.counter] : []));

export function configurationOf(reader: CaseReader): Configuration {
  return buildConfiguration(configurationHistory(reader));
}

/** Reads a cone out of a case in two passes, keeping only what belongs to it. `feed` gives the requests in any order. */
export function readCone(
  reader: CaseReader,
  configuration: Configuration,
  core: Core,
  feed: (reader: CaseReader) => Iterable<RequestFact> = requestFacts,
): Cone {
  const counters = new Set<string>();
  for (const { arrival } of feed(reader)) {
    if (inCore(core, arrival)) for (const counter of countersOf(configuration, arrival)) counters.add(counter);
  }
  const facts: { readonly fact: RequestFact; readonly counters: readonly string[] }[] = [];
  for (const fact of feed(reader)) {
    const own = countersOf(configuration, fact.arrival);
    if (inCore(core, fact.arrival) || own.some((counter) => counters.has(counter))) facts.push({ fact, counters: own });
  }
  facts.sort((a, b) => compareEvidence(a.fact, b.fact));
  const requests = facts.map(({ fact, counters: own }, seq) => coneRequest(fact, own, seq));
  const agents = agentFacts(reader, core);
  return coneOf(configuration, requests, agents, spanOf(reader, agents.transitions));
}

/** The part of a cone that can bear on fewer symptoms. */
export function narrow(cone: Cone, core: Core): Cone {
  const counters = new Set<string>();
  for (const request of cone.requests) {
    if (inCore(core, request.fact.arrival)) for (const counter of request.counters) counters.add(counter);
  }
  const requests = cone.requests.filter(
    (request) => inCore(core, request.fact.arrival) || request.counters.some((counter) => counters.has(counter)),
  );
  const isOf = (entity: string): boolean => {
    const { id } = splitEntity(entity);
    return core.agents.has(id) || core.callers.has(id);
  };
  return coneOf(
    cone.configuration,
    requests,
    {
      enrolled: cone.enrolled.filter((input) => isOf(input.command.entity)),
      transitions: cone.transitions.filter((transition) => isOf(transition.entity)),
    },
    cone,
  );
}

/** Evidence order at equal milliseconds: member path, then offset. */
function compareEvidence(a: RequestFact, b: RequestFact): number {
  if (a.arrival.at !== b.arrival.at) return a.arrival.at - b.arrival.at;
  const [left, right] = [parseRef(a.arrival.ref), parseRef(b.arrival.ref)];
  if (left === null || right === null) return compareText(a.arrival.ref, b.arrival.ref);
  return compareMembers(left.member, right.member) || left.offset - right.offset;
}

/** A cone from its parts, in the kernel's order whatever order they come in. */
function coneOf(
  configuration: Configuration,
  requests: readonly ConeRequest[],
  agents: Pick<Cone, 'enrolled' | 'transitions'>,
  span: Pick<Cone, 'begin' | 'until' | 'audited'>,
): Cone {
  const requestIds = new Map<string, string>();
  const retryOf = new Map<string, string>();
  for (const { fact } of requests) {
    if (fact.requestId !== null) requestIds.set(fact.arrival.ref, fact.requestId);
    if (fact.retryOf !== null) retryOf.set(fact.arrival.ref, fact.retryOf);
  }
  const ordered = [...requests].sort((a, b) => compareCommands(a.input.command, b.input.command));
  const { begin, until, audited } = span;
  return { configuration, requests: ordered, requestIds, retryOf, ...agents, audited, begin, until };
}

export function coneRequest(fact: RequestFact, counters: readonly string[], seq: number): ConeRequest {
  const { arrival, outcome } = fact;
  const agentId = agentOf(arrival);
  const command: RequestCommand = {
    at: arrival.at,
    rank: rank.input,
    entity: agentId === null ? `caller:${callerOf(arrival)}` : `agent:${agentId}`,
    seq,
    type: 'request',
    ref: arrival.ref,
    data: arrival,
  };
  const given = { ordinal: 0, input: handlerInput(arrival), answer: outcome.status };
  const observed = { operation: outcomeOperation, ...given };
  const recorded = isDecided(arrival, outcome) ? [observed] : [{ operation: handlerOperation, ...given }, observed];
  return { input: { command, recorded }, fact, agentId, counters };
}

/** Enrollments and changes of agents' states: of a core's agents, or of all. */
export function agentFacts(reader: CaseReader, core: Core | null): Pick<Cone, 'enrolled' | 'transitions'> {
  const enrolled: Input[] = [];
  const transitions: Transition[] = [];
  const rows = reader.rows('audit', {
    equals: { outcome: 'success', action: ['agent.enrolled', 'agent.offline', 'agent.online'] },
  });
  for (const row of rows) {
    if (row.ts === null || row.resource_id === null || row.action === null) continue;
    if (core !== null && !core.agents.has(row.resource_id) && !core.callers.has(row.resource_id)) continue;
    const at = millisOf(row.ts);
    if (row.action === 'agent.enrolled') {
      enrolled.push({ command: heartbeatAccepted(at, row.resource_id, row.ref), recorded: [] });
    } else {
      transitions.push({ at, type: row.action, entity: `agent:${row.resource_id}`, ref: row.ref });
    }
  }
  return { enrolled, transitions };
}

/**
 * From the first event to the last moment for which requests were kept; a little further where an agent was seen to
 * change its state just after it, since the sweep that did it is judged by what came before.
 */
export function spanOf(
  reader: CaseReader,
  transitions: readonly Transition[],
): Pick<Cone, 'begin' | 'until' | 'audited'> {
  const span = reader.span();
  const covered = reader.coverage('requests');
  const known = covered.length === 0 ? millisOf(span?.to ?? 0) : Math.max(...covered.map((one) => millisOf(one.to)));
  const seen = transitions.filter((one) => one.at > known && one.at <= known + graceMs).map((one) => one.at);
  const audited = reader.coverage('audit').map((one) => ({ from: millisOf(one.from), to: millisOf(one.to) }));
  return { begin: millisOf(span?.from ?? 0), until: Math.max(known, ...seen), audited };
}

/** Whether the audit was kept over the whole replayed span, so that every change of the configuration is known. */
export const auditCovers = ({ audited, begin, until }: Pick<Cone, 'audited' | 'begin' | 'until'>): boolean =>
  audited.some((span) => span.from <= begin + graceMs && span.to + graceMs >= until);
