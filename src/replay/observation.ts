import type { Digest } from '../base/digest.ts';
import { splitEntity } from '../base/entity.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Millis } from '../base/time.ts';
import type { RefusalDetail } from '../control-plane/index.ts';
import { auditCovers, type Cone } from './cone.ts';
import type { Transition } from './fidelity/transitions.ts';
import type { EffectCounts, ReplayEvent } from './kernel/index.ts';
import type { Predicate } from './predicate.ts';
import { runScenario, type Scenario } from './scenario.ts';
import type { FailingCheck, PredictedRefusal } from './what-if/cause-model.ts';

/** A value that a prediction needed and the archive does not tell, with how often and for whom. */
export interface UnknownReading {
  readonly caller: string | null;
  readonly agentId: string | null;
  readonly missing: string;
  readonly reason: 'not_captured' | 'redacted';
  readonly count: number;
}

/** What a run showed. */
export interface Observation {
  readonly digest: Digest;
  readonly events: number;
  readonly effects: EffectCounts;
  /** 401 and 403, in order. */
  readonly refusals: readonly PredictedRefusal[];
  /** References of refused requests whose repeat, of any depth, got through: these hurt nobody (causes.md, *Symptoms*). */
  readonly corrected: ReadonlySet<string>;
  /** 429 by caller. */
  readonly limited: ReadonlyMap<string, number>;
  /** agent.offline and agent.online, in order. */
  readonly transitions: readonly Transition[];
  readonly unknown: readonly UnknownReading[];
  /** Agents whose requests were not answered as far as can be told since something was changed: a repair of them shows nothing. */
  readonly undecided: ReadonlySet<string>;
  /** Requests that passed with success, by reference. */
  readonly passed: ReadonlySet<string>;
  /** Agents that were heard at all. */
  readonly heard: ReadonlySet<string>;
  /** What renewed an agent's lease, put in or recorded, in order. */
  readonly renewals: readonly { readonly agentId: string; readonly at: Millis; readonly ref: string }[];
}

/** Called with every event, for those that want more than an observation keeps. */
export type Watch = (event: ReplayEvent, head: string) => void;

export function observe(cone: Cone, scenario: Scenario, watch?: Watch): Observation {
  const refusals: PredictedRefusal[] = [];
  const limited = new Map<string, number>();
  const transitions: Transition[] = [];
  const unknown = new Map<string, UnknownReading>();
  const passed = new Set<string>();
  const heard = new Set<string>();
  const undecided = new Set<string>();
  const renewals: { readonly agentId: string; readonly at: Millis; readonly ref: string }[] = [];

  const note = (
    caller: string | null,
    agentId: string | null,
    missing: Json | undefined,
    reason: Json | undefined,
  ): void => {
    const reading = {
      caller,
      agentId,
      missing: typeof missing === 'string' ? missing : 'state',
      reason: reason === 'redacted' ? ('redacted' as const) : ('not_captured' as const),
    };
    const key = JSON.stringify(reading);
    unknown.set(key, { ...reading, count: (unknown.get(key)?.count ?? 0) + 1 });
  };

  // Passing by the configuration as known, and refused all the same: another may have been in force, which changes would tell.
  const deciding = auditCovers(cone) ? 'requests' : 'audit';
  // Before the first intervention the world is as it was, so that what was observed there stands.
  const since = Math.min(
    ...scenario.changes.flatMap((change) => [
      ...change.edits.map((edit) => edit.from),
      ...change.inserted.map((command) => command.at),
    ]),
  );
  const end = runScenario(cone, scenario, (event, head) => {
    const { data } = event;
    const caller = typeof data.caller === 'string' ? data.caller : null;
    const agentId = splitEntity(event.entity).kind === 'agent' ? splitEntity(event.entity).id : null;
    switch (event.type) {
      case 'request.refused':
        if (data.status === 429) limited.set(caller ?? '', (limited.get(caller ?? '') ?? 0) + 1);
        else if (data.status !== 413) refusals.push(refusalOf(event, caller ?? '', agentId));
        break;
      case 'request.passed':
        if (typeof data.status === 'number' && data.status < 400) passed.add(event.ref);
        else if (data.status === null) note(caller, agentId, deciding, 'not_captured');
        break;
      case 'request.unknown':
        if (typeof data.status === 'number' && data.status < 400) passed.add(event.ref);
        if (event.at >= since || data.status === 401 || data.status === 403) {
          note(caller, agentId, data.missing, data.reason);
        }
        if (agentId !== null && event.at >= since && !(typeof data.status === 'number' && data.status < 400)) {
          undecided.add(agentId);
        }
        break;
      case 'lease.unknown':
        note(null, agentId, data.missing, data.reason);
        break;
      case 'lease.renewed':
        if (agentId !== null) {
          heard.add(agentId);
          renewals.push({ agentId, at: event.at, ref: event.ref });
        }
        break;
      case 'agent.offline':
      case 'agent.online':
        transitions.push({ at: event.at, type: event.type, entity: event.entity, ref: event.ref });
        break;
    }
    watch?.(event, head);
  });
  return {
    ...end,
    refusals,
    corrected: correctedIn(cone, passed),
    limited,
    transitions,
    unknown: [...unknown.values()],
    undecided,
    passed,
    heard,
    renewals,
  };
}

function correctedIn(cone: Cone, passed: ReadonlySet<string>): ReadonlySet<string> {
  if (cone.retryOf.size === 0) return new Set();
  const refs = new Map<string, string>();
  for (const [ref, id] of cone.requestIds) refs.set(id, ref);
  const corrected = new Set<string>();
  for (const repeat of cone.retryOf.keys()) {
    if (!passed.has(repeat)) continue;
    for (let ref: string | undefined = repeat; ref !== undefined; ) {
      const of = cone.retryOf.get(ref);
      ref = of === undefined ? undefined : refs.get(of);
      if (ref === undefined || corrected.has(ref)) break;
      corrected.add(ref);
    }
  }
  return corrected;
}

function refusalOf(event: ReplayEvent, caller: string, agentId: string | null): PredictedRefusal {
  const failing = Array.isArray(event.data.failing) ? event.data.failing : [];
  return {
    at: event.at,
    ref: event.ref,
    caller,
    agentId,
    credential: typeof event.data.credential === 'string' ? event.data.credential : null,
    code: String(event.data.code),
    failing: failing.flatMap((check: Json): FailingCheck[] =>
      isObject(check) && typeof check.entity === 'string'
        ? [
            {
              detail: check.detail as RefusalDetail,
              entity: check.entity,
              lacking: typeof check.lacking === 'string' ? check.lacking : null,
              code: String(check.code),
            },
          ]
        : [],
    ),
  };
}

/** The refusals that a symptom may be laid to: of its caller with its code, or of its agent; not what was corrected. */
export const ownRefusals = (observation: Observation, predicate: Predicate): readonly PredictedRefusal[] =>
  observation.refusals.filter(
    (one) =>
      !observation.corrected.has(one.ref) &&
      (predicate.kind === 'requests_refused'
        ? one.caller === predicate.caller && (predicate.code === null || one.code === predicate.code)
        : one.agentId === predicate.agentId),
  );

/** Whether a run shows a symptom. Null: what is unknown could decide it either way. */
export interface Shown {
  readonly holds: boolean | null;
  readonly count: number;
}

export function shows(observation: Observation, predicate: Predicate): Shown {
  switch (predicate.kind) {
    case 'requests_refused': {
      const count = ownRefusals(observation, predicate).length;
      if (count >= predicate.least) return { holds: true, count };
      return { holds: count + unknownsOf(observation, predicate) >= predicate.least ? null : false, count };
    }
    case 'agent_offline': {
      const entity = `agent:${predicate.agentId}`;
      const count = observation.transitions.filter(
        (one) => one.type === 'agent.offline' && one.entity === entity,
      ).length;
      // What no one can say of its heartbeats could have kept it online.
      if (count > 0) return { holds: observation.undecided.has(predicate.agentId) ? null : true, count };
      const blind = !observation.heard.has(predicate.agentId) || unknownsOf(observation, predicate) > 0;
      return { holds: blind ? null : false, count };
    }
  }
}

/** The unknown readings that bear on a symptom. */
export const readingsOf = (observation: Observation, predicate: Predicate): readonly UnknownReading[] =>
  observation.unknown.filter((one) =>
    predicate.kind === 'requests_refused' ? one.caller === predicate.caller : one.agentId === predicate.agentId,
  );

const unknownsOf = (observation: Observation, predicate: Predicate): number =>
  readingsOf(observation, predicate).reduce((sum, one) => sum + one.count, 0);
