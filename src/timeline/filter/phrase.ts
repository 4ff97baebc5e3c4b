/** How text is searched for: words in a row, whatever stands between them, in any case. */
import type { Pattern } from './ast.ts';

/** Letters, digits and their marks make words; so does SQLite's full-text index, which may only split finer. */
const wordCharacter = '[\\p{L}\\p{N}\\p{M}]';
const beginsWord = new RegExp(`^${wordCharacter}`, 'u');
const endsWord = new RegExp(`${wordCharacter}$`, 'u');

/** One character in either case. Of ASCII only ASCII: who looks for bytes must find what this finds. */
function casesOf(character: string): readonly string[] {
  const cases = [character, character.toLowerCase(), character.toUpperCase()].filter(
    (one) => Array.from(one).length === 1 && (!/^[ -~]$/.test(character) || /^[ -~]$/.test(one)),
  );
  return [...new Set(cases)];
}

/** A pattern that matches the character in any case. */
function anyCase(character: string): string {
  const [only, ...others] = casesOf(character).map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'));
  return others.length === 0 ? (only ?? '') : `[${[only, ...others].join('')}]`;
}

/** A pattern of a regular expression (flag `u`) that matches the text in any case. */
const literal = (text: string): string => Array.from(text).map(anyCase).join('');

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
  const wanted = new RegExp(`${before}${parts.map(literal).join('[^\\p{L}\\p{N}\\p{M}]+')}${after}`, 'u');
  return (text) => wanted.test(text);
}

const longest = (runs: readonly string[]): string =>
  runs.reduce((best, run) => (run.length > best.length ? run : best), '');

/** The longest run of ASCII letters and digits in the pattern: whatever matches holds it, in some case. Empty where there is none. */
export const heldRun = ({ text }: Pattern): string => longest(text.match(/[0-9A-Za-z]+/g) ?? []);

/** The held run, where it is a word of its own in whatever matches; null where it may be a part of one. */
export function heldWord(pattern: Pattern): string | null {
  const run = heldRun(pattern);
  const mayGoOn = pattern.match === 'prefix' && pattern.text.trimEnd().endsWith(run);
  return run === '' || mayGoOn ? null : run;
}

const between = '\\s{0,8},\\s{0,8}';

/** A pattern that matches the text in any case, as a list of the numbers of its bytes. */
function listed(text: string): RegExp {
  const numbers = Array.from(text).map((character) => {
    const cases = casesOf(character).map((one) => Array.from(Buffer.from(one)).join(between));
    return `(?:${cases.join('|')})`;
  });
  return new RegExp(`(?<!\\d)${numbers.join(between)}(?!\\d)`);
}

const escapes = /\\u([0-9A-Fa-f]{4})/g;
const backslashU = Buffer.from('\\u');
const runMax = 64;

/**
 * Whether bytes may hold a text that the pattern matches: as UTF-8, as JSON with escapes, or as a list of its bytes. Never false
 * where they do.
 */
export function bytesTest(pattern: Pattern): (bytes: Buffer) => boolean {
  const ascii = heldRun(pattern).slice(0, runMax);
  const run =
    ascii === ''
      ? Array.from(longest(pattern.text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []))
          .slice(0, runMax)
          .join('')
      : ascii;
  if (run === '') return () => true;
  const wanted = new RegExp(literal(run), 'u');
  const wantedBytes = listed(run);
  const unescaped = (bytes: Buffer): string =>
    bytes.toString('utf8').replace(escapes, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return (bytes) => {
    const text = bytes.toString(ascii === '' ? 'utf8' : 'latin1');
    return wanted.test(text) || wantedBytes.test(text) || (bytes.includes(backslashU) && wanted.test(unescaped(bytes)));
  };
}
