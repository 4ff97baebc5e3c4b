/** evidence/: the bytes of a member become records of a kind. */
export { type ApprovalText, parseApproval } from './approval-text.ts';
export {
  type CellForm,
  cellForm,
  cellForms,
  cellsOf,
  leadingCells,
  numberCell,
  type RowBatch,
  type RowMention,
  symbolCell,
  textBytes,
  textCell,
} from './batch.ts';
export type { Column, ColumnType, LinkRole, Table } from './columns.ts';
export { type DialectFile, readDialects, type UserDialect } from './dialects/index.ts';
export { timeFormBit } from './fast-time.ts';
export {
  dialectText,
  holeMark,
  keysOf,
  lookedAtMax,
  nearestKind,
  type Proposal,
  propose,
  type SurveyedGroup,
  type SurveyedMember,
  saysAnything,
  survey,
  surveyScrapes,
} from './foreign/index.ts';
export { type GapReason, gapReasons } from './kind.ts';
export { stateEntities } from './kinds/state.ts';
export { journalText } from './log/json-log.ts';
export { isYearless, placedInYear } from './log/log-time.ts';
export { parseRecord, recordParts } from './parse-record.ts';
export { createEvidenceReader } from './read.ts';
export type {
  EvidenceOptions,
  EvidenceReader,
  LineCount,
  MemberReader,
  MemberReading,
  MemberSummary,
} from './reader-types.ts';
export {
  type ArtifactRow,
  type AttemptRow,
  type AuditRow,
  type CallRow,
  type ColumnName,
  type DocumentRow,
  type GapRow,
  type JobRow,
  type JournalRow,
  type LogRow,
  type ProbeRow,
  type RequestRow,
  type Row,
  type RowKind,
  rowKinds,
  type SampleRow,
  type SnapshotRow,
  tables,
} from './tables.ts';

/** Raised whenever the same bytes become other records: a case of another version is built anew. */
export const evidenceVersion = 1;
