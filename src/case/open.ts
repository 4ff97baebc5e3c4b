import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { defaultLimits, digestArchive, type Limits } from '../archive/index.ts';
import type { Digest } from '../base/digest.ts';
import { fileTrouble } from '../base/file-trouble.ts';
import { compareText } from '../base/order.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { UserDialect } from '../evidence/index.ts';
import { type Built, buildCase } from './build.ts';
import { connect, digestIn, isDatabase, isSound } from './connect.ts';
import {
  casePath,
  dataFolder,
  isDigest,
  mayKnow,
  rememberCase,
  rememberedCase,
  removeStale,
  temporaryPath,
  type Way,
} from './data-folder.ts';
import { recall, remembering } from './known-files.ts';
import { makeFolder } from './make-folder.ts';
import { carryNotes } from './notes.ts';
import { createReader } from './reader.ts';
import type { CaseReader, OpenOptions } from './reader-types.ts';
import { isReadWith } from './readings.ts';

/**
 * Opens archives as one incident (or a case file alone): the case that exists is used again, else one is built. The order of
 * the archives does not matter, and one that is given twice counts once. Failures: `usage`, `unreadable`, `unrecognised`,
 * `limit`, `case_invalid`, `disk`, `interrupted`.
 */
export async function openIncident(paths: readonly string[], options: OpenOptions = {}): Promise<Result<CaseReader>> {
  const [first] = paths;
  if (first === undefined) return fail('usage', 'ARCHIVE', 'missing', 'Name an archive, a folder or a case file.');
  const given = paths.find((path) => isFile(path) && isDatabase(path));
  if (given !== undefined && paths.length > 1)
    return fail('usage', given, 'a case file is opened alone', 'Give the archives that it was made of instead.');
  const way: Way = { limits: options.limits ?? defaultLimits, dialects: options.dialects ?? [] };
  const folder = options.dataDir ?? dataFolder();
  if (given !== undefined) return openGiven(given, folder, way.dialects);
  const { caseFile } = options;
  if (paths.length === 1 && isUnseen(first, folder, caseFile)) return openUnseen(first, folder, way, options);
  options.onProgress?.({ step: 'reading', done: 0, of: 1 });
  const archives: Archive[] = [];
  for (const path of paths) {
    const archive = await identified(path, folder, way.limits);
    if (!archive.ok) return archive;
    archives.push(archive.value);
  }
  const set = archiveSet(archives);
  return caseFile === undefined
    ? openCached(set, folder, way, options)
    : openAt(set, resolve(caseFile), folder, way, options);
}

/**
 * Whether no case can be that of the file, so that it need not be read only to be known by its digest: that is found out while it
 * is read for its records.
 */
function isUnseen(path: string, folder: string, caseFile: string | undefined): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return false;
  return caseFile === undefined ? !mayKnow(folder, found.size) : !existsSync(caseFile);
}

async function openUnseen(path: string, folder: string, way: Way, options: OpenOptions): Promise<Result<CaseReader>> {
  const remember = remembering(folder, path, 'archive');
  const built = await buildInto([path], folder, way, options);
  if (!built.ok) return built;
  for (const { digest, name } of built.value.archives) remember(`${digest}\n${name}`);
  return reopenCase(built.value.file, folder);
}

/** Builds where the options say, else among the cases that are kept. */
async function buildInto(
  paths: readonly string[],
  folder: string,
  way: Way,
  options: OpenOptions,
): Promise<Result<Placed>> {
  if (options.caseFile !== undefined) {
    const file = resolve(options.caseFile);
    return buildBeside(paths, dirname(file), () => file, way, options);
  }
  const place = (digest: Digest): string => casePath(folder, digest);
  const built = await buildBeside(paths, resolve(folder, 'cases'), place, way, options);
  if (built.ok) rememberCase(folder, built.value.archives, way, built.value.digest);
  return built;
}

interface Archive {
  readonly path: string;
  readonly digest: Digest;
  readonly name: string;
}

/** The digest of a large file costs as much as to read it: while the file stays as it is, it is remembered. */
async function identified(path: string, folder: string, limits: Limits): Promise<Result<Archive>> {
  const [digest, name] = recall(folder, path, 'archive')?.split('\n') ?? [];
  if (digest !== undefined && isDigest(digest) && name !== undefined) return ok({ path, digest, name });
  const remember = remembering(folder, path, 'archive');
  const found = await digestArchive(path, limits);
  if (!found.ok) return found;
  remember(`${found.value.digest}\n${found.value.name}`);
  return ok({ path, digest: found.value.digest, name: found.value.name });
}

/** By digest, each once: whatever the order in which they were named. */
function archiveSet(archives: readonly Archive[]): readonly Archive[] {
  const ordered = [...archives].sort(
    (a, b) => compareText(a.digest, b.digest) || compareText(a.name, b.name) || compareText(a.path, b.path),
  );
  return ordered.filter(({ digest }, at) => digest !== ordered[at - 1]?.digest);
}

const namesOf = (archives: readonly Archive[]): ReadonlyMap<Digest, string> =>
  new Map(archives.map(({ digest, name }) => [digest, name]));
const pathsOf = (archives: readonly Archive[]): readonly string[] => archives.map(({ path }) => path);
const digestsOf = (archives: readonly Archive[]): readonly Digest[] => archives.map(({ digest }) => digest);

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Opens a case file that this program has just opened or built, for another thread: what was checked is not checked again. */
export function reopenCase(path: string, folder: string = dataFolder()): Result<CaseReader> {
  const opened = connect(path);
  return opened.ok ? ok(createReader(opened.value, path, folder)) : opened;
}

function openGiven(path: string, folder: string, dialects: readonly UserDialect[]): Result<CaseReader> {
  const opened = connect(path);
  if (!opened.ok) return opened;
  // What a case was read in is part of it; without the flag it opens as it is.
  if (dialects.length > 0 && !isReadWith(opened.value, dialects)) {
    opened.value.close();
    return fail(
      'usage',
      '--dialect',
      `${path} is a case file, read in other dialects`,
      'Give the archives that it was made of instead.',
    );
  }
  if (wasSound(path, folder, opened.value)) return ok(createReader(opened.value, path, folder));
  opened.value.close();
  return fail(
    'case_invalid',
    path,
    'the case file is damaged',
    'Open the archive that it was made of: the case is built anew.',
  );
}

/** Every page is looked at once, and again when the file has changed. */
function wasSound(path: string, folder: string, db: Database.Database): boolean {
  if (recall(folder, path, 'sound') !== null) return true;
  const remember = remembering(folder, path, 'sound');
  if (!isSound(db)) return false;
  remember('');
  return true;
}

async function openCached(
  archives: readonly Archive[],
  folder: string,
  way: Way,
  options: OpenOptions,
): Promise<Result<CaseReader>> {
  const remembered = rememberedCase(folder, digestsOf(archives), way);
  if (remembered !== null) {
    const reader = readerOf(folder, archives, remembered);
    if (reader !== null) return ok(reader);
  }
  const built = await buildInto(pathsOf(archives), folder, way, options);
  return built.ok ? reopenCase(built.value.file, folder) : built;
}

/** Null where the case is not there, is of something else, or cannot be read: then it is built anew. */
function readerOf(folder: string, archives: readonly Archive[], digest: Digest): CaseReader | null {
  const file = casePath(folder, digest);
  const opened = existsSync(file) ? connect(file) : null;
  if (opened?.ok !== true) return null;
  try {
    if (digestIn(opened.value) === digest && isOf(opened.value, archives))
      return createReader(opened.value, file, folder, namesOf(archives));
  } catch {
    // A damaged page.
  }
  opened.value.close();
  return null;
}

/** A folder and its tar have one case, but not the same hazards: the case is that of the archive which was read last. */
const isOf = (db: Database.Database, archives: readonly Archive[]): boolean => {
  const made = db.prepare('SELECT digest FROM archive ORDER BY id').pluck().all();
  return made.length === archives.length && archives.every(({ digest }, at) => digest === made[at]);
};

async function openAt(
  archives: readonly Archive[],
  file: string,
  folder: string,
  way: Way,
  options: OpenOptions,
): Promise<Result<CaseReader>> {
  if (existsSync(file)) {
    const opened = connect(file);
    if (!opened.ok && !isDatabase(file))
      return fail('usage', file, 'this file exists and is not a case', 'Choose another name for --case.');
    if (opened.ok) {
      const isSame = isOf(opened.value, archives);
      if (isSame && isReadWith(opened.value, way.dialects))
        return ok(createReader(opened.value, file, folder, namesOf(archives)));
      opened.value.close();
      const why = isSame ? 'this case was read in other dialects' : 'this case is of another archive';
      return fail('usage', file, why, 'Choose another name for --case, or remove it.');
    }
    if (opened.error.why.startsWith('this SQLite file')) return opened;
  }
  const built = await buildInto(pathsOf(archives), folder, way, options);
  return built.ok ? reopenCase(built.value.file, folder) : built;
}

interface Placed extends Built {
  readonly file: string;
}

/** Builds into a temporary file of the same folder and moves it into place: there is the old case, the new one, or none. */
async function buildBeside(
  paths: readonly string[],
  folder: string,
  place: (digest: Digest) => string,
  way: Way,
  options: OpenOptions,
): Promise<Result<Placed>> {
  const temporary = temporaryPath(folder);
  try {
    makeFolder(folder, 0o700);
    removeStale(folder);
    // Evidence holds secrets: nobody else may read the case. SQLite takes the empty file as a new database.
    closeSync(openSync(temporary, 'wx', 0o600));
  } catch (error) {
    return unwritable(folder, error);
  }
  // At once, and not when the threads have ended: SQLite may take long to end a step, and we may be killed before.
  const drop = (): void => {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}-journal`, { force: true });
  };
  options.signal?.addEventListener('abort', drop);
  try {
    const built = await buildCase(paths, temporary, {
      ...way,
      onProgress: options.onProgress ?? (() => undefined),
      signal: options.signal,
    });
    if (!built.ok) return built;
    const file = place(built.value.digest);
    try {
      keepNotes(file, temporary);
      renameSync(temporary, file);
    } catch (error) {
      return unwritable(file, error);
    }
    return ok({ ...built.value, file });
  } finally {
    options.signal?.removeEventListener('abort', drop);
    drop();
  }
}

/** A note belongs to a person: a case that takes the place of another takes its notes along. */
function keepNotes(file: string, fresh: string): void {
  const opened = reopenCase(fresh);
  if (!opened.ok) throw new Error(opened.error.why);
  try {
    carryNotes(file, fresh, opened.value.numberOf);
  } finally {
    opened.value.close();
  }
}

const unwritable = (path: string, error: unknown): Result<never> =>
  fail(
    'disk',
    path,
    `the case cannot be written: ${fileTrouble(error)}`,
    'Put it elsewhere with --case FILE or the environment variable INQUEST_DATA.',
  );
