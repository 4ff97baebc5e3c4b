/** Where the cursor stands on the Overview, and how it moves. */
import type { ActionId } from '../keymap.ts';
import type { OverviewRow, Section } from './section.ts';

export interface OverviewState {
  /** Key of the row under the cursor; null: the first. */
  readonly cursor: string | null;
  /** Index of the first row on screen. */
  readonly top: number;
}

export const overviewStart: OverviewState = { cursor: null, top: 0 };

export interface ShownRow {
  readonly section: string;
  /** The section's name stands on its first row only. */
  readonly named: boolean;
  readonly row: OverviewRow;
  /** Rows of the section that found no room after this one. */
  readonly hidden: number;
}

/** Shortens the longest sections until all fit, each to no less than it must show. */
export function fitSections(sections: readonly Section[], height: number): readonly ShownRow[] {
  const shown = sections.map((part) => part.rows.length);
  const sum = (): number => shown.reduce((total, count) => total + count, 0);
  while (sum() > height) {
    let longest = -1;
    for (const [index, part] of sections.entries())
      if ((shown[index] ?? 0) > part.least && (longest < 0 || (shown[index] ?? 0) >= (shown[longest] ?? 0)))
        longest = index;
    if (longest < 0) break;
    shown[longest] = (shown[longest] ?? 0) - 1;
  }
  return sections.flatMap((part, index) => {
    const count = shown[index] ?? 0;
    return part.rows.slice(0, count).map((row, at) => ({
      section: part.name,
      named: at === 0,
      row,
      hidden: at === count - 1 ? part.rows.length - count : 0,
    }));
  });
}

export function cursorIndex(state: OverviewState, rows: readonly ShownRow[]): number {
  const found = rows.findIndex(({ row }) => row.key === state.cursor);
  if (found >= 0) return found;
  // The row lost its room: the last one of its section that kept it.
  const name = state.cursor?.split('/')[0];
  return Math.max(
    0,
    rows.findLastIndex((shown) => shown.section === name),
  );
}

/** Keeps the cursor on screen. */
export function scrolled(state: OverviewState, rows: readonly ShownRow[], height: number): OverviewState {
  const at = cursorIndex(state, rows);
  const last = Math.max(0, rows.length - height);
  const top = Math.min(last, Math.max(at - height + 1, Math.min(state.top, at)));
  return top === state.top ? state : { ...state, top };
}

export function overviewAction(
  state: OverviewState,
  action: ActionId,
  rows: readonly ShownRow[],
  height: number,
): OverviewState {
  const step = stepOf(action, rows.length, height);
  if (step === null || rows.length === 0) return state;
  const at = Math.min(rows.length - 1, Math.max(0, cursorIndex(state, rows) + step));
  return scrolled({ ...state, cursor: rows[at]?.row.key ?? null }, rows, height);
}

/** How far a moving action goes in a list; null for another action. */
export function stepOf(action: ActionId, count: number, height: number): number | null {
  switch (action) {
    case 'line.down':
      return 1;
    case 'line.up':
      return -1;
    case 'half.down':
      return Math.max(1, Math.floor(height / 2));
    case 'half.up':
      return -Math.max(1, Math.floor(height / 2));
    case 'page.down':
      return Math.max(1, height - 1);
    case 'page.up':
      return -Math.max(1, height - 1);
    case 'first':
      return -count;
    case 'last':
      return count;
    default:
      return null;
  }
}
