// Protects the terminal from evidence: no byte of it may move the cursor, colour, reverse or hide anything.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeBytes, escapeJsonText, escapeTerminal, escapeTerminalLines } from '../../../src/base/escape/terminal.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['a colour', '\x1b[31mred', '␛[31mred'],
  ['a title by OSC and BEL', '\x1b]0;x\x07', '␛]0;x␇'],
  ['an 8-bit CSI', '\x9b2J', '\\u{9b}2J'],
  ['NUL, tab, CR, LF', '\0\t\r\n', '␀␉␍␊'],
  ['DEL', 'a\x7fb', 'a␡b'],
  ['a bidi override', '\u202egnp.exe', '\\u{202e}gnp.exe'],
  ['a bidi isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['zero width', 'a\u200bb\u200dc\ufeff', 'a\\u{200b}b\\u{200d}c\\u{feff}'],
  ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
  ['tag characters', '\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
  ['hidden variation selectors', 'a\ufe01\u{e0101}', 'a\\u{fe01}\\u{e0101}'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['line separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['a hangul filler', '\u3164', '\\u{3164}'],
  ['what is harmless', 'Ünïcödé 漢字 ⚠️ 😀 e\u0301', 'Ünïcödé 漢字 ⚠️ 😀 e\u0301'],
];

test.each(cases)('shows %s', (_name, text, shown) => {
  expect(escapeTerminal(text)).toBe(shown);
});

test('keeps line ends in text of several lines, and nothing else', () => {
  expect(escapeTerminalLines('a\x1b\nb\r\n')).toBe('a␛\nb␍\n');
});

const harmful = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

test('lets nothing harmful through, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = escapeTerminal(text);
      expect(shown).not.toMatch(harmful);
      expect(Buffer.from(shown, 'utf8').toString('utf8')).toBe(shown);
      expect(escapeTerminal(shown)).toBe(shown);
    }),
  );
});

test('keeps the value of JSON text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (value) => {
      const text = escapeJsonText(JSON.stringify(value, null, 2));
      expect(JSON.parse(text)).toEqual(value);
      expect(text.replaceAll('\n', '')).not.toMatch(harmful);
    }),
  );
});

test('shows bytes that are no text', () => {
  expect(escapeBytes(Buffer.from([0x61, 0xff, 0xc3, 0xa4, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xe2, 0x82]))).toBe(
    'a\\xffä\\xc0\\x80\\xed\\xa0\\x80\\xe2\\x82',
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(escapeBytes(Buffer.from(bytes)).replaceAll('\n', '')).not.toMatch(harmful);
    }),
  );
});
