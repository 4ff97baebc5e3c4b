// Protects the shape of the rules: one file, one test and one page of the same name each, and a page that says what the rule says.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rulePage, rules } from '../../src/triage/index.ts';

const root = join(import.meta.dirname, '../..');
const names = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('/') && path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length))
    .sort();

describe('rules', () => {
  test('file, registry, test and page have the same names', () => {
    const ids = rules.map(({ id }) => id).sort();
    expect(names('src/triage/rules', '.ts')).toEqual(ids);
    expect(names('test/triage/rules', '.test.ts')).toEqual(ids);
    expect(names('docs/rules', '.md')).toEqual(ids);
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('the page of %s is current', (id, rule) => {
    const page = join(root, 'docs/rules', `${id}.md`);
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, 'utf8')).toBe(rulePage(rule));
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s tells all a page needs', (id, rule) => {
    expect(id.startsWith(`${rule.category}/`)).toBe(true);
    for (const text of Object.values(rule.docs)) expect(text.length).toBeGreaterThan(30);
  });
});
