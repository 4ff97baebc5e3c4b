// Protects docs/filter.md: every filter and time that it shows is one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFilter } from '../../../src/timeline/index.ts';
import { moments } from './filters.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/filter.md'), 'utf8');
const read = (text: string): string => {
  const found = parseFilter(text, moments);
  return found.ok ? 'a filter' : `column ${found.error.column}: ${found.error.why}`;
};

test('the filters that it shows are filters', () => {
  const first = /```text\n([\s\S]*?)```/.exec(page)?.[1]?.trim().split('\n') ?? [];
  const shown = /\| written \|[\s\S]*?\n\n/.exec(page)?.[0] ?? '';
  const terms = [...shown.matchAll(/^\| (.*?) \|/gm)]
    .slice(2)
    .flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((one) => one[1] ?? ''));
  expect(first.length + terms.length).toBeGreaterThan(14);
  for (const text of [...first, ...terms]) expect([text, read(text)]).toEqual([text, 'a filter']);
});

test('the times that it shows are times', () => {
  const shown = /\| value \| names \|[\s\S]*?\n\n/.exec(page)?.[0] ?? '';
  const times = [...shown.matchAll(/^\| (.*?) \|/gm)]
    .slice(2)
    .flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((one) => one[1] ?? ''));
  expect(times.length).toBeGreaterThan(9);
  for (const text of times.filter((one) => !one.startsWith('...')))
    expect([text, read(`at:${text}`)]).toEqual([text, 'a filter']);
});

test('the error that it shows is that error', () => {
  const [head = '', filter = '', caret = ''] = /inquest: filter: [^`]*/.exec(page)?.[0].split('\n') ?? [];
  expect(head).toBe(`inquest: filter: ${read(filter)}`);
  expect(caret.indexOf('^') + 1).toBe(Number(/column (\d+)/.exec(head)?.[1]));
});
