// Protects suggested dialects: a sample that is spelt otherwise in every way at once is read with what is suggested for it, and
// its diagnosis is that of the original.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { answerOf, expectAlike } from './opened-alike.ts';
import { styles } from './respelt.ts';

const archive = new URL('../../../samples/agent-scope', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'inquest-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads the sample in another spelling as it stands', { timeout: 120_000 }, async () => {
  const expected = await answerOf(archive, folder);
  expect(expected.causes).not.toEqual([]);
  const style = styles.at(-1);
  if (style === undefined) throw new Error('no style');
  await expectAlike(archive, folder, style, expected);
});
