import type Database from 'better-sqlite3';
import type { Micros } from '../base/time.ts';

export const clockStates = ['known', 'unbounded', 'stepped', 'contradictory'] as const;
/**
 * `known`: its offset has two bounds. `unbounded`: it has not. `stepped`: it ran with one offset after the other. `contradictory`:
 * no offset satisfies its records, and where it changed cannot be told.
 */
export type ClockState = (typeof clockStates)[number];

/** A stretch in which a clock ran evenly. Offsets are what it showed minus what the control plane's showed. */
export interface ClockEpoch {
  /** When it began, by a step, in the control plane's time; null for the first. */
  readonly began: { readonly from: Micros; readonly to: Micros } | null;
  readonly least: Micros | null;
  readonly most: Micros | null;
  /** What its records were moved back by; 0 where the offset may be 0 or is not known. */
  readonly correction: Micros;
  /** The records that the bounds rest on. */
  readonly refs: readonly string[];
}

export interface ClockRow {
  /** `host:<name>` or `agent:<id>`. */
  readonly clock: string;
  readonly state: ClockState;
  /** One, or several in order where it stepped. */
  readonly epochs: readonly ClockEpoch[];
  /** Records that were moved, and those that may be of either side of a step and were not. */
  readonly moved: number;
  readonly unplaced: number;
}

interface StoredEpoch {
  readonly name: string;
  readonly state: string;
  readonly epoch: number;
  readonly began_from: number | null;
  readonly began_to: number | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly correction: number;
  readonly moved: number;
  readonly unplaced: number;
  readonly first_n: number | null;
  readonly second_n: number | null;
}

/** Reads them when they are first asked for. `refOf` gives the reference of a record's number. */
export function openClocks(db: Database.Database, refOf: (n: number) => string | null): () => readonly ClockRow[] {
  let known: readonly ClockRow[] | null = null;
  return () => {
    known ??= clocksIn(db, refOf);
    return known;
  };
}

function clocksIn(db: Database.Database, refOf: (n: number) => string | null): readonly ClockRow[] {
  const rows = db.prepare('SELECT * FROM clock ORDER BY id').all() as StoredEpoch[];
  const clocks = new Map<string, ClockRow & { readonly epochs: ClockRow['epochs'][number][] }>();
  for (const row of rows) {
    const clock = clocks.get(row.name) ?? {
      clock: row.name,
      state: clockStates.find((state): state is ClockState => state === row.state) ?? 'contradictory',
      epochs: [],
      moved: row.moved,
      unplaced: row.unplaced,
    };
    clocks.set(row.name, clock);
    clock.epochs.push({
      began: row.began_from === null || row.began_to === null ? null : { from: row.began_from, to: row.began_to },
      least: row.least,
      most: row.most,
      correction: row.correction,
      refs: [row.first_n, row.second_n].flatMap((n) => (n === null ? [] : (refOf(n) ?? []))),
    });
  }
  return [...clocks.values()];
}
