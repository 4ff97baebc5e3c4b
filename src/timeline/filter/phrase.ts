/** How text is searched for: words in a row, whatever stands between them, in any case. */
import type { Pattern } from './ast.ts';

/** Letters, digits and their marks make words; so does SQLite's full-text index, which may only split finer. */
const wordCharacter = '[\\p{L}\\p{N}\\p{M}]';
const beginsWord = new RegExp(`^${wordCharacter}`, 'u');
const endsWord = new RegExp(`${wordCharacter}$`, 'u');

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/**
 * Blanks in the pattern stand for anything but letters and digits; other marks stand for themselves. A word is found whole,
 * or by its beginning.
 */
export function phraseTest({ text, match }: Pattern): (text: string) => boolean {
  const parts = text.split(/\s+/u).filter((part) => part !== '');
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return () => true;
  const before = beginsWord.test(first) ? `(?<!${wordCharacter})` : '';
  const after = match === 'whole' && endsWord.test(last) ? `(?!${wordCharacter})` : '';
  const wanted = new RegExp(`${before}${parts.map(literal).join('[^\\p{L}\\p{N}\\p{M}]+')}${after}`, 'iu');
  return (text) => wanted.test(text);
}

/** The longest run of ASCII letters and digits in the pattern: whatever matches holds it, in some case. Empty where there is none. */
export function heldRun({ text }: Pattern): string {
  let longest = '';
  for (const run of text.match(/[0-9A-Za-z]+/g) ?? []) if (run.length > longest.length) longest = run;
  return longest;
}
