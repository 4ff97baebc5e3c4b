/**
 * What any reader of such an archive has to do: gunzip, walk the tar, split on newlines, JSON.parse; nothing is stored.
 * A program of its own: `yardstick.ts ARCHIVE` writes what it saw as JSON.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** What the archive holds, as the yardstick counts it. */
export interface Seen {
  /** Decompressed bytes of all members. */
  readonly bytes: number;
  readonly records: number;
  /** Lines that are neither blank nor JSON. */
  readonly broken: number;
}

const block = 512;

const sizeOf = (header: Buffer): number => Number.parseInt(header.toString('latin1', 124, 136), 8) || 0;

/** Content of the members, one after another; the archive is ours, so plain headers are all there is. */
async function* contents(archive: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let content = 0;
  let padding = 0;
  for await (const chunk of createReadStream(archive, { highWaterMark: 1 << 18 }).pipe(
    createGunzip({ chunkSize: 1 << 18 }),
  ) as AsyncIterable<Buffer>) {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      if (content > 0) {
        const piece = rest.subarray(0, content);
        if (piece.length === 0) break;
        yield piece;
        content -= piece.length;
        rest = rest.subarray(piece.length);
      } else if (rest.length < padding + block) break;
      else {
        content = sizeOf(rest.subarray(padding, padding + block));
        rest = rest.subarray(padding + block);
        padding = (block - (content % block)) % block;
      }
    }
    held = rest;
  }
}

export async function measureByYardstick(archive: string): Promise<Seen> {
  let bytes = 0;
  let records = 0;
  let broken = 0;
  let open: Buffer = Buffer.alloc(0);
  const take = (line: string): void => {
    if (line === '') return;
    try {
      JSON.parse(line);
      records += 1;
    } catch {
      broken += 1;
    }
  };
  for await (const chunk of contents(archive)) {
    bytes += chunk.length;
    const end = chunk.lastIndexOf(10) + 1;
    if (end === 0) {
      open = Buffer.concat([open, chunk]);
      continue;
    }
    const whole = open.length === 0 ? chunk.subarray(0, end) : Buffer.concat([open, chunk.subarray(0, end)]);
    for (const line of whole.toString('utf8').split('\n')) take(line);
    open = Buffer.from(chunk.subarray(end));
  }
  take(open.toString('utf8'));
  return { bytes, records, broken };
}

const [, self, archive] = process.argv;
if (self === import.meta.filename && archive !== undefined)
  process.stdout.write(`${JSON.stringify(await measureByYardstick(archive))}\n`);
