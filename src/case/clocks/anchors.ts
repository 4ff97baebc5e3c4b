import { compareText } from '../../base/order.ts';
import type { Micros } from '../../base/time.ts';
import { comparePlaces, type Place } from './clock.ts';

/**
 * What one pair of records says of a clock's offset to another: `offset = own - at` at the moment that both belong to. A cause
 * before its effect gives one bound, which holds whatever else does. Two records of one moment, `together`, give a stretch that
 * holds if they are of one moment; it counts only where several agree.
 */
export interface Anchor {
  readonly clock: string;
  readonly own: Micros;
  readonly other: string;
  readonly at: Micros;
  readonly least?: number;
  readonly most?: number;
  /** `late`: the other's record may be much later, as a message is that was held up; never earlier. */
  readonly together?: { readonly lo: number; readonly hi: number; readonly late: boolean };
  readonly place: Place;
}

/** A bound and the record that gives it. */
export interface Bound {
  readonly value: number;
  readonly place: Place;
}

export interface Together {
  readonly lo: number;
  readonly hi: number;
  readonly place: Place;
}

/** What the anchors of a slice of the other's time come to. */
export interface Slice {
  /** First and last anchor, in the other's time. */
  from: Micros;
  to: Micros;
  least: Bound | null;
  most: Bound | null;
  /** Of those that may be late, the one that was least so. */
  prompt: Together | null;
  /** Of those that may be early or late: the extremes. */
  lowest: Together | null;
  highest: Together | null;
}

/** The anchors between two clocks, in the order of the other's time. */
export interface Pair {
  readonly clock: string;
  readonly other: string;
  readonly slices: readonly Slice[];
}

export interface AnchorCollector {
  readonly add: (anchor: Anchor) => void;
  /** By clock, then by other clock. */
  readonly pairs: () => readonly Pair[];
}

/** Slices begin at a second and grow until a pair has no more of them than its share. */
const slicesMost = 32_768;
const slicesOfPair = { least: 16, most: 128 } as const;
const sliceUs = 1_000_000;
/** More would not be counted exactly. */
const differenceMost = 2 ** 52;
/** The first so many by name are looked at. */
export const pairsMost = 2_048;

interface Open {
  readonly clock: string;
  readonly other: string;
  width: number;
  slices: Map<number, Slice>;
}

/**
 * Keeps of any number of anchors the tightest in each slice of time. What comes out is the same for every order in which
 * they come.
 */
export function createAnchorCollector(): AnchorCollector {
  const open = new Map<string, Map<string, Open>>();
  let size = 0;
  /** The last pair that may still be looked at. */
  let last: readonly [string, string] | null = null;

  const all = (): Open[] =>
    [...open.values()]
      .flatMap((others) => [...others.values()])
      .sort((a, b) => compareText(a.clock, b.clock) || compareText(a.other, b.other));

  const share = (): number =>
    Math.max(slicesOfPair.least, Math.min(slicesOfPair.most, Math.floor(slicesMost / Math.min(size, pairsMost))));

  function trim(most: number): void {
    if (size <= most) return;
    const sorted = all();
    const { clock, other } = sorted[pairsMost - 1] as Open;
    last = [clock, other];
    for (const pair of sorted.slice(pairsMost)) open.get(pair.clock)?.delete(pair.other);
    size = pairsMost;
  }

  function pairOf(clock: string, other: string): Open | null {
    let others = open.get(clock);
    const known = others?.get(other);
    if (known !== undefined) return known;
    if (last !== null && (compareText(clock, last[0]) || compareText(other, last[1])) > 0) return null;
    if (others === undefined) {
      others = new Map();
      open.set(clock, others);
    }
    const pair: Open = { clock, other, width: sliceUs, slices: new Map() };
    others.set(other, pair);
    size += 1;
    trim(2 * pairsMost);
    return pair;
  }

  return {
    add(anchor) {
      // A time that no clock shows says nothing of one.
      if (Math.abs(anchor.own - anchor.at) > differenceMost) return;
      const pair = pairOf(anchor.clock, anchor.other);
      if (pair === null) return;
      const key = Math.floor(anchor.at / pair.width);
      const slice = pair.slices.get(key);
      if (slice === undefined) pair.slices.set(key, sliceOf(anchor));
      else take(slice, anchor);
      if (slice === undefined) coarsen(pair, share());
    },
    pairs() {
      trim(pairsMost);
      return all().map((pair) => {
        coarsen(pair, share());
        const { clock, other, slices } = pair;
        const keys = [...slices.keys()].sort((a, b) => a - b);
        return { clock, other, slices: keys.map((key) => slices.get(key) as Slice) };
      });
    },
  };
}

function coarsen(pair: Open, most: number): void {
  while (pair.slices.size > most) {
    pair.width *= 2;
    const wider = new Map<number, Slice>();
    for (const [key, slice] of pair.slices) {
      const at = Math.floor(key / 2);
      const known = wider.get(at);
      if (known === undefined) wider.set(at, slice);
      else merge(known, slice);
    }
    pair.slices = wider;
  }
}

function sliceOf(anchor: Anchor): Slice {
  const { at } = anchor;
  const slice: Slice = { from: at, to: at, least: null, most: null, prompt: null, lowest: null, highest: null };
  take(slice, anchor);
  return slice;
}

function take(slice: Slice, { at, least, most, together, place }: Anchor): void {
  if (at < slice.from) slice.from = at;
  if (at > slice.to) slice.to = at;
  if (least !== undefined && isHigher(least, place, slice.least)) slice.least = { value: least, place };
  if (most !== undefined && isLower(most, place, slice.most)) slice.most = { value: most, place };
  if (together === undefined) return;
  const { lo, hi } = together;
  if (together.late) slice.prompt = later(slice.prompt, { lo, hi, place });
  else {
    slice.lowest = earlier(slice.lowest, { lo, hi, place });
    slice.highest = later(slice.highest, { lo, hi, place });
  }
}

function merge(into: Slice, { from, to, least, most, prompt, lowest, highest }: Slice): void {
  into.from = Math.min(into.from, from);
  into.to = Math.max(into.to, to);
  if (least !== null && isHigher(least.value, least.place, into.least)) into.least = least;
  if (most !== null && isLower(most.value, most.place, into.most)) into.most = most;
  if (prompt !== null) into.prompt = later(into.prompt, prompt);
  if (lowest !== null) into.lowest = earlier(into.lowest, lowest);
  if (highest !== null) into.highest = later(into.highest, highest);
}

const isHigher = (value: number, place: Place, than: Bound | null): boolean =>
  than === null || value > than.value || (value === than.value && comparePlaces(place, than.place) < 0);
const isLower = (value: number, place: Place, than: Bound | null): boolean =>
  than === null || value < than.value || (value === than.value && comparePlaces(place, than.place) < 0);

function later(a: Together | null, b: Together): Together {
  if (a === null) return b;
  return (b.lo - a.lo || a.hi - b.hi || comparePlaces(a.place, b.place)) <= 0 ? a : b;
}

function earlier(a: Together | null, b: Together): Together {
  if (a === null) return b;
  return (a.hi - b.hi || a.lo - b.lo || comparePlaces(a.place, b.place)) <= 0 ? a : b;
}
