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

/** A bound and the anchor that gives it. */
export interface Bound {
  readonly value: number;
  readonly own: Micros;
  readonly at: Micros;
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
  readonly from: Micros;
  readonly to: Micros;
  readonly least: Bound | null;
  readonly most: Bound | null;
  /** Of those that may be late, the one that was least so. */
  readonly prompt: Together | null;
  /** Of those that may be early or late: the extremes. */
  readonly lowest: Together | null;
  readonly highest: Together | null;
}

/** The anchors between two clocks, in the order of the other's time. */
export interface Pair {
  readonly clock: string;
  readonly other: string;
  readonly anchors: number;
  readonly slices: readonly Slice[];
}

export interface AnchorCollector {
  readonly add: (anchor: Anchor) => void;
  /** By clock, then by other clock. */
  readonly pairs: () => readonly Pair[];
  /** Whether there were more clocks than are looked at. */
  readonly isCut: () => boolean;
}

/** Slices begin at a second and grow until a pair has no more of them than this. */
const slicesMost = 128;
const sliceUs = 1_000_000;
/** More would not be counted exactly. */
const differenceMost = 2 ** 52;
/** The first so many by name are looked at. */
export const pairsMost = 2_048;

interface Open {
  readonly clock: string;
  readonly other: string;
  anchors: number;
  width: number;
  slices: Map<number, Slice>;
}

/**
 * Keeps of any number of anchors the tightest in each slice of time. What comes out is the same for every order in which
 * they come.
 */
export function createAnchorCollector(): AnchorCollector {
  const open = new Map<string, Open>();
  let beyond: string | null = null;

  function trim(most: number): void {
    if (open.size <= most) return;
    const names = [...open.keys()].sort(compareText);
    beyond = names[pairsMost] as string;
    for (const name of names.slice(pairsMost)) open.delete(name);
  }

  function add(anchor: Anchor): void {
    // A time that no clock shows says nothing of one.
    if (Math.abs(anchor.own - anchor.at) > differenceMost) return;
    const name = `${anchor.clock}\0${anchor.other}`;
    let pair = open.get(name);
    if (pair === undefined) {
      if (beyond !== null && compareText(name, beyond) >= 0) return;
      pair = { clock: anchor.clock, other: anchor.other, anchors: 0, width: sliceUs, slices: new Map() };
      open.set(name, pair);
      trim(2 * pairsMost);
    }
    pair.anchors += 1;
    put(pair.slices, Math.floor(anchor.at / pair.width), sliceOf(anchor));
    while (pair.slices.size > slicesMost) widen(pair);
  }

  return {
    add,
    pairs() {
      trim(pairsMost);
      return [...open.keys()].sort(compareText).map((name) => {
        const { clock, other, anchors, slices } = open.get(name) as Open;
        const keys = [...slices.keys()].sort((a, b) => a - b);
        return { clock, other, anchors, slices: keys.map((key) => slices.get(key) as Slice) };
      });
    },
    isCut: () => beyond !== null,
  };
}

function widen(pair: Open): void {
  pair.width *= 2;
  const wider = new Map<number, Slice>();
  for (const [key, slice] of pair.slices) put(wider, Math.floor(key / 2), slice);
  pair.slices = wider;
}

function put(slices: Map<number, Slice>, key: number, slice: Slice): void {
  const known = slices.get(key);
  slices.set(key, known === undefined ? slice : merged(known, slice));
}

function sliceOf({ own, at, least, most, together, place }: Anchor): Slice {
  const known = together === undefined ? null : { lo: together.lo, hi: together.hi, place };
  const isLate = together?.late === true;
  return {
    from: at,
    to: at,
    least: least === undefined ? null : { value: least, own, at, place },
    most: most === undefined ? null : { value: most, own, at, place },
    prompt: isLate ? known : null,
    lowest: isLate ? null : known,
    highest: isLate ? null : known,
  };
}

const merged = (a: Slice, b: Slice): Slice => ({
  from: Math.min(a.from, b.from),
  to: Math.max(a.to, b.to),
  least: better(a.least, b.least, (x, y) => y.value - x.value),
  most: better(a.most, b.most, (x, y) => x.value - y.value),
  prompt: better(a.prompt, b.prompt, (x, y) => y.lo - x.lo || x.hi - y.hi),
  lowest: better(a.lowest, b.lowest, (x, y) => x.hi - y.hi || x.lo - y.lo),
  highest: better(a.highest, b.highest, (x, y) => y.lo - x.lo || y.hi - x.hi),
});

function better<T extends { readonly place: Place }>(
  a: T | null,
  b: T | null,
  order: (a: T, b: T) => number,
): T | null {
  if (a === null || b === null) return a ?? b;
  return (order(a, b) || comparePlaces(a.place, b.place)) <= 0 ? a : b;
}
