import { compareText } from '../../base/order.ts';
import { agreeing, voiceOf } from './agreement.ts';
import type { Pair, Slice } from './anchors.ts';
import { type Constraint, offsetBounds } from './bounds.ts';
import { type Clock, type Epoch, everywhere, type Interval, meet, reference, togetherUs } from './clock.ts';
import { type Stretch, stretchesOf, type Testimony } from './epochs.ts';
import { offsetAt } from './placing.ts';

/**
 * Offsets of all clocks to the reference. `hosts` are those that requests are received by: unless the audit shows that such a
 * clock is off, it is the reference itself. Pairs come by clock.
 */
export function solveClocks(pairs: readonly Pair[], hosts: ReadonlySet<string>): readonly Clock[] {
  const own = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const list = own.get(pair.clock);
    if (list === undefined) own.set(pair.clock, [pair]);
    else list.push(pair);
  }
  const known = new Map<string, Clock>();
  for (const name of [...own.keys()].filter((one) => hosts.has(one)).sort(compareText))
    known.set(
      name,
      clockOf(name, own.get(name) as Pair[], () => even),
    );
  const hostOffset: OffsetOf = (other, at) => {
    if (other === reference) return even;
    if (!hosts.has(other)) return null;
    const clock = known.get(other);
    return clock === undefined || isReference(clock) ? even : offsetAt(clock, at);
  };
  for (const name of [...own.keys()].filter((one) => !hosts.has(one)).sort(compareText))
    known.set(name, clockOf(name, own.get(name) as Pair[], hostOffset));
  const between = pairs.filter(({ clock, other }) => !hosts.has(clock) && !hosts.has(other) && other !== reference);
  return narrowed(
    [...known.values()].sort((a, b) => compareText(a.name, b.name)),
    between,
  );
}

const even: Interval = { lo: 0, hi: 0 };
type OffsetOf = (other: string, at: number) => Interval | null;

/** Nothing shows that it is not the reference. */
const isReference = ({ state, epochs }: Clock): boolean =>
  state === 'unbounded' || (state === 'known' && epochs.every(({ correction }) => correction === 0));

/** From what a clock's records have to do with clocks that are known. */
function clockOf(name: string, pairs: readonly Pair[], offsetOf: OffsetOf): Clock {
  const slices = pairs
    .flatMap(({ other, slices: list }) => list.map((slice) => ({ other, slice })))
    .filter(({ other, slice }) => isSame(offsetOf(other, slice.from), offsetOf(other, slice.to)))
    .sort((a, b) => a.slice.from - b.slice.from || a.slice.to - b.slice.to || compareText(a.other, b.other));
  const certain = slices.map(({ other, slice }) =>
    testimony(slice, slice.least, slice.most, offsetOf(other, slice.from)),
  );
  const agreed = agreeing(slices.map(({ slice }) => voiceOf(slice)));
  const heard = new Set(agreed?.flat());
  // Bounds hold whatever else does; what agrees is believed where it does not contradict them.
  const together = slices.map(({ other, slice }, index) => {
    const one = certain[index] as Testimony;
    const voice = heard.has(index) ? voiceOf(slice) : null;
    if (voice === null) return one;
    const place = slice.prompt?.place ?? slice.lowest?.place ?? null;
    const shift = offsetOf(other, slice.from) ?? even;
    return {
      ...one,
      offset: meet(one.offset, { lo: voice.lo + shift.lo, hi: voice.hi + shift.hi }),
      least: one.least ?? place,
      most: one.most ?? place,
    };
  });
  const found = (agreed === null ? null : stretchesOf(together)) ?? stretchesOf(certain);
  if (found === null) return { name, state: 'contradictory', epochs: [nothing] };
  return { name, state: stateOf(found), epochs: found.map(epochOf) };
}

const isSame = (a: Interval | null, b: Interval | null): boolean =>
  a !== null && b !== null && a.lo === b.lo && a.hi === b.hi;

const stateOf = (stretches: readonly { readonly offset: Interval }[]): Clock['state'] => {
  const { lo, hi } = (stretches[0] as { offset: Interval }).offset;
  if (stretches.length > 1) return 'stepped';
  return Number.isFinite(lo) && Number.isFinite(hi) ? 'known' : 'unbounded';
};

/** In the reference's time: the other's offset is between two bounds. */
function testimony(slice: Slice, least: Slice['least'], most: Slice['most'], other: Interval | null): Testimony {
  const shift = other ?? even;
  const offset = {
    lo: least === null ? everywhere.lo : least.value + shift.lo,
    hi: most === null ? everywhere.hi : most.value + shift.hi,
  };
  return {
    from: slice.from - shift.hi,
    to: slice.to - shift.lo,
    offset,
    certain: offset,
    least: least?.place ?? null,
    most: most?.place ?? null,
  };
}

const epochOf = ({ began, offset, certain, places }: Stretch): Epoch => ({
  began,
  offset,
  correction: correctionOf(offset, certain),
  places,
});

const nothing: Epoch = { began: null, offset: everywhere, correction: 0, places: [] };

/**
 * What a clock's records are moved by: the least that puts causes before their effects, where causes bound it on both sides. Where
 * one side is bounded by agreement alone, near the other, which is that of the message that took the least time; where both are,
 * the middle between them. A little inside the interval, since the digits that a time was cut to are part of it.
 */
export function correctionOf(offset: Interval, certain: Interval): number {
  const { lo, hi } = offset;
  if (!Number.isFinite(lo) || !Number.isFinite(hi) || (lo <= 0 && hi >= 0)) return 0;
  const half = Math.floor((hi - lo) / 2);
  const inside = Math.min(half, insideUs);
  const [isLoCertain, isHiCertain] = [certain.lo === lo, certain.hi === hi];
  if (!isLoCertain && !isHiCertain) return lo + half;
  const isNearLo = isLoCertain && isHiCertain ? lo > 0 : isLoCertain;
  return isNearLo ? lo + inside : hi - inside;
}
const insideUs = togetherUs / 100;

/** What clocks say of each other narrows their offsets. Where it contradicts, one of them is not what it seems: none is believed. */
function narrowed(clocks: readonly Clock[], between: readonly Pair[]): readonly Clock[] {
  if (between.length === 0) return clocks;
  const nodes = new Map<string, number>();
  const nodeOf = (name: string, epoch: number): number => {
    const key = `${epoch} ${name}`;
    const node = nodes.get(key) ?? nodes.size + 1;
    nodes.set(key, node);
    return node;
  };
  const constraints: Constraint[] = [];
  const byName = new Map(clocks.map((clock) => [clock.name, clock]));
  for (const { name, state, epochs } of clocks) {
    if (state === 'contradictory') continue;
    epochs.forEach(({ offset }, epoch) => {
      const node = nodeOf(name, epoch);
      if (Number.isFinite(offset.hi)) constraints.push({ from: 0, to: node, most: offset.hi });
      if (Number.isFinite(offset.lo)) constraints.push({ from: node, to: 0, most: 0 - offset.lo });
    });
  }
  for (const { clock, other, slices } of between) {
    const [a, b] = [byName.get(clock), byName.get(other)];
    // Which epoch a record is of takes more than its own time; between clocks that stepped nothing is concluded.
    if (a?.state === 'contradictory' || b?.state === 'contradictory') continue;
    if ((a?.epochs.length ?? 1) > 1 || (b?.epochs.length ?? 1) > 1) continue;
    const [from, to] = [nodeOf(other, 0), nodeOf(clock, 0)];
    for (const { least, most } of slices) {
      if (most !== null) constraints.push({ from, to, most: most.value });
      if (least !== null) constraints.push({ from: to, to: from, most: 0 - least.value });
    }
  }
  const bounds = offsetBounds(nodes.size + 1, constraints);
  if (bounds === null) {
    const doubted = new Set(between.flatMap(({ clock, other }) => [clock, other]));
    return clocks.map((clock) =>
      doubted.has(clock.name) ? { name: clock.name, state: 'contradictory', epochs: [nothing] } : clock,
    );
  }
  const names = new Set([...clocks.map(({ name }) => name), ...between.map(({ other }) => other)]);
  return [...names].sort(compareText).map((name) => {
    const clock = byName.get(name) ?? {
      name,
      state: 'unbounded' as const,
      epochs: [nothing],
    };
    if (clock.state === 'contradictory' || clock.state === 'stepped') return clock;
    const offset = bounds[nodeOf(name, 0)] ?? everywhere;
    const epochs = clock.epochs.map((epoch) =>
      epoch.offset.lo === offset.lo && epoch.offset.hi === offset.hi
        ? epoch
        : epochOf({ ...epoch, offset, certain: offset }),
    );
    return { name, state: stateOf(epochs), epochs };
  });
}
