import type { Change } from '../cause-model.ts';
import { notRun, outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/**
 * T5: does the repair help whatever is uncertain in the cone? That is the order at equal times; clocks between hosts are
 * taken as they are.
 */
export function robustnessTest(trial: Trial, repair: readonly Change[], necessary: Outcome): Outcome {
  if (necessary.holds !== true) return notRun('only a repair that helps can be robust');
  const { ties } = trial.baseline;
  if (ties === 0) return { holds: true, digest: null, text: 'nothing in the cone is uncertain: one corner' };
  const factual = trial.turnedRound([]);
  const repaired = trial.turnedRound(repair);
  if (factual === null || repaired === null) return outOfBudget;
  const holds = factual.shown.holds === true && repaired.shown.holds === false;
  const text = holds
    ? `holds in both orders of the ${ties} equal times in the cone`
    : `does not hold when the ${ties} equal times in the cone are turned round`;
  return { holds, digest: repaired.seen.digest, text };
}
