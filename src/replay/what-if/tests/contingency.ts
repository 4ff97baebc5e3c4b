import type { Observation } from '../../observation.ts';
import type { Candidate } from '../cause-model.ts';
import type { SuspectsIn } from '../hearing.ts';
import { choose, nameOf, notRun, outOfBudget, partsOf, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** Size of a contingency at most (replay.md 2.8, T6). */
const contingencyMax = 3;

interface Contingency {
  readonly outcome: Outcome;
  readonly contingency: readonly Candidate[];
  /** The run in which it helps. */
  readonly helped: Observation | null;
  /** A run in which something unknown decides on that. */
  readonly blurred: Observation | null;
}

/** T6: where the repair alone does not help, with which other repairs does it, though these alone do not? */
export function contingencyTest(
  trial: Trial,
  candidate: Candidate,
  others: readonly Candidate[],
  suspectsIn: SuspectsIn,
  necessary: Outcome,
): Contingency {
  const none = { contingency: [], helped: null, blurred: null };
  if (necessary.holds !== false) return { ...none, outcome: notRun('the repair helps by itself') };
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
      if (alone === null || both === null) return { ...none, outcome: outOfBudget };
      if (alone.shown.holds === null || both.shown.holds === null) blurred ??= both.seen;
      if (alone.shown.holds !== true || both.shown.holds !== false) continue;
      const text = `it helps once ${set.map(nameOf).join(' and ')} is repaired as well`;
      return {
        outcome: { holds: true, digest: both.seen.digest, text },
        contingency: set,
        helped: both.seen,
        blurred: null,
      };
    }
  }
  const text =
    blurred === null
      ? 'no other repair makes it help'
      : 'whether another repair makes it help turns on something unknown';
  return { ...none, outcome: { holds: blurred === null ? false : null, digest: null, text }, blurred };
}

/** The same suspect as another run shows it, where it does harm sooner there: it has to be repaired from then on. */
function soonest(candidate: Candidate, shown: readonly Candidate[]): Candidate {
  const sooner = shown.find((one) => nameOf(one) === nameOf(candidate) && one.onset < candidate.onset);
  return sooner ?? candidate;
}
