import type Database from 'better-sqlite3';
import { type EventKind, type Outcome, outcomes } from '../base/vocabulary.ts';
import { type Buckets, bucketSeconds, openBuckets } from './accelerators/buckets.ts';
import { hasTable } from './connect.ts';
import { sortOf } from './outcomes.ts';
import type { SliceQuery } from './reader-types.ts';

/** The counts that were made while the case was written. */
export interface KeptCounts {
  /** Adds events of the kinds to slices. False, and nothing added, where no kept width fits them. */
  readonly add: (query: SliceQuery, kinds: readonly EventKind[], counts: Record<Outcome, number[]>) => boolean;
}

const secondUs = 1_000_000;

export function openKeptCounts(db: Database.Database): KeptCounts {
  let open: Buckets | null | undefined;
  return {
    add({ from, width_us, slices }, kinds, counts) {
      const fits = (seconds: number): boolean =>
        from % (seconds * secondUs) === 0 && width_us % (seconds * secondUs) === 0;
      const level = bucketSeconds.findLast(fits);
      if (level === undefined) return false;
      open ??= hasTable(db, 'bucket') ? openBuckets(db) : null;
      if (open === null) return false;
      const outcomeOf = new Map(kinds.flatMap((kind) => outcomes.map((outcome) => [sortOf(kind, outcome), outcome])));
      const [first, width] = [from / secondUs, width_us / secondUs];
      open.each(level, first, first + width * slices, (second, sort, count) => {
        const outcome = outcomeOf.get(sort);
        if (outcome === undefined) return;
        const slice = Math.floor((second - first) / width);
        counts[outcome][slice] = (counts[outcome][slice] ?? 0) + count;
      });
      return true;
    },
  };
}
