import type { Micros } from '../../base/time.ts';
import { type Clock, type Epoch, type Interval, meet } from './clock.ts';

/** The stretch of the reference's time in which a clock may have shown this, if it was in that epoch. */
export const trueTime = (own: Micros, { lo, hi }: Interval): Interval => ({ lo: own - hi, hi: own - lo });

/** The epochs that a record may be of, by its own time alone: more than one where a clock was set back and showed a time twice. */
export function epochsAt(clock: Clock, own: Micros): readonly number[] {
  const found: number[] = [];
  clock.epochs.forEach((epoch, index) => {
    const next = clock.epochs[index + 1];
    const within: Interval = {
      lo: epoch.began?.lo ?? Number.NEGATIVE_INFINITY,
      hi: next?.began?.hi ?? Number.POSITIVE_INFINITY,
    };
    const { lo, hi } = meet(trueTime(own, epoch.offset), within);
    if (lo <= hi) found.push(index);
  });
  return found;
}

/** Null where it cannot be told. */
export function offsetAt(clock: Clock, own: Micros): Interval | null {
  if (clock.state === 'contradictory') return null;
  const found = epochsAt(clock, own);
  return found.length === 1 ? (clock.epochs[found[0] as number] as Epoch).offset : null;
}

/**
 * The order in which a member has its records tells more than their times: where the time goes back by about a step, the clock
 * was set back. Numbers of the records at which a later epoch begins, of `drops` in the member's order; null where the drops do
 * not fit the clock's steps.
 */
export function turnsOf(
  clock: Clock,
  drops: readonly { readonly n: number; readonly by: number }[],
): readonly number[] | null {
  const back = clock.epochs.flatMap((epoch, index) => {
    const before = clock.epochs[index - 1];
    if (before === undefined || epoch.offset.lo >= before.offset.lo) return [];
    return [{ index, by: before.offset.lo - epoch.offset.hi }];
  });
  if (back.length !== clock.epochs.length - 1 || drops.length !== back.length) return null;
  // Records stand apart in time, which makes a drop smaller than the step.
  return drops.every(({ by }, at) => 2 * by >= (back[at] as { by: number }).by) ? drops.map(({ n }) => n) : null;
}
