// Protects text in the terminal from the bundle's lighter string-width: every text has the width that the package gives it.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import stringWidth, { type Options } from 'string-width';
import { afterAll, expect, it } from 'vitest';
import { lighterStringWidth } from '../../tools/lighter-string-width.mjs';
import { often } from '../often.ts';

const root = join(import.meta.dirname, '../..');
const source = readFileSync(join(root, 'node_modules/string-width/index.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'inquest-width-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
writeFileSync(join(folder, 'lighter.mjs'), lighterStringWidth(source));
const { default: lighter } = (await import(pathToFileURL(join(folder, 'lighter.mjs')).href)) as {
  readonly default: (text: string, options?: Options) => number;
};

const isUsual = (point: number): boolean =>
  point < 0x3100 || (point >= 0xfe00 && point < 0x1_0000) || (point >= 0x1_f000 && point < 0x1_fb00);
const differs = (text: string, options?: Options): boolean => lighter(text, options) !== stringWidth(text, options);

it('measures every character as the package does', () => {
  const different: string[] = [];
  // Where text is: Latin to symbols, and emoji. The slow suite looks at every one.
  const stride = (point: number): number => (isUsual(point) ? 1 : often(7, 1));
  for (let point = 0; point < 0x3_0000; point += stride(point)) {
    const text = String.fromCodePoint(point);
    if (differs(text) || differs(`─${text}─`)) different.push(point.toString(16));
    if (point < 0x1_0000 && differs(text, { ambiguousIsNarrow: false })) different.push(`${point.toString(16)} wide`);
  }
  expect(different).toEqual([]);
});

it('measures joined characters, emoji, marks and escapes as the package does', () => {
  const parts = fc.constantFrom(
    'a',
    '─',
    '…',
    '↔',
    '©',
    '\u{fe0f}',
    '\u{200d}',
    '\u{301}',
    '한',
    'ᄀ',
    'ᅡ',
    '👩',
    '🚀',
    '1\u{20e3}',
  );
  const texts = fc.array(
    fc.oneof(parts, fc.constantFrom('\u{1b}[31m', '\u{9b}', '\u{ad}', 'ﾞ'), fc.string({ unit: 'grapheme' })),
  );
  fc.assert(
    fc.property(texts, fc.boolean(), (some, ambiguousIsNarrow) => !differs(some.join(''), { ambiguousIsNarrow })),
    { numRuns: 2_000 },
  );
});

it('is not made from a string-width that it does not know', () => {
  expect(() => lighterStringWidth(source.replace('RGI_Emoji}$/v', 'Emoji}$/v'))).toThrow(
    'string-width is not as expected',
  );
});
