import type { Candidate, NamedChange } from '../cause-model.ts';
import { choose, notRun, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** Above this many parts not every subset is tried: parts are left out one by one. */
const exhaustiveMax = 12;

/** T2: is every part of the repair needed? Also gives the parts that are. */
export function minimalityTest(
  trial: Trial,
  candidate: Candidate,
  necessary: Outcome,
): { readonly outcome: Outcome; readonly repair: readonly NamedChange[] } {
  const { parts } = candidate;
  if (necessary.holds !== true) return { outcome: notRun('only a repair that helps can be minimal'), repair: parts };
  if (parts.length === 1) {
    const text = 'the repair has one part, and is minimal by itself';
    return { outcome: { holds: true, digest: null, text }, repair: parts };
  }
  const repair = smallest(parts, (some) => trial.under(some)?.shown.holds === false);
  const enough = trial.under(repair);
  const text =
    repair.length === parts.length
      ? `each of the ${parts.length} parts of the repair is needed`
      : `of ${parts.length} parts ${repair.length} are needed: ${repair.map((part) => part.text).join('; ')}`;
  return {
    outcome: { holds: enough?.shown.holds === false, digest: enough?.seen.digest ?? null, text },
    repair,
  };
}

/** The smallest part that is enough; the whole where none is. Of many parts, one that none can be left out of. */
function smallest<T>(parts: readonly T[], enough: (parts: readonly T[]) => boolean): readonly T[] {
  if (parts.length <= exhaustiveMax) {
    for (let size = 1; size < parts.length; size++)
      for (const some of choose(parts, size)) if (enough(some)) return some;
    return parts;
  }
  let kept = parts;
  for (const part of parts) {
    const without = kept.filter((one) => one !== part);
    if (without.length > 0 && enough(without)) kept = without;
  }
  return kept;
}
