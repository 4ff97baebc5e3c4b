/** What both samples share: the traffic of an ordinary hour and a half. A scenario adds what it injects. */
import type { Capture } from './archive.ts';
import { buildManifest, buildMembers } from './archive.ts';
import { type Cloud, createCloud, type Span } from './cloud.ts';
import { recallCounters } from './counters-before.ts';
import { createFleet, type Fleet, type Pace } from './fleet.ts';
import { createObservers } from './observers.ts';
import { createPeople, type People } from './people.ts';
import type { State } from './records.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';
import { createWorker, type WorkerTroubles } from './worker.ts';
import { type Cast, createWorld } from './world.ts';

export interface Stage {
  readonly cloud: Cloud;
  readonly cast: Cast;
  readonly people: People;
  readonly fleet: Fleet;
  readonly rollouts: Rollouts;
  /** Epoch milliseconds of a minute of the evidence. */
  readonly minute: (minute: number) => number;
}

export interface Scenario {
  readonly name: string;
  readonly seed: string;
  readonly span: Span;
  readonly troubles: WorkerTroubles;
  /** The number of a readiness probe of the API that fails alone. */
  readonly coldProbe?: number;
  /** Heartbeats that agents leave out, by the agent's name in the cast. */
  readonly skippedHeartbeats: (cast: Cast) => ReadonlyMap<string, readonly number[]>;
  /** Changes the world before the evidence begins. */
  readonly before: (state: State, cast: Cast) => void;
  readonly inject: (stage: Stage) => void;
  readonly capture: (cast: Cast) => Capture;
}

export const minuteMs = 60_000;

/** The files of a scenario by their path; `others` lie in the folder beside the evidence. */
export function play(scenario: Scenario, others: ReadonlyMap<string, string>): Map<string, string> {
  const { seed, span } = scenario;
  const { state, cast } = createWorld(seed, span.start);
  scenario.before(state, cast);
  const cloud = createCloud(seed, span, state);
  const worker = createWorker(cloud, scenario.troubles);
  recallCounters(cloud, worker);
  const rollouts = createRollouts(cloud, worker);
  const fleet = createFleet(cloud, worker, rollouts);
  const people = createPeople(cloud, worker);
  const observers = createObservers(cloud, worker, scenario.coldProbe);
  const minute = (number: number): number => span.start + number * minuteMs;

  const skipped = scenario.skippedHeartbeats(cast);
  const clocks = cloud.random('clocks');
  const paceOf = (agentId: string, shortPath: boolean): Pace => ({
    skippedHeartbeats: skipped.get(agentId) ?? [],
    clockOffsetMs: clocks.int(-400, 400),
    shortPath,
  });
  for (const posture of ['dev', 'staging', 'prod'] as const) {
    for (const [index, agentId] of cast.agents[posture].entries())
      fleet.begin(agentId, span.start, paceOf(agentId, posture === 'staging' && index === 0));
  }
  cloud.schedule.at(minute(11) + 4_700, () =>
    fleet.enroll(cast.newcomer, 'edge-dev-4', cast.environments.dev, cast.enrollment, paceOf(cast.newcomer, false)),
  );

  const operators = [cast.owner, cast.platform, cast.secondPlatform, ...cast.developers];
  const shifts = cloud.random('shifts');
  for (const [index, operator] of operators.entries()) {
    const from = minute(shifts.int(0, 6)) + shifts.int(0, 59_999);
    people.logIn(operator, from, shifts.int(4_000, 40_000));
    people.logIn(operator, minute(shifts.int(40, 70)) + shifts.int(0, 59_999), shifts.int(4_000, 40_000));
    const watched = (['prod', 'prod', 'staging', 'dev', 'staging', 'prod'] as const)[index] ?? 'dev';
    people.watch(operator, cast.environments[watched], from + 50_000, span.end - shifts.int(0, 12) * minuteMs);
  }
  people.poll(cast.ciStatus, cast.environments.staging, minute(0) + 9_000, 30_000);
  people.pushVersions(cast.ciRelease, Object.values(cast.environments), minute(1) + 21_000);

  scenario.inject({ cloud, cast, people, fleet, rollouts, minute });
  cloud.schedule.run();

  const capture = scenario.capture(cast);
  const members = buildMembers(cloud, worker, observers, capture);
  members.set('manifest.json', buildManifest(cloud, capture, members, others));
  return members;
}
