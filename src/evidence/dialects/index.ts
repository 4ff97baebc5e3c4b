/** Dialects: other spellings of the contract, as data. A record is mapped when it is read, and nowhere later. */
export { builtInName, compileDialects, type Dialects } from './compile.ts';
export type { UserDialect, When } from './dialect.ts';
export { type DialectFile, readDialects } from './load.ts';
export { renameLabels } from './metrics.ts';
