import type { ReasonCode } from '../../base/vocabulary.ts';
import type { Absence } from '../absence.ts';
import { auditCovers } from '../cone.ts';
import { type Observation, readingsOf } from '../observation.ts';
import type { Predicate } from '../predicate.ts';
import type { Candidate } from './cause-model.ts';
import type { Trial } from './trial.ts';
import type { Evaluation } from './verdict.ts';

/** What is not known on the way that decides: values that a check needed, changes that were not kept, requests that may be missing. */
export function unknownOf(
  trial: Trial,
  predicate: Predicate,
  candidate: Candidate,
  absent: readonly Absence[],
  blurred: Observation | null,
): Evaluation['unknown'] {
  const { baseline, asked } = trial;
  const reasons = new Set<ReasonCode>();
  const missing = new Set<string>();
  const blame = (seen: Observation, what: Predicate): void => {
    for (const reading of readingsOf(seen, what)) {
      reasons.add(reading.reason);
      missing.add(reading.missing);
    }
    if (reasons.size === 0) {
      reasons.add('not_captured');
      // Where the configuration as known gets it wrong, it is the changes of it that are missing.
      missing.add(baseline.own.tally.counts.critical > 0 && !auditCovers(baseline.cone) ? 'audit' : 'requests');
    }
  };
  const repaired = trial.under(candidate.parts);
  if (baseline.factualShown.holds === null) blame(baseline.factual, predicate);
  else if (repaired?.shown.holds === null) blame(repaired.seen, asked);
  else if (blurred !== null) blame(blurred, asked);
  if (baseline.factualShown.holds === true && baseline.grade === 'F1' && !auditCovers(baseline.cone)) {
    // What was in force before may have been another: the changes would tell.
    reasons.add('low_fidelity').add('not_captured');
    missing.add('audit');
  }
  for (const one of absent) {
    if (one.missing === null) continue;
    reasons.add('not_captured');
    missing.add(one.missing);
  }
  return { reasons: [...reasons], missing: [...missing] };
}
