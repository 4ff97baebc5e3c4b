import type { Digest } from '../base/digest.ts';
import { agentsConcern } from './concerns/agents.ts';
import { intervention, interventionsConcern } from './concerns/interventions.ts';
import { limitsConcern } from './concerns/limits.ts';
import { requestsConcern } from './concerns/requests.ts';
import type { Cone, ConeRequest } from './cone.ts';
import {
  type CommandOrder,
  compareCommands,
  type EffectCounts,
  type Input,
  type ReplayEvent,
  run,
} from './kernel/index.ts';
import type { Change } from './what-if/cause-model.ts';

/** An end of the intervals that clocks were off by. */
export type ClockEnd = 'least' | 'most';

/** A cone under changes. No change: the factual run. */
export interface Scenario {
  readonly changes: readonly Change[];
  readonly order?: CommandOrder;
  /** Requests of hosts whose clocks were off come when they came if the clocks were off that much. */
  readonly clocks?: ClockEnd;
  /** Requests that passed in the factual run, by id: their repeats were sent all the same. */
  readonly passedBefore?: ReadonlySet<string>;
}

/** The assumption under which a request that was refused, and now passes, is answered. */
export const grantedHandler = {
  id: 'granted-handler',
  text: 'a request that passes the checks only under the repair is answered with success',
} as const;

export interface RunResult {
  readonly digest: Digest;
  readonly events: number;
  readonly effects: EffectCounts;
}

/** Runs a scenario over a cone; every event goes to the watchers in order. */
export function runScenario(
  cone: Cone,
  scenario: Scenario,
  watch: (event: ReplayEvent, head: string) => void,
): RunResult {
  const order = scenario.order ?? compareCommands;
  const edits = scenario.changes.flatMap((change) => change.edits);
  const configuration = edits.length === 0 ? cone.configuration : cone.configuration.with(edits);
  const dropped = new Set(scenario.changes.flatMap((change) => change.dropped ?? []));
  const inserted = scenario.changes
    .flatMap((change) => change.inserted)
    .filter((command) => !dropped.has(command.ref))
    .map((command): Input => ({ command, recorded: [] }));
  const { requestIds, retryOf } = cone;
  const passed = new Set<string>();
  const requests = cone.requests.map((request) => shifted(request, scenario.clocks));
  const inputs = [
    ...edits.map((edit, index): Input => ({ command: intervention(edit, index), recorded: [] })),
    ...inserted,
    ...cone.enrolled,
    ...requests,
  ].sort((a, b) => order(a.command, b.command));
  const before = scenario.passedBefore;
  // A repeat of what now succeeds would not have been sent, nor what repeats that (the analyzer's model, section 2).
  const removed = new Set<string>();
  function* sent(): Generator<Input> {
    for (const input of inputs) {
      const original = before === undefined ? undefined : retryOf.get(input.command.ref);
      if (
        original !== undefined &&
        before?.has(original) === false &&
        (passed.has(original) || removed.has(original))
      ) {
        const id = requestIds.get(input.command.ref);
        if (id !== undefined) removed.add(id);
        continue;
      }
      yield input;
    }
  }
  return run(
    {
      concerns: [
        interventionsConcern,
        requestsConcern(configuration),
        limitsConcern(cone.begin),
        agentsConcern(configuration),
      ],
      inputs: sent(),
      until: requests.reduce((latest, { command }) => Math.max(latest, command.at), cone.until),
      grant: (request) =>
        request.operation === 'handler' && before !== undefined ? { answer: 200, assumption: grantedHandler.id } : null,
      order,
    },
    (event, head) => {
      if (event.type === 'request.passed') {
        const id = requestIds.get(event.ref);
        const status = event.data.status;
        if (id !== undefined && typeof status === 'number' && status < 400) passed.add(id);
      }
      watch(event, head);
    },
  );
}

function shifted({ input, fact }: ConeRequest, clocks: ClockEnd | undefined): Input {
  if (clocks === undefined || fact.offset === null) return input;
  const at = fact.arrival.at - fact.offset[clocks];
  return { ...input, command: { ...input.command, at, data: { ...fact.arrival, at } } };
}
