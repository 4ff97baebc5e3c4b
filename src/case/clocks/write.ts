import type Database from 'better-sqlite3';
import { compareText } from '../../base/order.ts';
import { type Clock, everywhere } from './clock.ts';
import type { Moves } from './move.ts';

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A row for each stretch of each clock, by name; `named` are clocks of which nothing is known but that records name them. */
export function writeClocks(
  db: Database.Database,
  clocks: readonly Clock[],
  moves: ReadonlyMap<string, Moves>,
  named: Iterable<string>,
): void {
  const all = new Map<string, Clock>();
  for (const name of named)
    all.set(name, {
      name,
      state: 'unbounded',
      epochs: [{ began: null, offset: everywhere, correction: 0, places: [] }],
    });
  for (const clock of clocks) all.set(clock.name, clock);
  const insert = db.prepare(`INSERT INTO clock VALUES (NULL, ${Array(12).fill('?').join(', ')})`);
  for (const name of [...all.keys()].sort(compareText)) {
    const { state, epochs } = all.get(name) as Clock;
    const { moved, unplaced } = moves.get(name) ?? { moved: 0, unplaced: 0 };
    epochs.forEach(({ began, offset, correction, places }, index) => {
      const [first, second] = places;
      const ends = [began?.lo ?? null, began?.hi ?? null, known(offset.lo), known(offset.hi)];
      insert.run(name, state, index, ...ends, correction, moved, unplaced, first?.n ?? null, second?.n ?? null);
    });
  }
}
