/** Protects straight columns: text is cut and filled to the cell, whatever characters it is made of. */
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cutLine, fillLine, lineText, lineWidth, span } from '../../src/tui/line.ts';
import { safeText } from '../../src/tui/safe-text.ts';
import { cutText, fitText, wrapText } from '../../src/tui/width.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const columns = fc.integer({ min: 1, max: 40 });

test('a cut text is no wider than its room, and whole where it fits', () => {
  fc.assert(
    fc.property(text, columns, (raw, width) => {
      const safe = safeText(raw);
      const cut = cutText(safe, width, '…');
      expect(stringWidth(cut)).toBeLessThanOrEqual(width);
      if (stringWidth(safe) <= width) expect(cut).toBe(safe);
    }),
  );
});

test('a fitted text is exactly as wide as its column', () => {
  fc.assert(
    fc.property(text, columns, (raw, width) => {
      expect(stringWidth(fitText(safeText(raw), width, '…'))).toBe(width);
    }),
  );
});

test('a line of spans is cut and filled to its width', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), columns, (texts, width) => {
      const line = texts.map((raw) => span(safeText(raw)));
      expect(lineWidth(cutLine(line, width, '…'))).toBeLessThanOrEqual(width);
      expect(lineWidth(fillLine(line, width, '…'))).toBe(width);
    }),
  );
});

test('wrapping keeps every character but the blanks at line ends', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 12, max: 40 }), (raw, width) => {
      const safe = safeText(raw);
      const lines = wrapText(safe, width);
      expect(lines.join('').replaceAll(' ', '')).toBe(safe.replaceAll(' ', ''));
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});

test('a cut of spans says that it is one', () => {
  expect(lineText(cutLine([span('abc'), span('defgh')], 5, '…'))).toBe('abcd…');
  expect(lineText(cutLine([span('abcd'), span('e')], 5, '…'))).toBe('abcde');
});
