// Protects docs/dialects.md: the dialect that it shows can be read, and it names every key that a dialect may have.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dialectSchema } from '../../src/evidence/dialects/file.ts';
import { mappedKinds, readDialects } from '../../src/evidence/dialects/index.ts';
import { holeMark } from '../../src/evidence/index.ts';

const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');

it('shows a dialect that can be read', async () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const read = await readDialects([{ name: 'dialects.md', bytes: Buffer.from(yaml) }]);
  expect(read.ok ? read.value.map(({ dialect }) => dialect.name) : read.error).toEqual(['acme-export']);
});

it('names every key, every kind and the mark of a hole', () => {
  const missing = [...Object.keys(dialectSchema.shape), ...mappedKinds].filter(
    (word) =>
      !page.includes(`\`${word}\``) &&
      !page.includes(`\n${word}: `) &&
      !page.includes(`\n${word}:\n`) &&
      !page.includes(`\`${word}.`),
  );
  expect(missing).toEqual([]);
  expect(page).toContain(`\`${holeMark.trim()}\``);
});
