import { driftMostUs, everywhere, type Interval, isBounded, meet, type Place, togetherUs } from './clock.ts';

/** What the evidence of one stretch of the reference's time says of an offset. */
export interface Testimony {
  readonly from: number;
  readonly to: number;
  readonly offset: Interval;
  /** Of it, what holds without an assumption. */
  readonly certain: Interval;
  /** The records of its two bounds. */
  readonly least: Place | null;
  readonly most: Place | null;
}

export interface Stretch {
  readonly began: Interval | null;
  readonly offset: Interval;
  readonly certain: Interval;
  readonly places: readonly Place[];
}

/** Null: no few offsets satisfy all of it, or those that do are not told by it. */
export type Stretches = readonly Stretch[] | null;

const stretchesMost = 8;

/**
 * The fewest offsets, one after the other, that satisfy all testimonies, but for what a clock may drift. One is what a clock
 * shows that nobody set, and may be unbounded. Of several each must be bounded by what surely belongs to it, and differ from the one before by more than records
 * of one moment may: else the testimonies are taken to contradict each other.
 */
export function stretchesOf(all: readonly Testimony[]): Stretches {
  const torn = all.filter(({ offset }) => isTorn(offset));
  const list = all.filter(({ offset }) => !isTorn(offset)).sort((a, b) => a.from - b.from || a.to - b.to);
  const late = cutsFrom(list);
  if (late.length >= stretchesMost) return null;
  const early = cutsFrom([...list].reverse())
    .map((cut) => list.length - cut)
    .reverse();

  // A step lies between where it must have happened, looking from the end, and where it must, looking from the beginning.
  const stretches: Stretch[] = [];
  for (let index = 0; index <= late.length; index++) {
    const sure = list.slice(index === 0 ? 0 : late[index - 1], early[index] ?? list.length);
    stretches.push({
      ...boundsOf(sure),
      began:
        index === 0
          ? null
          : {
              lo: (list[(early[index - 1] as number) - 1] as Testimony).from,
              hi: (list[late[index - 1] as number] as Testimony).to,
            },
    });
  }
  if (torn.some((one) => !stretches.some(({ began }) => began !== null && began.lo <= one.to && one.from <= began.hi)))
    return null;
  if (stretches.length === 1) return stretches;
  if (!stretches.every(({ offset }) => isBounded(offset))) return null;
  const isEach = stretches.every((one, index) => index === 0 || areApart(one, stretches[index - 1] as Stretch));
  return isEach ? stretches : null;
}

const areApart = ({ offset: a }: Stretch, { offset: b }: Stretch): boolean =>
  Math.max(a.lo - b.hi, b.lo - a.hi) >= togetherUs;

const isTorn = ({ lo, hi }: Interval): boolean => lo - hi > driftMostUs;

/** Of a clock that drifts, what holds at every moment, whichever way it drifts. */
const widened = ({ lo, hi }: Interval): Interval =>
  lo <= hi ? { lo, hi } : { lo: lo - driftMostUs, hi: hi + driftMostUs };

/** Where, going through the list, one offset does no longer do and another begins. */
function cutsFrom(list: readonly Testimony[]): readonly number[] {
  const cuts: number[] = [];
  let open: Interval = everywhere;
  list.forEach(({ offset }, index) => {
    open = meet(open, offset);
    if (!isTorn(open)) return;
    cuts.push(index);
    open = offset;
  });
  return cuts;
}

function boundsOf(list: readonly Testimony[]): Omit<Stretch, 'began'> {
  let offset: Interval = everywhere;
  let certain: Interval = everywhere;
  let least: Place | null = null;
  let most: Place | null = null;
  for (const one of list) {
    if (one.offset.lo > offset.lo) least = one.least;
    if (one.offset.hi < offset.hi) most = one.most;
    offset = meet(offset, one.offset);
    certain = meet(certain, one.certain);
  }
  const places = [least, most].filter((place): place is Place => place !== null);
  return {
    offset: widened(offset),
    certain: widened(certain),
    places: places.filter((place, index) => places.findIndex((one) => one.n === place.n) === index),
  };
}
