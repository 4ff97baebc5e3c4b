/** Holds the state of one run of the screens: strokes and news go in, whoever draws is told. */
import { actionOf } from './keymap.ts';
import { acted, entered, learned, type News, placeOf, type State } from './state.ts';
import { graphemesOf } from './width.ts';

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
  /** Pasted text: keys it is not. */
  readonly paste: (text: string) => void;
}

/** `later`: lets other work go first. Counting goes on in between, step by step. */
export function createSession(start: State, later: (work: () => void) => void = setImmediate): Session {
  let state = start;
  const listeners = new Set<() => void>();
  const become = (next: State): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  /** The text that is being counted for; another text ends the count for it. */
  let counted: string | null = null;
  const count = (): void => {
    const { prompt, standing } = state;
    const text = prompt === null || prompt.error !== null || prompt.text.trim() === '' ? null : prompt.text;
    if (text === counted) return;
    counted = text;
    const filtered = text === null ? undefined : standing?.source.filtered(text);
    if (text === null || filtered?.ok !== true) return;
    const steps = filtered.value.counting();
    const go = (): void => {
      if (counted !== text) return;
      const step = steps.next();
      if (step.done === true) return;
      become(learned(state, { type: 'counted', text, step: step.value }));
      later(go);
    };
    later(go);
  };
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    learn: (news) => become(learned(state, news)),
    press: (stroke, requests) => {
      const place = placeOf(state);
      const action = actionOf(place, stroke);
      if (action === 'quit' || action === 'interrupt' || action === 'suspend') requests[action]();
      else if (action !== undefined) become(acted(state, action));
      // A stroke of one grapheme is what it looks like; the others have names.
      else if (place === 'filter' && graphemesOf(stroke).length === 1) become(entered(state, stroke));
      count();
    },
    paste: (text) => {
      become(entered(state, text));
      count();
    },
  };
}
