// Protects a newcomer's first minutes: what README.md shows as a command runs, and the folder that it names is there.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runner, temporaryFolder } from '../cli/run.ts';
import { linesIn, root, textOf } from './page.ts';

const inquest = runner(join(temporaryFolder(), 'data'));
const lines = linesIn(textOf('README.md'), 'sh');

/** The words of a line as a shell would take them: quoted ones may hold blanks. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');

test('shows the two commands', () => {
  expect(lines).toContain('npm test');
  expect(lines.filter((line) => line.startsWith('npm start ')).length).toBeGreaterThan(3);
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
});

test.each(lines.filter((line) => line !== 'npm test'))('%s', async (line) => {
  const words = wordsOf(line);
  expect(words.slice(0, 2)).toEqual(['npm', 'start']);
  const args = words.slice(words.indexOf('--') + 1);
  const folder = args.find((word) => word.startsWith('samples/')) ?? '';
  const run = await inquest(...args.map((word) => (word === folder ? join(root, folder) : word)));
  expect(run.err.replace(/^\d+ rows\n$/, '')).toBe('');
  expect(run.code).toBe(0);
  expect(run.out.length).toBeGreaterThan(40);
});
