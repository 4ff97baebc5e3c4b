/**
 * Fills the generated blocks of README.md and docs/, and writes the pages of the rules: what the code declares and what the
 * program says stands in the documentation as it is. Called by `npm run generate`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulePage, rules } from '../src/triage/index.ts';
import { evidenceBlocks } from './docs/evidence-blocks.ts';
import { filterBlocks } from './docs/filter-blocks.ts';
import { blocksIn, filled } from './docs/markdown.ts';
import { modelBlocks } from './docs/model-blocks.ts';
import { programBlocks } from './docs/program-blocks.ts';
import { vocabularyBlocks } from './docs/vocabulary-blocks.ts';

const root = join(import.meta.dirname, '..');

/** README.md and the pages of docs/, but for those of the rules: paths from the root, with `/`. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Every block by its name. Diagnoses the samples: some seconds. */
export async function allBlocks(): Promise<ReadonlyMap<string, string>> {
  const made = { ...vocabularyBlocks, ...evidenceBlocks, ...modelBlocks, ...filterBlocks };
  return new Map([
    ...Object.entries(made).map(([name, make]): [string, string] => [name, make()]),
    ...Object.entries(await programBlocks()),
  ]);
}

/** Pages that differ from what the code and the program say. */
export function staleDocs(
  blocks: ReadonlyMap<string, string>,
): ReadonlyArray<{ readonly file: string; readonly text: string }> {
  const current = [
    ...pages
      .filter((page) => blocksIn(textOf(page)).length > 0)
      .map((page) => [page, filled(textOf(page), blocks)] as const),
    ...rules.map((rule) => [`docs/rules/${rule.id}.md`, rulePage(rule)] as const),
  ];
  return current
    .map(([page, text]) => ({ file: join(root, page), text }))
    .filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
}
