import type { Candidate, NamedChange } from '../cause-model.ts';
import { type Attempt, notRun, outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

const placebosLeast = 2;
const placebosMax = 3;

/** T4: do changes of the same sort, to something that the cone reads, leave the symptom as it is? */
export function placeboTest(trial: Trial, candidate: Candidate): Outcome {
  const tried: { readonly placebo: NamedChange; readonly attempt: Attempt }[] = [];
  for (const placebo of candidate.placebos) {
    if (tried.length === placebosMax) break;
    const attempt = trial.under([placebo]);
    if (attempt === null) return outOfBudget;
    if (isRead(trial, placebo, attempt)) tried.push({ placebo, attempt });
  }
  if (tried.length < placebosLeast) return notRun('there are not two changes that the cone reads to try');
  const flipped = tried.filter(({ attempt }) => attempt.shown.holds !== trial.factual.holds);
  const texts = (flipped.length > 0 ? flipped : tried).map(({ placebo }) => placebo.text).join('; or ');
  return {
    holds: flipped.length === 0,
    digest: tried[0]?.attempt.seen.digest ?? null,
    text: flipped.length === 0 ? `nothing changes when we ${texts}` : `the symptom also goes when we ${texts}`,
  };
}

/** A change that no event reads proves nothing: the record must be one that was read, a request one that was judged. */
function isRead({ baseline }: Trial, placebo: NamedChange, attempt: Attempt): boolean {
  const edited = placebo.edits.every((edit) =>
    baseline.cone.configuration.lookup(edit.section, edit.key, edit.from).reads.some((ref) => baseline.reads.has(ref)),
  );
  const refused = new Set(attempt.seen.refusals.map((refusal) => refusal.ref));
  const judged = placebo.inserted.every(({ ref }) => attempt.seen.passed.has(ref) || refused.has(ref));
  return edited && judged && placebo.edits.length + placebo.inserted.length > 0;
}
