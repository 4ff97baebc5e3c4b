import type { Digest } from '../../base/digest.ts';
import type { Grade } from '../../base/vocabulary.ts';
import type { Cone, ConeRequest } from '../cone.ts';
import { Comparer, type Comparison } from '../fidelity/compare.ts';
import { gradeOf } from '../fidelity/grade.ts';
import { type Observation, observe, type Shown, shows } from '../observation.ts';
import { callerOf, type Predicate } from '../predicate.ts';

/** The factual replay of one symptom's cone, held against the evidence. */
export interface Baseline {
  readonly cone: Cone;
  readonly factual: Observation;
  readonly factualShown: Shown;
  readonly grade: Grade;
  readonly own: Comparison;
  readonly around: Comparison;
  /** The digest that a fresh worker found for the same cone; null where none was asked. */
  readonly freshDigest: Digest | null;
  /** Ids of requests that passed in the factual run. */
  readonly passedIds: ReadonlySet<string>;
  /** Commands of the cone that share their time with another. */
  readonly ties: number;
  /** References that the cone's events read. */
  readonly reads: ReadonlySet<string>;
}

/** Whether a request is of the symptom itself. */
export const isOwn =
  (predicate: Predicate) =>
  (request: ConeRequest): boolean =>
    predicate.kind === 'requests_refused'
      ? callerOf(request.fact.arrival) === predicate.caller
      : request.agentId === predicate.agentId;

export function baselineOf(cone: Cone, predicate: Predicate, freshDigest: Digest | null): Baseline {
  const ownComparer = new Comparer();
  const coneComparer = new Comparer();
  const requests = new Map(cone.requests.map((request) => [request.fact.arrival.ref, request]));
  const own = isOwn(predicate);
  const reads = new Set<string>();
  const factual = observe(cone, { changes: [] }, (event) => {
    const request = requests.get(event.ref);
    ownComparer.watch(event, request !== undefined && own(request) ? request : undefined);
    coneComparer.watch(event, request);
    for (const ref of event.reads) reads.add(ref);
  });
  const ownAgents = new Set(predicate.kind === 'agent_offline' ? [`agent:${predicate.agentId}`] : []);
  const heard = new Set([...factual.heard].map((agent) => `agent:${agent}`));
  const ownTraces = ownComparer.result(ownAgents, cone);
  const around = coneComparer.result(new Set([...heard, ...ownAgents]), cone);
  const factualShown = shows(factual, predicate);
  const passedIds = new Set<string>();
  for (const ref of factual.passed) {
    const id = cone.requestIds.get(ref);
    if (id !== undefined) passedIds.add(id);
  }
  let ties = 0;
  for (const [index, request] of cone.requests.entries()) {
    if (index > 0 && cone.requests[index - 1]?.fact.arrival.at === request.fact.arrival.at) ties++;
  }
  return {
    cone,
    factual,
    factualShown,
    grade: gradeOf(factualShown.holds, ownTraces, around),
    own: ownTraces,
    around,
    freshDigest,
    passedIds,
    ties,
    reads,
  };
}
