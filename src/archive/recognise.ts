import { byteReader } from './byte-reader.ts';
import type { FileBytes } from './file-bytes.ts';
import type { Head } from './forms/table.ts';
import { gunzip, isGzip } from './gzip.ts';

const headBytes = 64 * 1024;

/** Reads no more than the first bytes of the file, and decompresses no more than it needs of them. */
export async function readHead(file: FileBytes): Promise<Head> {
  const stored = await file.readAt(0, Math.min(headBytes, Math.max(file.size, 1)));
  if (!isGzip(stored)) return { stored, plain: stored, compression: 'none', whole: stored.length >= file.size };
  const ignore = (): void => {};
  const unpacked = gunzip(
    { reader: byteReader(once(stored)), readAt: async (position, n) => stored.subarray(position, position + n) },
    { checksum: ignore, trailing: ignore },
  );
  const plain = byteReader(unpacked.chunks);
  try {
    const head = await plain.take(headBytes);
    return { stored, plain: head, compression: 'gzip', whole: head.length < headBytes && stored.length >= file.size };
  } finally {
    await plain.close();
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
