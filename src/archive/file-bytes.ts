import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Digest, sha256 } from '../base/digest.ts';
import type { Identity, Progress } from './reading.ts';

/** Bytes that can be had from any place. */
export interface RandomAccess {
  readonly size: number;
  /** Up to n bytes at a place. */
  readonly readAt: (position: number, n: number) => Promise<Buffer>;
}

/** A regular file, open for one pass from start to end, or for reading here and there. */
export interface FileBytes extends RandomAccess {
  /** Throws the system's error when the disk can't be read. */
  readonly chunks: AsyncGenerator<Buffer>;
  /** The same, where it is the way through the file and not a second look: it is progress. */
  readonly byPlace: RandomAccess;
  /** Reads what the pass left, then gives the digest of every byte. */
  readonly identity: () => Promise<Identity>;
  readonly close: () => Promise<void>;
}

const chunkBytes = 256 * 1024;

/** `O_NONBLOCK` because a pipe that took the file's place would wait for ever. */
const quickly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** For files found below a folder: a link that took the file's place is refused. */
export const neverFollow = quickly | (constants.O_NOFOLLOW ?? 0);

/** A file could be opened, but is none. */
export class NoRegularFile extends Error {}

/** Throws the system's error, or `NoRegularFile`. */
export async function openFile(path: string | Buffer, progress: Progress, flags: number = quickly): Promise<FileBytes> {
  const handle = await open(path, flags);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new NoRegularFile('not a regular file');
    return fileBytes(handle, stat.size, progress);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileBytes(handle: FileHandle, size: number, progress: Progress): FileBytes {
  const hash = sha256();
  let bytes = 0;
  let counted = 0;
  const count = (n: number): void => {
    // What a zip reads here and there, the pass for the digest meets again.
    const fresh = Math.max(0, Math.min(n, size - counted));
    counted += fresh;
    progress.bytes += fresh;
  };
  const readAt = (position: number, n: number): Promise<Buffer> =>
    readInto(handle, Buffer.allocUnsafeSlow(Math.max(0, Math.min(n, size - position))), position);
  async function* pass(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = await readInto(
        handle,
        Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(size - bytes, 4096))),
        null,
      );
      if (chunk.length === 0) return;
      hash.update(chunk);
      bytes += chunk.length;
      count(chunk.length);
      yield chunk;
    }
  }
  const chunks = pass();
  return {
    size,
    chunks,
    readAt,
    byPlace: windowed({
      size,
      async readAt(position, n) {
        const chunk = await readAt(position, n);
        count(chunk.length);
        return chunk;
      },
    }),
    async identity() {
      while (!(await chunks.next()).done);
      return { digest: `sha256:${hash.digest('hex')}` satisfies Digest, bytes };
    },
    close: () => handle.close(),
  };
}

const windowBytes = 64 * 1024;

/** Small reads near each other, forwards or backwards, become one read of the disk. */
function windowed({ size, readAt }: RandomAccess): RandomAccess {
  let start = 0;
  let window: Buffer = Buffer.alloc(0);
  return {
    size,
    async readAt(position, n) {
      if (n >= windowBytes) return readAt(position, n);
      if (position < start || position >= start + window.length) {
        start = position - (position % windowBytes);
        window = await readAt(start, windowBytes);
      }
      return window.subarray(position - start, position - start + n);
    },
  };
}

/** A stretch of bytes from start to end, in pieces. */
export async function* stretch(bytes: RandomAccess, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const chunk = await bytes.readAt(at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

export const inMemory = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  readAt: async (position, n) => bytes.subarray(position, position + n),
});

async function readInto(handle: FileHandle, buffer: Buffer, position: number | null): Promise<Buffer> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

/** The system refused, as opposed to a defect of the program. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof NoRegularFile ||
  (error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'ERR_ACCESS_DENIED')));

/** The system's error in words, without the path. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ERR_ACCESS_DENIED: 'permission denied',
    ELOOP: 'it is a link now, or its links run in a circle',
    ENOTDIR: 'a part of the path is no folder',
    EISDIR: 'it is a folder',
    ENXIO: 'it is a pipe, socket or device',
    EIO: 'the disk reports a read error',
    EMFILE: 'too many files are open',
    ENAMETOOLONG: 'the path is too long for this system',
  };
  return known[code] ?? error.message;
}
