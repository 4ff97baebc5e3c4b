import { compareTiesReversed } from '../../kernel/index.ts';
import type { Change } from '../cause-model.ts';
import { type Corner, notRun, outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** What is uncertain in the cone, one corner for each way in which it may have been otherwise. */
function cornersOf({ baseline }: Trial): { readonly ties: readonly Corner[]; readonly clocks: readonly Corner[] } {
  const { ties, cone } = baseline;
  const hosts = cone.requests.filter(({ fact }) => fact.offset !== null).length;
  return {
    ties: ties === 0 ? [] : [{ name: `the ${ties} equal times in the cone turned round`, order: compareTiesReversed }],
    clocks:
      hosts === 0
        ? []
        : (['least', 'most'] as const).map((clocks) => ({
            name: `the clocks of ${hosts} requests off by the ${clocks} that they may have been`,
            clocks,
          })),
  };
}

/**
 * T5: does the repair help, or not help, whatever is uncertain in the cone? That is the order at equal times, and the times of
 * hosts whose clocks were off; clocks that nothing speaks against are taken as they are.
 */
export function robustnessTest(trial: Trial, repair: readonly Change[], necessary: Outcome): Outcome {
  if (necessary.holds === null) return notRun('only a repair whose effect is known can be robust');
  const { ties, clocks } = cornersOf(trial);
  const helps = necessary.holds;
  // A repair that does not help is weighed again only where clocks were off.
  const corners = helps ? [...ties, ...clocks] : clocks;
  if (corners.length === 0)
    return helps
      ? { holds: true, digest: null, text: 'nothing in the cone is uncertain: one corner' }
      : notRun('only a repair that helps can be robust');
  let digest: string | null = null;
  let held = 0;
  let failed: string | null = null;
  for (const corner of corners) {
    const factual = trial.inCorner([], corner);
    const repaired = trial.inCorner(repair, corner);
    if (factual === null || repaired === null) return outOfBudget;
    digest = repaired.seen.digest;
    if (factual.shown.holds === true && repaired.shown.holds === !helps) held += 1;
    else failed ??= corner.name;
  }
  const text =
    failed === null
      ? `holds with ${corners.map(({ name }) => name).join(', and with ')}`
      : `holds in ${held} of ${corners.length} corners, and not with ${failed}`;
  return { holds: failed === null, digest, text };
}
