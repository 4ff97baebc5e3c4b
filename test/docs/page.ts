import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

const fence = /^(`{3,})(\w*)\n([\s\S]*?)^\1$/gm;

/** A page without its fenced blocks. */
export const proseOf = (text: string): string => text.replace(fence, '');

/** Lines of the fenced blocks of a language. */
export const linesIn = (text: string, language: string): readonly string[] =>
  [...text.matchAll(fence)]
    .filter((found) => found[2] === language)
    .flatMap((found) => (found[3] ?? '').trim().split('\n'));

/** Targets of the links of a page, images included. */
export const linksIn = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1] ?? '');

/** Names that the headings of a page can be linked by. */
export const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map((found) =>
      (found[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
