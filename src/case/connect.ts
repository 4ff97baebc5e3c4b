import { closeSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Digest } from '../base/digest.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { evidenceVersion } from '../evidence/index.ts';
import { acceleratorStatements, shadowTables } from './accelerators/tables.ts';
import { applicationId, indexStatements, schemaVersion, tableStatements, viewStatements } from './schema.ts';

const sqliteMagic = 'SQLite format 3\0';

/** Whether the file's first bytes are those of an SQLite database. */
export function isDatabase(path: string): boolean {
  const head = Buffer.alloc(sqliteMagic.length);
  try {
    const handle = openSync(path, 'r');
    try {
      readSync(handle, head, 0, head.length, 0);
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
  return head.toString('latin1') === sqliteMagic;
}

const rebuild = 'Open the archive that it was made of: the case is built anew.';

/**
 * Opens a case read-only. It may come from elsewhere, so nothing in it is trusted: its layout must be ours to the letter
 * (no trigger, view or function that came along can run), pages are checked, and the schema is allowed nothing.
 */
export function connect(path: string): Result<Database.Database> {
  let db: Database.Database;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
  } catch (error) {
    return fail('case_invalid', path, `the case file cannot be opened: ${(error as Error).message}`, rebuild);
  }
  try {
    const foreign = whyForeign(db, path);
    if (foreign !== null) {
      db.close();
      return foreign;
    }
    return ok(db);
  } catch (error) {
    db.close();
    return fail('case_invalid', path, `the case file is damaged: ${(error as Error).message}`, rebuild);
  }
}

function whyForeign(db: Database.Database, path: string): Result<never> | null {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('mmap_size = 0');
  db.pragma('temp_store = MEMORY');
  if (db.pragma('application_id', { simple: true }) !== applicationId)
    return fail('case_invalid', path, 'this SQLite file is not a case of inquest', 'Give the archive, or a case file.');
  const version = db.pragma('user_version', { simple: true });
  if (version !== schemaVersion)
    return fail('case_invalid', path, `the case has layout ${version}; this program reads ${schemaVersion}`, rebuild);
  const found = db
    .prepare("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY sql")
    .pluck()
    .all() as string[];
  const expected = new Set([...tableStatements, ...indexStatements, ...viewStatements]);
  const droppable = new Set([...acceleratorStatements, ...shadowTables]);
  const strange = found.some((sql) => !expected.has(sql) && !droppable.has(sql));
  if (strange || found.filter((sql) => expected.has(sql)).length !== expected.size)
    return fail('case_invalid', path, 'the layout of the case is not the one that inquest writes', rebuild);
  const evidence = db.prepare("SELECT value FROM meta WHERE key = 'evidence_version'").pluck().get();
  if (evidence !== String(evidenceVersion))
    return fail('case_invalid', path, `the case was read by version ${evidence} of the evidence contract`, rebuild);
  return null;
}

export const hasTable = (db: Database.Database, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;

/** Whether every page of the file is in order; slow, so only for a case that a person hands over. */
export function isSound(db: Database.Database): boolean {
  try {
    return db.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  }
}

export const digestIn = (db: Database.Database): Digest =>
  db.prepare("SELECT value FROM meta WHERE key = 'digest'").pluck().get() as Digest;
