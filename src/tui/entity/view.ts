/** The page of an entity as rows with a cursor, and the way that led there. */
import type { EntityPage } from '../../timeline/index.ts';
import type { ActionId } from '../keymap.ts';
import { stepOf } from '../overview/state.ts';

/** What Enter on a row leads to. */
export type RowTarget =
  | { readonly to: 'record'; readonly ref: string }
  | { readonly to: 'entity'; readonly entity: string }
  /** Its events, on the timeline. */
  | { readonly to: 'events' }
  | null;

export interface EntityScreen {
  readonly page: EntityPage;
  /** Index of the row under the cursor, and of the first on screen. */
  readonly cursor: number;
  readonly top: number;
  /** Other entities of the record that led here: the key that led here goes round among them. */
  readonly ring: readonly string[];
  /** Pages that led here, the last one last. */
  readonly before: readonly EntityScreen[];
}

/** So many pages are gone back to. */
const rememberedMax = 50;

export const entityScreen = (
  page: EntityPage,
  ring: readonly string[],
  before: readonly EntityScreen[],
): EntityScreen => ({ page, cursor: 0, top: 0, ring, before: before.slice(-rememberedMax) });

/** One target a row, in the order in which rows are drawn. */
export function targetsOf({ events, states, captured, neighbours }: EntityPage): readonly RowTarget[] {
  return [
    events > 0 ? { to: 'events' } : null,
    ...states.map(({ ref }): RowTarget => ({ to: 'record', ref })),
    ...captured.map(({ ref }): RowTarget => ({ to: 'record', ref })),
    ...neighbours.map(({ entity }): RowTarget => ({ to: 'entity', entity })),
  ];
}

export function scrolledTo(screen: EntityScreen, cursor: number, height: number): EntityScreen {
  const count = targetsOf(screen.page).length;
  const at = Math.max(0, Math.min(count - 1, cursor));
  const top = Math.min(Math.max(0, count - height), Math.max(at - height + 1, Math.min(screen.top, at)));
  return { ...screen, cursor: at, top };
}

export function entityMoved(screen: EntityScreen, action: ActionId, height: number): EntityScreen {
  const step = stepOf(action, targetsOf(screen.page).length, height);
  return step === null ? screen : scrolledTo(screen, screen.cursor + step, height);
}

export const targetAt = (screen: EntityScreen): RowTarget => targetsOf(screen.page)[screen.cursor] ?? null;
