import { crc32 } from 'node:zlib';
import { remaining } from '../content.ts';
import { decode, type Source } from '../decode.ts';
import { startInflate } from '../engine.ts';
import type { Pieces } from '../member.ts';
import type { Reading } from '../reading.ts';
import { Damage, reportTo } from '../unpack.ts';
import { readFrame } from '../zstd.ts';

/** What the headers of a zip say of one entry. None of its numbers is believed for more than where to look. */
export interface ZipEntry {
  readonly name: Buffer;
  readonly kind: 'file' | 'folder' | 'link' | 'device';
  readonly isEncrypted: boolean;
  readonly method: number;
  /** Stored bytes, decompressed bytes and checksum; null where they follow the bytes. */
  readonly sums: Sums | null;
}

export interface Sums {
  readonly stored: number;
  readonly size: number;
  readonly crc: number;
}

const stored = 0;
const deflate = 8;
const zstd = 93;
const otherMethods: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'deflate64',
  12: 'bzip2',
  14: 'lzma',
  95: 'xz',
  98: 'ppmd',
  99: 'aes',
};

/** Why the bytes of an entry cannot be read, or null. */
export function whyUnreadable({ isEncrypted, method, sums }: ZipEntry): string | null {
  if (isEncrypted) return 'the member is encrypted';
  if (method === stored && sums === null) return 'the member does not say how long it is';
  if (method === stored || method === deflate || method === zstd) return null;
  return `the member is compressed by method ${method} (${otherMethods[method] ?? 'unknown'}), which is not read`;
}

/** What came out, to be held against what the headers say. */
export interface Checked {
  readonly pieces: Pieces;
  /** Once the pieces ran out. */
  readonly sums: () => { readonly size: number; readonly crc: number };
}

/** The bytes of an entry, by a method that is known. Leaves the reader behind the last stored one, where they end by themselves. */
export function unzip(method: number, source: Source, path: string, reading: Reading): Checked {
  let size = 0;
  let crc = 0;
  async function* pieces(): Pieces {
    const stream = streamOf(method, source, path, reading);
    try {
      for (let step = await stream.next(); ; step = await stream.next()) {
        if (step.done) return step.value;
        size += step.value.length;
        crc = crc32(step.value, crc);
        reading.tally.addBytes(step.value.length, reading.progress.bytes);
        yield step.value;
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      return error.message;
    } finally {
      await stream.return(null);
    }
  }
  return { pieces: pieces(), sums: () => ({ size, crc }) };
}

async function* streamOf(method: number, source: Source, path: string, reading: Reading): Pieces {
  if (method === stored) {
    yield* remaining(source.reader);
    return null;
  }
  if (method === zstd) {
    yield* readFrame(source, source.reader.position(), reportTo(reading.hazards, path));
    return null;
  }
  const broke = yield* decode(source, startInflate, null);
  if (broke === null) return null;
  return broke.error === null
    ? 'the deflate stream breaks off'
    : `the deflate stream is damaged near its byte ${broke.at} (${broke.error.message})`;
}

export const sumsDiffer = 'the member does not match its checksum or its length: some of its bytes are wrong';
