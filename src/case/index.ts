/** case/: the case file, one SQLite file that holds everything: built once from an archive, then read. */
import type { Result } from '../base/result.ts';
import type { CaseReader, OpenOptions } from './reader-types.ts';

export type {
  ArchiveRow,
  CaseReader,
  CauseInput,
  Coverage,
  EntityRow,
  EventQuery,
  EventRow,
  FindingInput,
  IntegrityProblem,
  LinkRow,
  MemberRow,
  OpenOptions,
  Progress,
  RecordDetail,
  SqlResult,
  SqlValue,
  StateRow,
  Totals,
  Where,
} from './reader-types.ts';

/**
 * Opens an archive (or a case file): the case that exists is used again, else one is built. Failures: `unreadable`,
 * `unrecognised`, `limit`, `case_invalid`, `disk`, `interrupted`.
 */
export async function openIncident(_path: string, _options: OpenOptions = {}): Promise<Result<CaseReader>> {
  throw new Error('the case file is being built');
}
