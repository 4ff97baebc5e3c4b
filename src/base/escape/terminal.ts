/**
 * The one way of evidence to a terminal: what would move the cursor, change a colour, reverse the reading direction or
 * hide itself is made visible. C0 and DEL are shown as their pictures (`␛`), everything else as `\u{202e}`.
 */
import { isUtf8 } from 'node:buffer';

// Controls, formats (bidi, zero width, tags), line separators, lone surrogates, and all that a font draws as nothing.
// U+FE0F and U+FE0E stay: they only choose between two drawings of the mark before them.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2800]|(?!\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;
const plain = /^[\x20-\x7e]*$/;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`;
}

/** One line of text: a line end within is shown as `␊`. */
export const escapeTerminal = (text: string): string => (plain.test(text) ? text : text.replace(unsafe, visible));

/** Text of several lines: LF stays a line end, all else as in `escapeTerminal`. */
export const escapeTerminalLines = (text: string): string => text.split('\n').map(escapeTerminal).join('\n');

/** JSON text with the same value, in which nothing invisible is left: such characters can only stand within strings. */
export const escapeJsonText = (json: string): string =>
  plain.test(json)
    ? json
    : json.replace(unsafe, (character) =>
        character === '\n'
          ? character
          : [...Array(character.length).keys()]
              .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
              .join(''),
      );

/** Length of the UTF-8 sequence that begins here, or 0 where none does (overlong, surrogate and cut ones included). */
function sequenceLength(bytes: Buffer, start: number): number {
  const first = bytes[start] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 0 && isUtf8(bytes.subarray(start, start + length)) && start + length <= bytes.length ? length : 0;
}

/** Raw bytes as text: a byte that belongs to no UTF-8 character is `\xff`. LF stays a line end. */
export function escapeBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return escapeTerminalLines(bytes.toString('utf8'));
  const parts: string[] = [];
  let good = 0;
  for (let here = 0; here < bytes.length; ) {
    const length = sequenceLength(bytes, here);
    if (length > 0) {
      here += length;
      continue;
    }
    parts.push(escapeTerminalLines(bytes.toString('utf8', good, here)), `\\x${bytes.toString('hex', here, here + 1)}`);
    here += 1;
    good = here;
  }
  parts.push(escapeTerminalLines(bytes.toString('utf8', good)));
  return parts.join('');
}
