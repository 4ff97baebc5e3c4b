// Protects the page: nothing is wider than it should be, and nothing is lost by wrapping.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, groupDigits, tableLines, textWidth, wrapped } from '../../src/report/layout.ts';

test('wrapping keeps every word and the width', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 0, max: 20 }), (words, indent) => {
      const text = words.join(' ');
      const lines = wrapped(' '.repeat(indent), text);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(80);
      const joined = lines.map((line) => line.slice(indent)).join('');
      expect(joined.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('wide characters count as they are drawn', () => {
  expect(cut('漢字漢字', 5)).toBe('漢字…');
  expect(textWidth(cut('漢字漢字', 6))).toBeLessThanOrEqual(6);
  expect(
    tableLines(
      [{ title: 'a' }, { title: 'b', right: true }],
      [
        ['漢', '1'],
        ['x', '22'],
      ],
    ),
  ).toEqual(['a    b', '漢   1', 'x   22']);
});

test('digits are grouped', () => {
  expect([0, 999, 1_000, 1_234_567].map(groupDigits)).toEqual(['0', '999', '1,000', '1,234,567']);
});
