import type { Millis } from '../../base/time.ts';
import type { RequestCommand } from '../concerns/requests.ts';
import type { Cone, ConeRequest } from '../cone.ts';
import type { Observation } from '../observation.ts';
import type { AgentSort } from '../route-sort.ts';
import type { AgentSilence } from './cause-model.ts';

/** Requests before the silence that a median interval is taken of, the latest ones. */
const intervalsMax = 200;

const wordOf: Readonly<Record<Exclude<AgentSort, 'upload'>, RegExp>> = {
  heartbeat: /\/heartbeats?(?:\?|$)/,
  fetch: /\/agents\/[^/]+\/deployments(?:\?|$)/,
  refresh: /\/signing[-_]keys(?:\?|$)/,
};

function medianGap(times: readonly Millis[]): Millis | null {
  const gaps = times
    .slice(-intervalsMax)
    .map((time, index, all) => time - (all[index - 1] ?? time))
    .slice(1)
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? null;
}

/** Each time the factual run put the agent offline: what it had sent before, and what came of what it sent meanwhile. */
export function silencesOf(cone: Cone, factual: Observation, agentId: string): readonly AgentSilence[] {
  return factual.transitions
    .filter((transition) => transition.type === 'agent.offline' && transition.entity === `agent:${agentId}`)
    .flatMap((transition): AgentSilence[] => {
      const own = cone.requests.filter((request) => request.agentId === agentId);
      const isA = (request: ConeRequest, sort: keyof typeof wordOf): boolean =>
        wordOf[sort].test(request.fact.arrival.route ?? request.fact.arrival.path);
      const heartbeats = own.filter((request) => isA(request, 'heartbeat'));
      const accepted = factual.renewals.filter((renewal) => renewal.agentId === agentId);
      const last = accepted.findLast((renewal) => renewal.at < transition.at);
      if (last === undefined) return [];
      const lastHeard = last.at;
      const heardAgain = accepted.find((renewal) => renewal.at > transition.at)?.at ?? null;
      const before = (sort: keyof typeof wordOf): readonly ConeRequest[] =>
        own.filter((request) => request.fact.arrival.at <= lastHeard && isA(request, sort));
      const interval = (sort: keyof typeof wordOf): Millis | null =>
        medianGap(before(sort).map((request) => request.fact.arrival.at));
      const model = (sort: keyof typeof wordOf): RequestCommand | null =>
        (before(sort).at(-1)?.input.command as RequestCommand | undefined) ?? null;
      return [
        {
          agentId,
          lastHeard,
          lastHeardRef: last.ref,
          offlineAt: transition.at,
          heardAgain,
          until: heardAgain ?? cone.until,
          refused: heartbeats.filter(
            ({ fact }) =>
              fact.arrival.at > lastHeard && fact.arrival.at <= transition.at && !factual.passed.has(fact.arrival.ref),
          ).length,
          intervals: { heartbeat: interval('heartbeat'), fetch: interval('fetch'), refresh: interval('refresh') },
          models: { heartbeat: model('heartbeat'), fetch: model('fetch'), refresh: model('refresh') },
        },
      ];
    });
}

/** The agent went on as before, as far as can be told: it was not silent for as much as twice its own interval. */
export const isBetweenHeartbeats = (silence: AgentSilence): boolean =>
  silence.intervals.heartbeat !== null && silence.until - silence.lastHeard < 2 * silence.intervals.heartbeat;
