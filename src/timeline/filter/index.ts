/** filter/: the filter language of the timeline, from text to what passes it. */
export { bothOf, everything, type Filter } from './ast.ts';
export { filterTest } from './evaluate.ts';
export { type FieldName, fields, flags } from './fields.ts';
export { parseFilter } from './parse.ts';
export { printFilter } from './print.ts';
export type { FilterRecord } from './record.ts';
export type { FilterError } from './scanner.ts';
export { type Selector, selectorOf } from './select.ts';
