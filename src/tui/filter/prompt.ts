/** The line in which a filter is typed: text and caret, and what is known of the text. */
import type { CountStep, FilterWords } from '../../timeline/index.ts';
import { graphemesOf } from '../width.ts';

export interface FilterPrompt {
  readonly text: string;
  /** Code units before the caret; it stands between graphemes. */
  readonly caret: number;
  /** Why the text is no filter, and at which column, from 1. */
  readonly error: { readonly column: number; readonly why: string } | null;
  /** Events that pass, as far as they were counted; null where nothing is counted. */
  readonly count: CountStep | null;
  /** What Tab may go on with, where it is more than one. */
  readonly choices: readonly string[];
}

export const promptOf = (text: string): FilterPrompt => ({
  text,
  caret: text.length,
  error: null,
  count: null,
  choices: [],
});

const changed = (prompt: FilterPrompt, text: string, caret: number): FilterPrompt => ({
  ...prompt,
  text,
  caret,
  count: null,
  choices: [],
});

/** Nobody types more; a pasted file is no filter. */
const longest = 2_000;
const unprintable = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Typed or pasted text at the caret: one line of it. */
export function typed(prompt: FilterPrompt, input: string): FilterPrompt {
  const text = input.replace(/[\r\n\t]+/g, ' ').replace(unprintable, '');
  const { caret } = prompt;
  const whole = (prompt.text.slice(0, caret) + text + prompt.text.slice(caret)).slice(0, longest);
  return changed(prompt, whole, Math.min(whole.length, caret + text.length));
}

export type EditAction =
  | 'erase.left'
  | 'erase.right'
  | 'erase.word'
  | 'erase.all'
  | 'caret.left'
  | 'caret.right'
  | 'caret.start'
  | 'caret.end';

export function edited(prompt: FilterPrompt, action: EditAction): FilterPrompt {
  const { text, caret } = prompt;
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  const left = graphemesOf(before).at(-1)?.length ?? 0;
  const right = graphemesOf(after)[0]?.length ?? 0;
  switch (action) {
    case 'erase.left':
      return changed(prompt, before.slice(0, caret - left) + after, caret - left);
    case 'erase.right':
      return changed(prompt, before + after.slice(right), caret);
    case 'erase.word': {
      const kept = before.replace(/\S+\s*$|\s+$/u, '');
      return changed(prompt, kept + after, kept.length);
    }
    case 'erase.all':
      return changed(prompt, '', 0);
    case 'caret.left':
      return { ...prompt, caret: caret - left };
    case 'caret.right':
      return { ...prompt, caret: caret + right };
    case 'caret.start':
      return { ...prompt, caret: 0 };
    case 'caret.end':
      return { ...prompt, caret: text.length };
  }
}

/** What may stand at the end of the text before the caret: the part that is there, and the words that begin so. */
function candidates(
  before: string,
  { fields, values }: FilterWords,
): { readonly begun: string; readonly words: readonly string[] } {
  const value = /(?:^|[\s(-])([a-z_]+):(?:[^\s,()"]*,)*([a-z_]*)$/.exec(before);
  const known = value === null ? undefined : values.get(value[1] ?? '');
  if (value !== null && known !== undefined) {
    const begun = value[2] ?? '';
    return { begun, words: known.filter((word) => word.startsWith(begun)) };
  }
  const begun = /(?:^|[\s(-])([a-z_]*)$/.exec(before)?.[1];
  if (begun === undefined) return { begun: '', words: [] };
  return {
    begun,
    words: fields.filter((name) => name.startsWith(begun)).map((name) => `${name}:`),
  };
}

function sharedStart(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

/** Goes on with the word before the caret as far as the words that begin so agree. */
export function completed(prompt: FilterPrompt, known: FilterWords): FilterPrompt {
  const { text, caret } = prompt;
  const before = text.slice(0, caret);
  const { begun, words } = candidates(before, known);
  if (words.length === 0) return prompt;
  const more = sharedStart(words).slice(begun.length);
  if (more === '') return { ...prompt, choices: words.length > 1 ? words : [] };
  const next = changed(prompt, before + more + text.slice(caret), caret + more.length);
  return { ...next, choices: words.length > 1 ? words : [] };
}
