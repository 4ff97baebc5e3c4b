/** replay/: the incident once more in virtual time, as it was and with one thing repaired. */
export { absenceOf } from './absence.ts';
export { certificateDigest, type Statement, statementOf } from './certificate/statement.ts';
export { isCheckCode } from './decided.ts';
export { type Answer, type InvestigateOptions, type Investigation, investigate, type Question } from './investigate.ts';
export { readingsOf, shows } from './observation.ts';
export { callerOf, callerSql, type Predicate } from './predicate.ts';
export type { Candidate } from './what-if/cause-model.ts';
export type { Assessed } from './what-if/evaluate.ts';
