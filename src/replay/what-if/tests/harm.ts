import { compareText } from '../../../base/order.ts';
import type { Observation } from '../../observation.ts';
import type { Candidate } from '../cause-model.ts';
import { outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** Refusals of one sort that make a symptom (causes.md, Symptoms). */
const refusalsLeast = 5;

/** T7: does the repaired run raise another symptom? It changes the advice, never the verdict. */
export function harmTest(trial: Trial, candidate: Candidate): Outcome {
  const repaired = trial.under(candidate.parts);
  if (repaired === null) return outOfBudget;
  const before = symptomsIn(trial.baseline.factual);
  const harm = [...symptomsIn(repaired.seen)]
    .filter(([sort, count]) => count >= leastOf(sort) && (before.get(sort) ?? 0) < leastOf(sort))
    .map(([sort, count]) => `${sort} (${count})`)
    .sort(compareText);
  return {
    holds: harm.length === 0,
    digest: repaired.seen.digest,
    text: harm.length === 0 ? 'the repair raises no other symptom' : `the repair reveals ${harm.join('; ')}`,
  };
}

const leastOf = (sort: string): number => (sort.endsWith(' offline') ? 1 : refusalsLeast);

/** How often a caller is refused with a code or limited, and an agent offline. */
function symptomsIn(seen: Observation): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (sort: string): void => void counts.set(sort, (counts.get(sort) ?? 0) + 1);
  for (const one of seen.refusals) add(`${one.code} for ${one.caller}`);
  for (const one of seen.transitions) if (one.type === 'agent.offline') add(`${one.entity} offline`);
  for (const [caller, count] of seen.limited) counts.set(`429 for ${caller}`, count);
  return counts;
}
