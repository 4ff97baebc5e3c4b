import { lstat, opendir } from 'node:fs/promises';
import { sha256 } from '../../base/digest.ts';
import { isRefusal, neverFollow, openFile, reasonOf } from '../file-bytes.ts';
import { limitText } from '../limits.ts';
import type { Entry, Pieces } from '../member.ts';
import { spellPath } from '../names.ts';
import type { Identity, Reading } from '../reading.ts';

/** A regular file below the root. */
export interface Found {
  readonly raw: Buffer;
  readonly path: string;
  readonly size: number;
}

const slash = Buffer.from('/');

/**
 * The regular files below a folder, in the order of their paths' bytes. Links are not followed, neither links nor
 * devices opened. Throws the system's error when the root itself can't be listed, `ArchiveStopped` at a limit.
 */
export async function listFolder(root: Buffer, reading: Reading): Promise<readonly Found[]> {
  const found: Found[] = [];
  const { hazards, limits, names } = reading;

  async function visit(folder: Buffer, prefix: string, depth: number): Promise<void> {
    for (const { name, raw, kind, size } of await entries(folder, prefix, reading)) {
      const path = prefix + name;
      if (kind === 'link') hazards.add(path, 'link', 'symbolic link');
      else if (kind === 'device') hazards.add(path, 'device', 'a device, pipe or socket');
      else if (kind === 'file') {
        if (names.fits(path)) found.push({ raw, path, size });
      } else if (depth >= limits.depth) hazards.add(path, 'limit', `skipped: ${limitText('depth', limits)}`);
      else {
        const problem = await systemErrorOf(() => visit(raw, `${path}/`, depth + 1));
        if (problem !== null) hazards.add(path, 'unreadable', problem);
      }
    }
  }
  await visit(root, '', 1);
  return found;
}

interface Listed {
  readonly name: string;
  readonly raw: Buffer;
  readonly kind: 'file' | 'folder' | 'link' | 'device';
  readonly size: number;
}

/** Sorted so that the whole walk is in the order of the paths' bytes: `a.b` before `a/b`, though `a` is before `a.b`. */
async function entries(folder: Buffer, prefix: string, reading: Reading): Promise<readonly Listed[]> {
  const list: { readonly key: Buffer; readonly entry: Listed }[] = [];
  // The typings know no folder given, or names returned, as bytes; Node does.
  const directory = await opendir(folder as unknown as string, { encoding: 'buffer' as BufferEncoding });
  for await (const found of directory) {
    reading.tally.addMember();
    const bytes = Buffer.from(found.name as unknown as Uint8Array);
    const name = spellPath(bytes);
    const raw = Buffer.concat([folder, slash, bytes]);
    const problem = await systemErrorOf(async () => {
      const stat = await lstat(raw);
      const kind = stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'device';
      list.push({
        key: Buffer.from(kind === 'folder' ? `${name}/` : name),
        entry: { name, raw, kind, size: stat.size },
      });
    });
    if (problem !== null) reading.hazards.add(prefix + name, 'unreadable', problem);
  }
  return list.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry);
}

/** What the system said, in words; null when it did not refuse. Other errors pass. */
async function systemErrorOf(attempt: () => Promise<void>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return reasonOf(error);
  }
}

/** Gives every file as an entry; returns the identity of the folder. */
export async function* readFolder(files: readonly Found[], reading: Reading): AsyncGenerator<Entry, Identity> {
  const identity = sha256();
  let bytes = 0;
  for (const file of files) {
    const opened = await openQuietly(file, reading);
    if (opened === null) continue;
    const { chunks, identity: whole, close } = opened;
    try {
      const read = pieces(chunks, reading);
      yield { path: reading.names.unique(file.path), pieces: read };
      while (!(await read.next()).done);
      const stored = await whole();
      identity.update(`${file.path}\0${stored.bytes}\0${stored.digest.slice('sha256:'.length)}\n`);
      bytes += stored.bytes;
    } finally {
      await close();
    }
  }
  return { digest: `sha256:${identity.digest('hex')}`, bytes };
}

async function openQuietly(file: Found, reading: Reading): Promise<Awaited<ReturnType<typeof openFile>> | null> {
  try {
    return await openFile(file.raw, reading.progress, neverFollow);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    reading.hazards.add(file.path, 'unreadable', reasonOf(error));
    return null;
  }
}

async function* pieces(chunks: AsyncGenerator<Buffer>, reading: Reading): Pieces {
  try {
    for await (const chunk of chunks) {
      reading.tally.addBytes(chunk.length, reading.progress.bytes);
      yield chunk;
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return reasonOf(error);
  }
  return null;
}
