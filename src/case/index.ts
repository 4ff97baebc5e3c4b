/** case/: the case file, one SQLite file that holds everything: built once from an archive, then read. */

export { type CheckCount, type CheckKind, type CheckResult, type Checks, checkKinds } from './check-results.ts';
export { type ClockEpoch, type ClockRow, type ClockState, clockStates } from './clock-rows.ts';
export { type CaseContents, contentsOf } from './contents.ts';
export { dataFolder } from './data-folder.ts';
export { failedProblems } from './failed-problems.ts';
export { makeFolder } from './make-folder.ts';
export { openIncident, reopenCase } from './open.ts';
export type {
  ArchiveRow,
  CapturedRow,
  CaseReader,
  Coverage,
  DialectUse,
  EntityRow,
  EventPlace,
  EventQuery,
  EventRow,
  IntegrityProblem,
  LinkRow,
  MemberRow,
  MentionRow,
  NoteInput,
  NoteRow,
  OpenOptions,
  Progress,
  RawFind,
  RawStep,
  RecordDetail,
  RowCondition,
  RowValue,
  SliceCounts,
  SliceQuery,
  SqlResult,
  SqlValue,
  StateRow,
  Totals,
  ValueTest,
  Where,
} from './reader-types.ts';
export type { CauseInput, FindingInput, SymptomInput } from './results.ts';
export { stampOf } from './stamp.ts';
