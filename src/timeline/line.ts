import { type EventKind, eventKinds, type Outcome } from '../base/vocabulary.ts';
import { type RowKind, rowKinds } from '../evidence/index.ts';

/** What a search also finds, beside the events of the timeline. */
export type OtherKind = Exclude<RowKind, EventKind> | 'unrecognised';
export const otherKinds: readonly OtherKind[] = [
  ...rowKinds.filter((kind): kind is Exclude<RowKind, EventKind> => !(eventKinds as readonly string[]).includes(kind)),
  'unrecognised',
];

/** One line of `timeline --json`. An undated record has no time and comes last. */
export interface TimelineLine {
  readonly ref: string;
  readonly ts: string | null;
  readonly end_ts?: string | undefined;
  readonly skew_ms?: number | undefined;
  /** A kind of event; of what a search finds beside them, what it is. */
  readonly kind: EventKind | OtherKind;
  readonly action: string | null;
  readonly outcome: Outcome;
  readonly component?: string | undefined;
  readonly host?: string | undefined;
  readonly entities: string[];
  readonly title: string;
  readonly gap?: true | undefined;
}
