/** How events lie in time, at any zoom: counts by outcome in equal slices. */
import type { Micros } from '../base/time.ts';
import { type Outcome, outcomes } from '../base/vocabulary.ts';
import type { CaseReader, SliceCounts } from '../case/index.ts';
import type { Selector } from './filter/index.ts';

export interface Zoom {
  /** The beginning of the first slice. */
  readonly from: Micros;
  readonly width_us: number;
  readonly slices: number;
}

const secondUs = 1_000_000;
/** Widths that people read: parts of a second, then of a minute, an hour, a day. */
const widthsUs: readonly number[] = [
  ...[1, 10, 100, 1_000, 10_000, 100_000],
  ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
    (s) => s * secondUs,
  ),
];
const dayUs = 86_400 * secondUs;

/** At most `most` slices over a span, both ends included, that begin at whole multiples of their width. */
export function zoomOf(span: { readonly from: Micros; readonly to: Micros }, most: number): Zoom {
  const fits = (width: number): boolean => Math.floor(span.to / width) - Math.floor(span.from / width) < most;
  let width_us = widthsUs.find(fits) ?? dayUs;
  // Around 1970 a span lies in two slices, however wide they are.
  const whole = 2 * (Math.abs(span.from) + Math.abs(span.to));
  while (!fits(width_us) && width_us <= whole) width_us *= 2;
  const first = Math.floor(span.from / width_us);
  return { from: first * width_us, width_us, slices: Math.floor(span.to / width_us) - first + 1 };
}

/** Dated events in the slices, of those that pass. */
export function countsAt(reader: CaseReader, zoom: Zoom, selector?: Selector): SliceCounts {
  if (selector === undefined) return reader.countSlices(zoom);
  return selector.looks ? lookedCounts(reader, zoom, selector) : reader.countSlices({ ...zoom, where: selector.where });
}

const batch = 4_000;

/** Where the case cannot decide alone, every event that may pass is looked at. */
function lookedCounts(reader: CaseReader, { from, width_us, slices }: Zoom, selector: Selector): SliceCounts {
  const counts = Object.fromEntries(outcomes.map((one) => [one, new Array<number>(slices).fill(0)])) as Record<
    Outcome,
    number[]
  >;
  let query = { from, to: from + width_us * slices, where: selector.where, limit: batch };
  for (;;) {
    const rows = reader.events(query);
    for (const { ts, outcome } of selector.passing(rows)) {
      if (ts === null) continue;
      const slice = Math.floor((ts - from) / width_us);
      counts[outcome][slice] = (counts[outcome][slice] ?? 0) + 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return counts;
    query = { ...query, ...{ after: { n: last.n, kind: last.kind } } };
  }
}
