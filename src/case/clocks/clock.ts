import type { Micros } from '../../base/time.ts';

/** The clock that all others are told against: the control plane's, as requests and audit records have it. */
export const reference = 'control-plane';

/** Microseconds; infinite where nothing bounds it. Empty where `lo > hi`. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const everywhere: Interval = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
export const meet = (a: Interval, b: Interval): Interval => ({ lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) });
export const isBounded = ({ lo, hi }: Interval): boolean => Number.isFinite(lo) && Number.isFinite(hi);

/** A time between two clocks that no network and no handler is taken to need: what is nearer than that happened together. */
export const togetherUs = 1_000_000;

/** A clock that nobody sets runs fast or slow by no more than this over the evidence. */
export const driftMostUs = 500_000;

/** Messages that take longer than this are given up by who sent them: no delay looks like a step of that size. */
export const delayMostUs = 30_000_000;

/** A record, by its number; `rank` is its member's place in evidence order, so that ties do not turn on what was read first. */
export interface Place {
  readonly n: number;
  readonly rank: number;
  readonly off: number;
}

export const comparePlaces = (a: Place, b: Place): number => a.rank - b.rank || a.off - b.off || a.n - b.n;

/** A stretch in which a clock ran evenly. Offset: what it showed minus what the reference showed. */
export interface Epoch {
  /** In the reference's time, the stretch in which it began, by a step; null for the first. */
  readonly began: Interval | null;
  readonly offset: Interval;
  /** What its records are moved by: 0 where the offset may be 0 or is not known. */
  readonly correction: Micros;
  /** The records that the bounds rest on, at most two. */
  readonly places: readonly Place[];
}

/**
 * `known`: its offset has two bounds. `unbounded`: it has not. `stepped`: one offset does not do for all records; `epochs` has
 * one for each stretch. `contradictory`: none does, and where it changed cannot be told.
 */
export type ClockState = 'known' | 'unbounded' | 'stepped' | 'contradictory';

export interface Clock {
  readonly name: string;
  readonly state: ClockState;
  /** One, or several in order where it stepped. */
  readonly epochs: readonly Epoch[];
}
