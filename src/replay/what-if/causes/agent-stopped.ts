import { entityOf } from '../../../base/entity.ts';
import type { Millis } from '../../../base/time.ts';
import type { RequestCommand } from '../../concerns/requests.ts';
import type { AgentSilence, Candidate, CauseModel, NamedChange, Suspicion } from '../cause-model.ts';
import { unrelatedScope } from '../placebo.ts';
import { isBetweenHeartbeats } from '../silence.ts';

/** Inserted requests of one sort at most: a bound against a tiny interval over a long silence. */
const insertedMax = 100_000;

/**
 * An agent that sent nothing: no heartbeat arrived, and none was refused. Repair: put in its heartbeats, fetches and
 * refreshes at its own past intervals. They pass the same checks as any request.
 */
export const agentStopped: CauseModel = {
  kind: 'agent_stopped',
  suspects(suspicion) {
    const agents = [...new Set(suspicion.silences.map((silence) => silence.agentId))];
    return agents.flatMap((agentId): Candidate[] => {
      const silences = suspicion.silences.filter((silence) => silence.agentId === agentId).flatMap(stopped(suspicion));
      const [first] = silences;
      if (first === undefined) return [];
      const credential = first.heartbeat.data.credentialId;
      return [
        {
          kind: 'agent_stopped',
          entity: entityOf('agent', agentId),
          onset: first.lastHeard + first.interval,
          depth: 0,
          parts: silences.map((silence) => resumed(silence)),
          rebreak: {
            edits: [],
            inserted: [],
            dropped: silences.flatMap((silence) =>
              silence.heartbeats.filter((one) => one.at > silence.stopAgain).map((one) => one.ref),
            ),
            text: `let agent:${agentId} stop again a little later`,
            interventions: [],
          },
          placebos: [
            ...otherTraffic(first),
            {
              edits: [],
              inserted: first.heartbeats.filter((one) => one.at > first.offlineAt),
              text: `put in the heartbeats of agent:${agentId} only after it had gone offline`,
              interventions: spelt(first, 'heartbeat', first.interval),
            },
            ...(credential === null ? [] : [unrelatedScope(suspicion.configuration, credential, first.lastHeard)]),
          ],
          shown: silences.map((silence) => ({
            ref: silence.lastHeardRef,
            text: `the last heartbeat of agent:${agentId} before it fell silent`,
          })),
          silent: silences.map((silence) => ({
            from: silence.lastHeard,
            to: silence.offlineAt,
            absent: Math.floor((silence.offlineAt - silence.lastHeard) / silence.interval),
          })),
        },
      ];
    });
  },
};

interface Stopped extends AgentSilence {
  readonly heartbeat: RequestCommand;
  readonly interval: Millis;
  readonly heartbeats: readonly RequestCommand[];
  readonly fetches: readonly RequestCommand[];
  readonly refreshes: readonly RequestCommand[];
  /** Up to when the agent goes on when the fault is put back a little later. */
  readonly stopAgain: Millis;
}

/** What the agent would have sent in a silence; nothing where it did send, or where it never sent enough to tell. */
const stopped =
  (suspicion: Suspicion) =>
  (silence: AgentSilence): Stopped[] => {
    const { agentId, lastHeard, offlineAt, intervals, models } = silence;
    // A heartbeat that was sent and refused is not silence: the refusal is to blame.
    if (silence.refused > 0 || models.heartbeat === null || intervals.heartbeat === null) return [];
    if (isBetweenHeartbeats(silence)) return [];
    const end = Math.min(silence.heardAgain ?? suspicion.until + 1, suspicion.until + 1);
    return [
      {
        ...silence,
        heartbeat: models.heartbeat,
        interval: intervals.heartbeat,
        heartbeats: repeat(models.heartbeat, 'heartbeat', agentId, intervals.heartbeat, lastHeard, end),
        fetches: repeat(models.fetch, 'fetch', agentId, intervals.fetch, lastHeard, end),
        refreshes: repeat(models.refresh, 'refresh', agentId, intervals.refresh, lastHeard, end),
        // Early enough for the sweep that finds it gone to lie within the evidence again.
        stopAgain: Math.min(lastHeard + intervals.heartbeat, suspicion.until - (offlineAt - lastHeard)),
      },
    ];
  };

const spelt = (silence: AgentSilence, event: string, every: Millis | null): NamedChange['interventions'] =>
  every === null ? [] : [{ do: 'insert_event', event, entity: entityOf('agent', silence.agentId), every_ms: every }];

const resumed = (silence: Stopped): NamedChange => ({
  edits: [],
  inserted: [...silence.heartbeats, ...silence.fetches, ...silence.refreshes],
  text: `put in the heartbeats, fetches and refreshes of agent:${silence.agentId} at its own past intervals`,
  interventions: [
    ...spelt(silence, 'heartbeat', silence.interval),
    ...spelt(silence, 'fetch', silence.intervals.fetch),
    ...spelt(silence, 'refresh', silence.intervals.refresh),
  ],
});

/** The agent's other requests without its heartbeats: they pass the same checks and renew no lease. */
function otherTraffic(silence: Stopped): readonly NamedChange[] {
  const [inserted, event, every] =
    silence.fetches.length > 0
      ? ([silence.fetches, 'fetch', silence.intervals.fetch] as const)
      : ([silence.refreshes, 'refresh', silence.intervals.refresh] as const);
  if (inserted.length === 0) return [];
  return [
    {
      edits: [],
      inserted,
      text: `put in only the ${event === 'fetch' ? 'deployment fetches' : 'key refreshes'} of agent:${silence.agentId}, which renew no lease`,
      interventions: spelt(silence, event, every),
    },
  ];
}

/** The request again and again at an interval, over (from, end). */
function repeat(
  model: RequestCommand | null,
  sort: string,
  agentId: string,
  every: Millis | null,
  from: Millis,
  end: Millis,
): readonly RequestCommand[] {
  if (model === null || every === null || every <= 0) return [];
  const made: RequestCommand[] = [];
  for (let at = from + every; at < end && made.length < insertedMax; at += every) {
    const ref = `insert:${sort}:${agentId}@${at}`;
    made.push({ ...model, at, ref, seq: -1, data: { ...model.data, at, ref } });
  }
  return made;
}
