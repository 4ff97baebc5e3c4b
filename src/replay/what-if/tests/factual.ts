import type { Baseline } from '../baseline.ts';
import type { Outcome } from '../verdict.ts';

/** T0: does the unmodified replay show the symptom? */
export function factualTest({ factual, factualShown, grade }: Baseline): Outcome {
  const text =
    factualShown.holds === true
      ? `the replay shows the symptom (${factualShown.count}); grade ${grade}`
      : factualShown.holds === null
        ? 'what is not known could decide it either way'
        : 'the replay does not show the symptom';
  return { holds: factualShown.holds, digest: factual.digest, text };
}

/** T0': does a fresh worker, fed in another order, give the same digest? */
export function determinismTest({ factual, freshDigest }: Baseline): Outcome {
  if (freshDigest === null) return { holds: null, digest: null, text: 'not run a second time' };
  const holds = freshDigest === factual.digest;
  const text = holds
    ? 'a fresh worker, fed in another order, gives the same digest'
    : 'a fresh worker gives another digest';
  return { holds, digest: freshDigest, text };
}
