import { formatMillis, type Millis, millisOf } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';

/** Whether the absence of records in a span is evidence, and on which assumption. */
export interface Absence {
  /** `<kind>@<from>/<to>` where it is none; null where it is. */
  readonly missing: string | null;
  /** Members that were taken as complete without saying so. */
  readonly assumed: readonly string[];
}

/**
 * Whether requests that are not there were not sent. Nothing follows from the absence of records where they were not kept (evidence.md, *manifest.json*): the span must be
 * covered, and more records must be absent than the members have gaps.
 */
export function absenceOf(reader: CaseReader, from: Millis, to: Millis, absent: number): Absence {
  const [kind, rowKind] = ['requests', 'request'] as const;
  const spans = reader.coverage(kind);
  const missing = `${kind}@${formatMillis(from)}/${formatMillis(to)}`;
  if (spans.length === 0) return { missing: kind, assumed: [] };
  const overlapping = spans.filter((span) => !span.partial && millisOf(span.from) <= to && millisOf(span.to) >= from);
  const gaps = overlapping.reduce((sum, span) => sum + span.gaps, 0);
  let reached = from;
  for (const span of [...overlapping].sort((a, b) => a.from - b.from)) {
    if (millisOf(span.from) <= reached) reached = Math.max(reached, millisOf(span.to));
  }
  // A minute past the last record is still taken as covered: other kinds may simply be denser.
  if (reached + graceMs < to || absent <= gaps) return { missing, assumed: [] };
  // Where nobody at all was heard it is the record that fell silent, not the one who is missed.
  const others = reader.rows(rowKind, { from: from * 1000 + 1000, to: to * 1000 });
  const heard = others.next().done !== true;
  others.return?.();
  if (!heard) return { missing, assumed: [] };
  return {
    missing: null,
    assumed: overlapping
      .filter((span) => !span.declared)
      .map((span) => `${kind} ${formatMillis(millisOf(span.from))}–${formatMillis(millisOf(span.to))}`),
  };
}

export const graceMs = 60_000;
