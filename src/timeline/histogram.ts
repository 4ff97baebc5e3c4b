import type { Micros } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { countsAt, zoomOf } from './zoom.ts';

/** Counts of events over equal slices of the evidence's span. */
export interface Histogram {
  readonly from: Micros;
  readonly to: Micros;
  /** What is counted: refusals and failures where there are any, else every event. */
  readonly of: 'failures' | 'events';
  readonly counts: readonly number[];
}

/** Counts are had for whole seconds, minutes and the like: so many of them for each slice, so that few lie over a border. */
const finer = 16;

/** Of the dated events; null where there are none. */
export function histogram(reader: CaseReader, slices: number): Histogram | null {
  const span = reader.span();
  if (span === null) return null;
  const zoom = zoomOf(span, slices * finer);
  const { ok, none, refused, failure } = countsAt(reader, zoom);
  const events = new Array<number>(slices).fill(0);
  const failures = new Array<number>(slices).fill(0);
  const length = span.to - span.from + 1;
  for (let fine = 0; fine < zoom.slices; fine++) {
    const middle = zoom.from + (fine + 0.5) * zoom.width_us;
    const slice = Math.min(slices - 1, Math.max(0, Math.floor(((middle - span.from) * slices) / length)));
    const failed = (refused[fine] ?? 0) + (failure[fine] ?? 0);
    failures[slice] = (failures[slice] ?? 0) + failed;
    events[slice] = (events[slice] ?? 0) + (ok[fine] ?? 0) + (none[fine] ?? 0) + failed;
  }
  return failures.some((count) => count > 0)
    ? { ...span, of: 'failures', counts: failures }
    : { ...span, of: 'events', counts: events };
}
