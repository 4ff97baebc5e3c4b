import type { Millis } from '../../base/time.ts';
import type { Move } from './tally.ts';

/** A change of state of one entity, as observed or as predicted. */
export interface Transition {
  readonly at: Millis;
  readonly type: string;
  readonly entity: string;
  readonly ref: string;
}

export interface AlignedTransition {
  readonly move: Exclude<Move, 'critical' | 'unobservable'>;
  readonly observed: Transition | null;
  readonly predicted: Transition | null;
}

/**
 * Pairs the transitions of one entity, both sides in time order: the same type, no further apart than `reach`. A pair
 * whose times differ by more than `tolerance` is a minor mismatch. Pairs never cross.
 */
export function alignTransitions(
  observed: readonly Transition[],
  predicted: readonly Transition[],
  tolerance: Millis,
  reach: Millis,
): readonly AlignedTransition[] {
  const aligned: AlignedTransition[] = [];
  let [left, right] = [0, 0];
  for (;;) {
    const seen = observed[left];
    const told = predicted[right];
    if (seen === undefined && told === undefined) return aligned;
    if (seen !== undefined && told !== undefined) {
      const apart = Math.abs(seen.at - told.at);
      if (seen.type === told.type && apart <= reach) {
        aligned.push({ move: apart <= tolerance ? 'match' : 'minor', observed: seen, predicted: told });
        left++;
        right++;
        continue;
      }
    }
    if (told === undefined || (seen !== undefined && seen.at <= told.at)) {
      aligned.push({ move: 'observed_only', observed: seen ?? null, predicted: null });
      left++;
    } else {
      aligned.push({ move: 'predicted_only', observed: null, predicted: told });
      right++;
    }
  }
}
