import type { Observation } from '../../observation.ts';
import type { Candidate } from '../cause-model.ts';
import { choose, nameOf, notRun, outOfBudget, partsOf, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** Size of a contingency at most (replay.md 2.8, T6). */
const contingencyMax = 3;

/**
 * T6: where the repair alone does not help, with which other repairs does it, though these alone do not?
 * `blurred` is a run in which something unknown decides on that.
 */
export function contingencyTest(
  trial: Trial,
  candidate: Candidate,
  others: readonly Candidate[],
  suspectsIn: (observation: Observation) => readonly Candidate[],
  necessary: Outcome,
): { readonly outcome: Outcome; readonly contingency: readonly Candidate[]; readonly blurred: Observation | null } {
  if (necessary.holds !== false)
    return { outcome: notRun('the repair helps by itself'), contingency: [], blurred: null };
  // A repair that is not enough may show what stands behind it: that can be what has to be repaired as well.
  const known = new Set([candidate, ...others].map(nameOf));
  const repaired = trial.under(candidate.parts);
  const behind = repaired === null ? [] : suspectsIn(repaired.seen);
  const revealed = behind.filter((one) => !known.has(nameOf(one)));
  let blurred: Observation | null = null;
  const pool = [...others.map((other) => soonest(other, behind)), ...revealed];
  for (let size = 1; size <= Math.min(contingencyMax, pool.length); size++) {
    for (const set of choose(pool, size)) {
      const alone = trial.under(partsOf(set));
      const own = alone === null ? candidate : soonest(candidate, suspectsIn(alone.seen));
      const both = trial.under([...partsOf(set), ...own.parts]);
      if (alone === null || both === null) return { outcome: outOfBudget, contingency: [], blurred: null };
      if (alone.shown.holds === null || both.shown.holds === null) blurred ??= both.seen;
      if (alone.shown.holds !== true || both.shown.holds !== false) continue;
      const text = `it helps once ${set.map(nameOf).join(' and ')} is repaired as well`;
      return { outcome: { holds: true, digest: both.seen.digest, text }, contingency: set, blurred: null };
    }
  }
  const text =
    blurred === null
      ? 'no other repair makes it help'
      : 'whether another repair makes it help turns on something unknown';
  return { outcome: { holds: blurred === null ? false : null, digest: null, text }, contingency: [], blurred };
}

/** The same suspect as another run shows it, where it does harm sooner there: it has to be repaired from then on. */
function soonest(candidate: Candidate, shown: readonly Candidate[]): Candidate {
  const sooner = shown.find((one) => nameOf(one) === nameOf(candidate) && one.onset < candidate.onset);
  return sooner ?? candidate;
}
