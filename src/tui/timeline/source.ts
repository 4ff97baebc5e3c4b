/** What the timeline screen reads: pages of events around a place, and one record whole. */
import type { Micros } from '../../base/time.ts';
import type { EventKind, Outcome } from '../../base/vocabulary.ts';

export interface TimelineEvent {
  readonly n: number;
  readonly kind: EventKind;
  readonly ts: Micros | null;
  readonly outcome: Outcome;
  readonly component: string | null;
  readonly host: string | null;
  readonly entities: readonly string[];
  readonly title: string;
  readonly ref: string;
}

export interface RecordView {
  readonly ref: string;
  /** Name and value: time, kind, member, host. */
  readonly facts: readonly (readonly [string, string])[];
  readonly links: readonly { readonly ref: string; readonly text: string }[];
  /** The record, pretty-printed and masked: lines without control characters. */
  readonly body: readonly string[];
}

export interface TimelineSource {
  /** Events of the case. */
  readonly count: number;
  /**
   * Up to `limit` events next to `from`, without it, nearest first: forwards in total order, or backwards. Without a
   * place, from the beginning or, backwards, from the end.
   */
  readonly page: (from: TimelineEvent | null, backwards: boolean, limit: number) => readonly TimelineEvent[];
  /** The first event of a record; null where the record is none of the timeline (a captured configuration). */
  readonly locate: (ref: string) => TimelineEvent | null;
  /** The record behind a reference; null where there is none. */
  readonly record: (ref: string) => RecordView | null;
}
