// Protects lists of records that are checked item by item: they are lists exactly where they would be parsed as one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../src/base/json.ts';
import { whyNoList } from '../../src/evidence/json-text.ts';
import { collect } from './collect.ts';

function isList(text: string): boolean {
  try {
    return Array.isArray(parseJson(text));
  } catch {
    return false;
  }
}

it('says of any text what a parser says', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      '01',
      'null',
      'nul',
      '"a":',
      ' ',
      '\n',
      '\u0001',
    ),
    fc.json({ maxDepth: 3 }),
    fc.string({ maxLength: 4 }),
  );
  const text = fc.oneof(
    fc.json({ maxDepth: 4 }).map((json) => `[${json}]`),
    fc.array(piece, { maxLength: 8 }).map((parts) => `[${parts.join('')}`),
    fc.array(fc.json({ maxDepth: 2 }), { maxLength: 4 }).map((items) => `[${items.join(' ,\n')}]`),
  );
  fc.assert(
    fc.property(text, (json) => {
      expect(whyNoList(Buffer.from(json)), json).toBe(isList(json) ? null : 'not_json');
    }),
    { numRuns: 500 },
  );
});

it('makes one gap of a list that is broken anywhere, and reads one that is not', () => {
  const job = '{"id":"j","type":"t","state":"queued","attempt":0}';
  const read = (text: string): readonly unknown[] => {
    const { records, gaps, rows } = collect('jobs.json', text);
    return [records, gaps, rows.gap?.map(({ off, len, reason }) => `${reason} ${off}+${len}`) ?? []];
  };
  expect(read(` [${job},\n${job}] `)).toEqual([2, 0, []]);
  for (const broken of [`[${job},${job}`, `[${job},nul,\n${job}]`, `[${job}]x`])
    expect(read(`\n${broken}`)).toEqual([0, 1, [`not_json 1+${broken.length}`]]);
});
