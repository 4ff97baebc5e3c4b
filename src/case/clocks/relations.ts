import type { Micros } from '../../base/time.ts';
import type { Anchor } from './anchors.ts';
import { type Place, togetherUs } from './clock.ts';

/**
 * How much later, or earlier, the moment may be that a time tells: exports differ in the digits below a millisecond, and one that
 * was cut to whole seconds lies somewhere in its second.
 */
export const slackOf = (us: Micros): number => (us % 1_000_000 === 0 ? 1_000_000 : 1_000);
export const slackOfBoth = (a: Micros, b: Micros): number => slackOf(a) + slackOf(b);

/** `own` happened first. `isPrompt`: and not long before, where nothing was held up. */
export function before(clock: string, own: Micros, other: string, at: Micros, place: Place, isPrompt: boolean): Anchor {
  const least = own - at - slackOfBoth(own, at);
  const together = { lo: least, hi: own - at + slackOfBoth(own, at) + togetherUs, late: true };
  return { clock, own, other, at, least, place, ...(isPrompt ? { together } : {}) };
}

/** `own` happened after. */
export const after = (clock: string, own: Micros, other: string, at: Micros, place: Place): Anchor => ({
  clock,
  own,
  other,
  at,
  most: own - at + slackOfBoth(own, at),
  place,
});

/** `own` happened in the time from `at` on for so long, or hardly outside of it. */
export function around(clock: string, own: Micros, other: string, at: Micros, lasted: number, place: Place) {
  const slack = slackOfBoth(own, at) + togetherUs;
  return {
    clock,
    own,
    other,
    at,
    together: { lo: own - at - lasted - slack, hi: own - at + slack, late: false },
    place,
  };
}
