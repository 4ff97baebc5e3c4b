/** The fields of the filter language, as they are declared. */
import { fields } from '../../src/timeline/index.ts';
import { code, table } from './markdown.ts';

const takes: Readonly<Record<(typeof fields)[keyof typeof fields]['type'], string>> = {
  word: 'text',
  integer: 'a whole number',
  time: 'a time',
  flag: 'one of these words',
  presence: 'a field',
};

export const filterBlocks = {
  'filter-fields': (): string =>
    table(
      ['field', 'takes', 'matches'],
      Object.entries(fields).map(([name, { type, matches }]) => [code(name), takes[type], matches]),
    ),
};
