import { actionOf } from '../../src/tui/keymap.ts';
import { acted, entered, placeOf, type State } from '../../src/tui/state.ts';
import { strokeReader } from '../../src/tui/strokes.ts';

/** The state after these keys, one stroke a character. */
export function keyed(state: State, keys: string): State {
  const read = strokeReader(() => 0);
  return read(keys, {}).reduce((now, stroke) => {
    const action = actionOf(placeOf(now), stroke);
    if (action !== undefined) return acted(now, action);
    return placeOf(now) === 'filter' ? entered(now, stroke) : now;
  }, state);
}
