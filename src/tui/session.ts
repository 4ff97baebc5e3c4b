/** Holds the state of one run of the screens: strokes and news go in, whoever draws is told. */
import { actionOf } from './keymap.ts';
import { acted, learned, type News, placeOf, type State } from './state.ts';

/** What a stroke asks of the program rather than of the screens. */
export interface ProgramRequests {
  readonly quit: () => void;
  readonly interrupt: () => void;
  readonly suspend: () => void;
}

export interface Session {
  readonly state: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly learn: (news: News) => void;
  readonly press: (stroke: string, requests: ProgramRequests) => void;
}

export function createSession(start: State): Session {
  let state = start;
  const listeners = new Set<() => void>();
  const become = (next: State): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    learn: (news) => become(learned(state, news)),
    press: (stroke, requests) => {
      const action = actionOf(placeOf(state), stroke);
      if (action === undefined) return;
      if (action === 'quit' || action === 'interrupt' || action === 'suspend') requests[action]();
      else become(acted(state, action));
    },
  };
}
