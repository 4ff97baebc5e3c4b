/** filter/: the filter language of the timeline, from text to what passes it. */
export { bothOf, everything, type Filter, type Pattern } from './ast.ts';
export { filterTest } from './evaluate.ts';
export { type FieldName, fields, flags } from './fields.ts';
export { parseFilter } from './parse.ts';
export { bytesTest, heldWord, phraseTest } from './phrase.ts';
export { printFilter } from './print.ts';
export type { FilterRecord } from './record.ts';
export { isPart, type ViewCells } from './row-record.ts';
export type { FilterError } from './scanner.ts';
export { cellsOf, mentionsOf, type Selector, selectorOf } from './select.ts';
export { type FilterWords, filterWords } from './words.ts';
