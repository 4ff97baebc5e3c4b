import type { Absence } from '../absence.ts';
import { type Observation, ownRefusals } from '../observation.ts';
import { callerOf, type Predicate } from '../predicate.ts';
import { grantedHandler } from '../scenario.ts';
import type { Baseline } from './baseline.ts';
import type { Candidate } from './cause-model.ts';

export interface Assumption {
  readonly id: string;
  readonly text: string;
}

/** A repeat that does not say what it repeats: the same route, this soon after (causes.md, *What "far over" means*). */
const repeatWithinMs = 5_000;

/** What a verdict takes for granted; `decisive` is the run that it rests on. */
export function assumedIn(
  baseline: Baseline,
  predicate: Predicate,
  involved: readonly Candidate[],
  decisive: Observation | null,
  absent: readonly Absence[],
): readonly Assumption[] {
  const assumptions: Assumption[] = [];
  if (decisive !== null && decisive.effects.assumed > 0) assumptions.push(grantedHandler);
  if (decisive !== null && keepsRepeats(baseline, decisive))
    assumptions.push({
      id: 'repeats-as-sent',
      text: 'a request that may repeat a refused one, and does not say so, is sent all the same when that one succeeds',
    });
  const stopped = involved.some((one) => one.kind === 'agent_stopped');
  if (stopped && involved.length > 1 && ownRefusals(baseline.factual, predicate).length > 0)
    assumptions.push({
      id: 'silence-given',
      text: 'an agent that was refused and then fell silent did not fall silent because it was refused',
    });
  for (const span of new Set(absent.flatMap((one) => one.assumed)))
    assumptions.push({ id: 'assumed-complete', text: `assumed complete: ${span}` });
  return assumptions;
}

/** Whether a request that passes only now was followed by one that looks like its repeat. */
function keepsRepeats({ cone, factual }: Baseline, decisive: Observation): boolean {
  const latest = new Map<string, { readonly ref: string; readonly at: number }>();
  for (const { fact } of cone.requests) {
    const { ref, at, method, route, path } = fact.arrival;
    const key = JSON.stringify([callerOf(fact.arrival), method, route ?? path.split('?', 1)[0]]);
    const before = latest.get(key);
    latest.set(key, { ref, at });
    if (before === undefined || fact.retryOf !== null || at - before.at > repeatWithinMs) continue;
    if (decisive.passed.has(before.ref) && !factual.passed.has(before.ref)) return true;
  }
  return false;
}
