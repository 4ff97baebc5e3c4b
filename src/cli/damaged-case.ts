/** A case file that turns out to be damaged while it is read. */
import { rmSync } from 'node:fs';
import type { Failure } from '../base/result.ts';
import type { CaseReader } from '../case/index.ts';
import { storedCases } from './cases.ts';

const damagedPage = /^SQLITE_(?:CORRUPT|NOTADB)/;

/** Whether SQLite met a page of the file that is not what it must be. */
export function isDamage(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && damagedPage.test(code);
}

/**
 * What to say of an error while `reader` was read; null where its case is not the reason. A case in the data directory is not
 * checked page by page when it is opened again, since that reads all of it: a damaged one is removed, so that the next start
 * builds it anew. A file that the person named is theirs.
 */
export function damagedCase(reader: CaseReader, error: unknown): Failure | null {
  if (!isDamage(error)) return null;
  const own = storedCases().some((stored) => stored.path === reader.path);
  if (own) rmSync(reader.path, { force: true });
  const next = own
    ? 'It was removed: run the same command again, and the case is built anew.'
    : 'Remove it, or name another with --case, and open the archive again: the case is built anew.';
  return { code: 'case_invalid', what: reader.path, why: 'the case file is damaged', next };
}
