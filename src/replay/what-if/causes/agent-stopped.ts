import { entityOf } from '../../../base/entity.ts';
import type { Millis } from '../../../base/time.ts';
import type { RequestCommand } from '../../concerns/requests.ts';
import type { AgentSilence, Candidate, CauseModel, NamedChange, Suspicion } from '../cause-model.ts';
import { unrelatedScope } from '../placebo.ts';

/** Inserted requests of one sort at most: a bound against a tiny interval over a long silence. */
const insertedMax = 100_000;

/**
 * An agent that sent nothing: no heartbeat arrived, and none was refused. Repair: put in its heartbeats, fetches and
 * refreshes at its own past intervals. They pass the same checks as any request.
 */
export const agentStopped: CauseModel = {
  kind: 'agent_stopped',
  suspects(suspicion) {
    return suspicion.silences.flatMap((silence) => {
      const candidate = candidateOf(suspicion, silence);
      return candidate === null ? [] : [candidate];
    });
  },
};

function candidateOf(suspicion: Suspicion, silence: AgentSilence): Candidate | null {
  const { heartbeat } = silence.models;
  const interval = silence.intervals.heartbeat;
  // A refused heartbeat was sent: the refusal is to blame, not silence.
  if (silence.refused > 0 || heartbeat === null || interval === null) return null;
  const { agentId, lastHeard } = silence;
  const end = Math.min(silence.heardAgain ?? suspicion.until + 1, suspicion.until + 1);
  const heartbeats = repeat(heartbeat, 'heartbeat', agentId, interval, lastHeard, end);
  const fetches = repeat(silence.models.fetch, 'fetch', agentId, silence.intervals.fetch, lastHeard, end);
  const refreshes = repeat(silence.models.refresh, 'refresh', agentId, silence.intervals.refresh, lastHeard, end);
  const spelt = (event: string, every: Millis | null): NamedChange['interventions'] =>
    every === null ? [] : [{ do: 'insert_event', event, entity: entityOf('agent', agentId), every_ms: every }];
  const credential = heartbeat.data.credentialId;
  const half = lastHeard + Math.max(interval, Math.floor((silence.offlineAt - lastHeard) / 2));
  return {
    kind: 'agent_stopped',
    entity: entityOf('agent', agentId),
    onset: lastHeard + interval,
    depth: 0,
    parts: [
      {
        edits: [],
        inserted: [...heartbeats, ...fetches, ...refreshes],
        text: `put in the heartbeats, fetches and refreshes of agent:${agentId} at its own past intervals`,
        interventions: [
          ...spelt('heartbeat', interval),
          ...spelt('fetch', silence.intervals.fetch),
          ...spelt('refresh', silence.intervals.refresh),
        ],
      },
    ],
    rebreak: {
      edits: [],
      inserted: [],
      dropped: heartbeats.filter((command) => command.at > half).map((command) => command.ref),
      text: `let agent:${agentId} stop again a little later`,
      interventions: [],
    },
    placebos: [
      {
        edits: [],
        inserted: fetches.length > 0 ? fetches : refreshes,
        text: `put in only the ${fetches.length > 0 ? 'deployment fetches' : 'key refreshes'} of agent:${agentId}, which renew no lease`,
        interventions:
          fetches.length > 0 ? spelt('fetch', silence.intervals.fetch) : spelt('refresh', silence.intervals.refresh),
      },
      {
        edits: [],
        inserted: heartbeats.filter((command) => command.at > silence.offlineAt),
        text: `put in the heartbeats of agent:${agentId} only after it had gone offline`,
        interventions: spelt('heartbeat', interval),
      },
      ...(credential === null ? [] : [unrelatedScope(suspicion.configuration, credential, lastHeard)]),
    ],
    assumptions: [{ id: 'sent', text: `agent:${agentId} would have gone on at its own past intervals` }],
    shown: [{ ref: silence.lastHeardRef, text: `the last heartbeat of agent:${agentId}` }],
  };
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
