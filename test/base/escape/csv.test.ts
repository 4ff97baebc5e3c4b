// Protects a spreadsheet from evidence: no cell is a formula, and a record stays one record.
import { expect, test } from 'vitest';
import { csvCell, csvLine } from '../../../src/base/escape/csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+cmd|x', "'+cmd|x"],
  ['-5', '-5'],
  ['-5+3', "'-5+3"],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['', '""'],
  ['two\nlines', 'two␊lines'],
  ['\x1b[2J', '␛[2J'],
])('writes %j as %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test('tells nothing from an empty text, and keeps every digit', () => {
  expect(csvLine([null, '', -1, 18446744073709551615n])).toBe(',"",-1,18446744073709551615\r\n');
});
