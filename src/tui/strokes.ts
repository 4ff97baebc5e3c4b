/** Terminal input as strokes: `j`, `G`, `enter`, `ctrl-d`. */
import type { Key } from 'ink';
import { graphemesOf } from './width.ts';

type Named = Extract<
  keyof Key,
  | 'upArrow'
  | 'downArrow'
  | 'leftArrow'
  | 'rightArrow'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'return'
  | 'tab'
  | 'backspace'
  | 'delete'
>;
const named: readonly (readonly [Named, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['tab', 'tab'],
];

/** Keys that come within a chunk of others. */
const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

/** The tail of a sequence that a slow line tore off from its Escape comes within this time. */
const tornMs = 100;

/**
 * Reads input one chunk at a time: a held key arrives as `jjj`, and an arrow over a slow line as Escape and `[A`.
 * `now` is a clock in milliseconds.
 */
export function strokeReader(now: () => number): (input: string, key: Partial<Key>) => readonly string[] {
  let escapedAt = Number.NEGATIVE_INFINITY;
  let torn = false;
  return (input, key) => {
    if (key.eventType === 'release') return [];
    if (key.escape === true) {
      escapedAt = now();
      torn = false;
      return ['esc'];
    }
    if (now() - escapedAt < tornMs && (torn || input.startsWith('[') || input.startsWith('O'))) {
      // The sequence goes on until its final letter.
      torn = !/[A-Za-z~]$/.test(input.slice(torn ? 0 : 1));
      return [];
    }
    torn = false;
    for (const [flag, stroke] of named) if (key[flag] === true) return [stroke];
    if (key.ctrl === true) return [`ctrl-${input}`];
    if (key.meta === true) return [];
    return graphemesOf(input).map((grapheme) => controls[grapheme] ?? grapheme);
  };
}
