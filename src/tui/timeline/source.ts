/** What the timeline screen reads: pages of events around a place, and one record whole. */
import type { Micros } from '../../base/time.ts';
import type { CountStep, EntityPage, FilterError, FilterWords, TimelineEvent } from '../../timeline/index.ts';

export interface RecordTarget {
  /** What it is to the record: `agent`, `same request`. */
  readonly relation: string;
  /** An entity or a reference. */
  readonly target: string;
  /** `from`: the record is what the relation says to the target, not the target to the record. */
  readonly direction?: 'to' | 'from';
  readonly title?: string;
}

export interface RecordView {
  readonly ref: string;
  readonly ts: Micros | null;
  /** As it was recorded, where the clock that told it was off. */
  readonly recorded: Micros | null;
  /** Name and value: what it is, and where from. */
  readonly facts: readonly (readonly [string, string])[];
  readonly links: readonly RecordTarget[];
  /** The record, pretty-printed and masked, in lines. */
  readonly body: readonly string[];
}

export interface TimelineSource {
  /**
   * Up to `limit` events next to `from`, without it, nearest first: forwards in total order, or backwards. Without a
   * place, from the beginning or, backwards, from the end.
   */
  readonly page: (from: TimelineEvent | null, backwards: boolean, limit: number) => readonly TimelineEvent[];
  /** The first event of a record; null where the record is none of the timeline (a captured configuration). */
  readonly locate: (ref: string) => TimelineEvent | null;
  /** Whether the event is one of this timeline. */
  readonly has: (event: TimelineEvent) => boolean;
  /** The whole timeline through a filter as it is typed, or where the filter cannot be read. */
  readonly filtered: (
    text: string,
  ) => { readonly ok: true; readonly value: TimelineSource } | { readonly ok: false; readonly error: FilterError };
  /** What a filter may be made of. */
  readonly filterWords: FilterWords;
  /** How many events it has, step by step. */
  readonly counting: () => Generator<CountStep>;
  /** Everything about an entity; null where no record names it. */
  readonly entity: (name: string) => EntityPage | null;
  /** The record behind a reference; null where there is none. */
  readonly record: (ref: string) => RecordView | null;
}
