import type { Candidate } from '../cause-model.ts';
import { outOfBudget, partsOf, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** T3: with every suspect repaired, and this fault alone put back, does the symptom return? */
export function sufficiencyTest(trial: Trial, candidate: Candidate, others: readonly Candidate[]): Outcome {
  const again = trial.under([...partsOf(others), ...candidate.parts, candidate.rebreak]);
  if (again === null) return outOfBudget;
  const { holds, count } = again.shown;
  const text =
    holds === true
      ? `${candidate.rebreak.text}: the symptom is back (${count})`
      : `${candidate.rebreak.text}: the symptom does not come back`;
  return { holds, digest: again.seen.digest, text };
}
