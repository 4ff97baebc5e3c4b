import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import { type FileBytes, isRefusal, openFile, reasonOf } from './file-bytes.ts';
import { type Found, listFolder, readFolder } from './forms/directory.ts';
import { type ArchiveForm, foreignForm } from './forms/table.ts';
import type { Hazard } from './hazards.ts';
import { ArchiveStopped, defaultLimits, type Limits } from './limits.ts';
import type { Member } from './member.ts';
import { spellPath } from './names.ts';
import { type Identity, type Packed, type Reading, startReading } from './reading.ts';
import { giveAll, unfoldFile } from './unfold.ts';

export interface ArchiveEnd extends Identity {
  /** Base name as given, in reference spelling. */
  readonly name: string;
  readonly form: ArchiveForm;
  readonly hazards: readonly Hazard[];
  /** Members that were decompressed or opened as archives, as they lie in the archive. */
  readonly packed: readonly Packed[];
}

/** What was read, once it is read. */
type Read = Identity & { readonly form: ArchiveForm };

export interface Archive {
  /**
   * One pass, in the order of the archive (a folder: in the order of the paths' bytes). A member's chunks are read
   * before the next member is asked for; what was left is passed over. Throws `ArchiveStopped` where the rest is lost,
   * also from the chunks of a member. Leaving the loop early closes everything.
   */
  readonly members: AsyncIterable<Member>;
  /** Only after the members ran out. */
  readonly end: () => ArchiveEnd;
  /** Bytes on disk, as `bytesRead` counts them. */
  readonly totalBytes: number;
  readonly bytesRead: () => number;
}

/** Everything about the bytes is decided here by their content, never by a name. Holds nothing open. */
export async function openArchive(path: string, limits: Limits = defaultLimits): Promise<Result<Archive>> {
  return startAt(path, limits, {
    folder: async (files, reading) => ok(archiveOf(sizeOf(files), reading, membersOfFolder(files, reading))),
    async file(file, reading) {
      const foreign = foreignForm(await file.readAt(0, magicBytes));
      if (foreign === null) return ok(archiveOf(file.size, reading, membersOfFile(path, reading)));
      return fail(
        'unrecognised',
        path,
        `this is a ${foreign.name} file, which cannot be opened directly`,
        `Unpack it (${foreign.unpack}) and give the unpacked folder or file instead.`,
      );
    },
  });
}

/** The digest alone, of every stored byte (formats.md 7): to find a case that was made of the same archive. */
export async function digestArchive(
  path: string,
  limits: Limits = defaultLimits,
): Promise<Result<Identity & { readonly name: string }>> {
  return startAt(path, limits, {
    async folder(files, reading) {
      const entries = readFolder(files, reading);
      for (;;) {
        const step = await entries.next();
        if (step.done) return ok({ ...step.value, name: reading.name });
      }
    },
    file: async (file, reading) => ok({ ...(await file.identity()), name: reading.name }),
  });
}

interface Start<T> {
  readonly folder: (files: readonly Found[], reading: Reading) => Promise<Result<T>>;
  /** The file is closed afterwards. */
  readonly file: (file: FileBytes, reading: Reading) => Promise<Result<T>>;
}

async function startAt<T>(path: string, limits: Limits, start: Start<T>): Promise<Result<T>> {
  const reading = startReading(nameOf(path), limits);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await start.folder(await listFolder(Buffer.from(path), reading), reading);
    if (!found.isFile())
      return fail(
        'unreadable',
        path,
        'this is a device, pipe or socket',
        'Save the archive as a file and give that file.',
      );
    // What recognising reads is no progress.
    const file = await openFile(path, { bytes: 0 });
    try {
      return await start.file(file, reading);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ArchiveStopped) return { ok: false, error: error.failure };
    if (!isRefusal(error)) throw error;
    return fail('unreadable', path, reasonOf(error), 'Check the path, and that you may read it.');
  }
}

const magicBytes = 16;

/** `.` and `dir/` have a name too. */
const nameOf = (path: string): string =>
  spellPath(Buffer.from(basename(path === '.' || path === '..' ? resolve(path) : path)));

const sizeOf = (files: readonly Found[]): number => files.reduce((sum, { size }) => sum + size, 0);

function archiveOf(totalBytes: number, reading: Reading, source: AsyncGenerator<Member, Read>): Archive {
  let read: Read | null = null;
  async function* members(): AsyncGenerator<Member> {
    read = yield* source;
  }
  return {
    members: members(),
    totalBytes,
    bytesRead: () => reading.progress.bytes,
    end() {
      if (read === null) throw new Error('end of the archive asked for before its members ran out');
      return { name: reading.name, ...read, hazards: reading.hazards.list(), packed: reading.packed };
    },
  };
}

async function* membersOfFolder(files: readonly Found[], reading: Reading): AsyncGenerator<Member, Read> {
  return { ...(yield* giveAll(readFolder(files, reading), reading)), form: 'directory' };
}

async function* membersOfFile(path: string, reading: Reading): AsyncGenerator<Member, Read> {
  try {
    const file = await openFile(path, reading.progress);
    try {
      const form = yield* unfoldFile(file, reading);
      return { ...(await file.identity()), form };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new ArchiveStopped({
      code: 'unreadable',
      what: path,
      why: reasonOf(error),
      next: 'Copy the archive to a disk that can be read, and try again.',
    });
  }
}
