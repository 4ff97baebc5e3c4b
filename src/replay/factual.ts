import type { Millis } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { requestFacts } from '../timeline/index.ts';
import { agentsConcern } from './concerns/agents.ts';
import { limitsConcern } from './concerns/limits.ts';
import { requestsConcern } from './concerns/requests.ts';
import { agentFacts, type ConeRequest, coneRequest, configurationOf, spanOf } from './cone.ts';
import { Comparer, type Comparison } from './fidelity/compare.ts';
import { compareCommands, type Input, type ReplayEvent, type RunEnd, run } from './kernel/index.ts';

/** The factual replay of everything that is modelled, streamed: memory does not grow with the requests. */
export interface Factual {
  readonly end: RunEnd;
  readonly comparison: Comparison;
  /** Requests whose route is modelled and agents' changes, of all facts that a control plane decides; per mille. */
  readonly coverage: number;
}

/** Audit actions by which the control plane tells of its own decisions. */
const decidedActions = [
  'agent.offline',
  'agent.online',
  'deployment.status_changed',
  'job.started',
  'job.failed',
  'job.retried',
  'job.completed',
  'job.dead_lettered',
] as const;

export function replayFactual(reader: CaseReader, watch?: (event: ReplayEvent, head: string) => void): Factual {
  const configuration = configurationOf(reader);
  const { enrolled, transitions } = agentFacts(reader, null);
  const { begin, until, audited } = spanOf(reader, transitions);
  const comparer = new Comparer();
  // Only the requests of the present millisecond are at hand: an event is about one of them, or about a timer.
  const present = new Map<string, ConeRequest>();
  const told = new Set(transitions.map((one) => one.entity));
  let requests = 0;
  let routed = 0;
  const end = run(
    {
      concerns: [requestsConcern(configuration), limitsConcern(begin), agentsConcern(configuration)],
      inputs: inputsOf(reader, enrolled, present),
      until,
      grant: () => null,
    },
    (event, head) => {
      if (event.type.startsWith('request.')) {
        requests++;
        if (event.type !== 'request.unrouted') routed++;
      }
      if (event.type === 'lease.renewed') told.add(event.entity);
      comparer.watch(event, present.get(event.ref));
      watch?.(event, head);
    },
  );
  const others = reader.count('audit', { equals: { outcome: 'success', action: [...decidedActions] } });
  const facts = requests + others;
  return {
    end,
    comparison: comparer.result(told, { transitions, audited, until }),
    coverage: facts === 0 ? 0 : Math.floor((1000 * (routed + transitions.length)) / facts),
  };
}

/** Requests and enrollments in the kernel's order, one millisecond at a time. */
function* inputsOf(
  reader: CaseReader,
  enrolled: readonly Input[],
  present: Map<string, ConeRequest>,
): Generator<Input> {
  const waiting = [...enrolled].sort((a, b) => compareCommands(a.command, b.command));
  let group: ConeRequest[] = [];
  let now: Millis = Number.NEGATIVE_INFINITY;
  let seq = 0;
  function* flush(): Generator<Input> {
    const inputs = group.map((request) => request.input);
    for (let next = waiting[0]; next !== undefined && next.command.at <= now; next = waiting[0]) {
      waiting.shift();
      inputs.push(next);
    }
    present.clear();
    for (const request of group) present.set(request.fact.arrival.ref, request);
    yield* inputs.sort((a, b) => compareCommands(a.command, b.command));
  }
  for (const fact of requestFacts(reader)) {
    if (fact.arrival.at !== now && group.length > 0) {
      yield* flush();
      group = [];
    }
    now = fact.arrival.at;
    group.push(coneRequest(fact, [], seq++));
  }
  if (group.length > 0) yield* flush();
  yield* waiting;
}
