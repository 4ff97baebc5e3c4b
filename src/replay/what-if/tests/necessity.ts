import type { Candidate } from '../cause-model.ts';
import { outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** T1: does the repair remove the symptom? `relief` is the share that it took away, per mille. */
export function necessityTest(trial: Trial, candidate: Candidate): Outcome & { readonly relief: number } {
  const repaired = trial.under(candidate.parts);
  if (repaired === null) return { ...outOfBudget, relief: 0 };
  const { holds, count } = repaired.shown;
  const before = trial.factual.count;
  return {
    holds: holds === null ? null : !holds,
    digest: repaired.seen.digest,
    text:
      holds === false
        ? 'with the repair the symptom is gone'
        : holds === null
          ? 'whether the repair helps turns on something unknown'
          : `with the repair the symptom stays (${count})`,
    relief: before === 0 ? 0 : Math.max(0, Math.floor((1000 * (before - count)) / before)),
  };
}
