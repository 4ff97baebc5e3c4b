/** replay/: the incident once more in virtual time, as it was and with one thing repaired. */
export { certificateDigest, type Statement, statementOf } from './certificate/statement.ts';
export { isCheckCode } from './decided.ts';
export { type ReplayDocument, replayDocument, type WhatIf } from './document.ts';
export { replayFactual } from './factual.ts';
export { fitnessOf } from './fidelity/tally.ts';
export { type Answer, type InvestigateOptions, type Investigation, investigate, type Question } from './investigate.ts';
export type { ReplayEvent } from './kernel/index.ts';
export { type MissedSweep, missedSweeps } from './missed-sweep.ts';
export { ownRefusals, readingsOf, shows } from './observation.ts';
export { callerOf, callerSql, type Predicate } from './predicate.ts';
export type { Assessed } from './what-if/assess.ts';
