import type { Micros } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';

/** Counts of events over equal slices of the evidence's span. */
export interface Histogram {
  readonly from: Micros;
  readonly to: Micros;
  /** What is counted: refusals and failures where there are any, else every event. */
  readonly of: 'failures' | 'events';
  readonly counts: readonly number[];
}

/** One pass over the dated events; null where there are none. Throws on a case file whose views cannot be read. */
export function histogram(reader: CaseReader, slices: number): Histogram | null {
  const span = reader.span();
  if (span === null) return null;
  // Written into the text, since a bound number would arrive as a float and the slices would not be whole.
  const length = span.to - span.from + 1;
  const found = reader.sql(
    `SELECT (ts - ${span.from}) * ${slices} / ${length} AS slice, count(*) AS events,
            sum(outcome IN ('refused', 'failure')) AS failures
     FROM event WHERE ts BETWEEN ${span.from} AND ${span.to} GROUP BY slice`,
  );
  if (!found.ok) throw new Error(`histogram: ${found.error.why}`);
  const events = new Array<number>(slices).fill(0);
  const failures = new Array<number>(slices).fill(0);
  for (const [slice, all, failed] of found.value.rows) {
    events[Number(slice)] = Number(all);
    failures[Number(slice)] = Number(failed);
  }
  return failures.some((count) => count > 0)
    ? { ...span, of: 'failures', counts: failures }
    : { ...span, of: 'events', counts: events };
}
