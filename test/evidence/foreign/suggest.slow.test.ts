// Protects suggested dialects in every style and in conventions of others, on our own samples and on archives of others where those are present.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { conventions } from './conventions.ts';
import { answerOf, expectAlike } from './opened-alike.ts';
import { styles } from './respelt.ts';

const root = new URL('../../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'inquest-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = join(root, 'samples/agent-scope');
const cases = join(root, '../shared/cases');
const archives = [
  sample,
  ...(existsSync(cases)
    ? readdirSync(cases)
        .filter((name) => !/\.(?:md|json)$/.test(name))
        .sort()
        .map((name) => join(cases, name))
    : []),
];

const isShort = process.env.INQUEST_SHORT === '1';
const known = new Map<string, ReturnType<typeof answerOf>>();

// The suite without slow tests has the sample in the last style.
it.each((isShort ? conventions.slice(-1) : conventions).map((style) => [style.name, style] as const))(
  'reads what is written to %s',
  async (_name, style) => {
    await expectAlike(sample, folder, style, await answerOf(sample, folder));
  },
);

describe.each((isShort ? archives.slice(1, 2) : archives).map((path) => [path.replace(/^.*\//, ''), path] as const))(
  '%s',
  (_archive, archive) => {
    it.each((isShort ? styles.slice(-1) : styles).map((style) => [style.name, style] as const))(
      '%s',
      async (_name, style) => {
        const expected = known.get(archive) ?? answerOf(archive, folder);
        known.set(archive, expected);
        await expectAlike(archive, folder, style, await expected);
      },
    );
  },
);
