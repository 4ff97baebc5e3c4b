// Protects the generated blocks: each stands in one place and says what the code and the program say today.
import { relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { blocksIn, filled } from '../../tools/docs/markdown.ts';
import { allBlocks, pages, staleDocs, textOf } from '../../tools/generate-docs.ts';
import { root } from './page.ts';

let blocks: ReadonlyMap<string, string>;
// Both samples are diagnosed.
beforeAll(async () => {
  blocks = await allBlocks();
}, 120_000);

test('every block is current: else npm run generate', () => {
  expect(staleDocs(blocks).map(({ file }) => relative(root, file))).toEqual([]);
});

test('every block stands in one place', () => {
  const used = pages.flatMap((page) => blocksIn(textOf(page)));
  expect([...used].sort()).toEqual([...blocks.keys()].sort());
});

test('no marker stands alone', () => {
  for (const page of pages) {
    const text = textOf(page);
    const markers = text.match(/^<!-- (?:generated: \S+ \(npm run generate\)|end: \S+) -->$/gm) ?? [];
    expect(markers, page).toHaveLength(2 * blocksIn(text).length);
  }
});

test('a block that has no generator, or another end, is refused', () => {
  const page = '<!-- generated: a (npm run generate) -->\nold\n<!-- end: b -->\n';
  expect(() => filled(page, new Map())).toThrow('no generated block is called a');
  expect(() => filled(page, new Map([['a', 'new']]))).toThrow('the block a ends as b');
  expect(filled(page.replace('end: b', 'end: a'), new Map([['a', '$& new']]))).toContain('\n\n$& new\n\n');
});
