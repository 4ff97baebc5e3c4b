import type { Grade } from '../../base/vocabulary.ts';
import type { Comparison } from './compare.ts';

/**
 * The grade of a factual replay for one symptom (replay.md 2.6). `own` compares the symptom's own traces, `cone` all
 * that can bear on it.
 */
export function gradeOf(reproduced: boolean | null, own: Comparison, cone: Comparison): Grade {
  if (reproduced === null) return 'F0';
  const { counts, refused } = own.tally;
  const wrong = counts.critical + counts.observed_only + counts.predicted_only;
  if (!reproduced || wrong > 0) return 'F1';
  // Without one match that a constant answer would have got wrong, nothing is proved.
  if (refused === 0) return 'F1';
  const around = cone.tally.counts;
  if (around.critical + around.observed_only + around.predicted_only > 0 || own.tally.counts.unobservable > 0)
    return 'F2';
  return around.minor === 0 && own.timing.max_ms === 0 ? 'F4' : 'F3';
}
