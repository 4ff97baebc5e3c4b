import { crc32, createInflateRaw } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';

/**
 * gzip (RFC 1952), any number of segments. The framing is read here and only the deflate data is left to zlib, because
 * its own gzip reader tells neither where a segment ends nor whether junk follows.
 */
export interface Gunzip {
  readonly chunks: AsyncGenerator<Buffer>;
  /** Why the stream breaks off, once the chunks ran out; null when it ended properly. */
  readonly damage: () => string | null;
}

export interface GunzipSource {
  readonly reader: ByteReader;
  /** Lets the bytes before a damaged place be read again, in smaller steps. */
  readonly readAt: (position: number, n: number) => Promise<Buffer>;
}

export interface GunzipReport {
  readonly checksum: (detail: string) => void;
  readonly trailing: (detail: string) => void;
}

const pieceBytes = 64 * 1024;
const outputBytes = 512 * 1024;
/**
 * A segment costs a fresh inflater (about 0.1 ms): a file of nothing but empty segments must end soon. bgzip makes one
 * for each 64 KiB, which leaves room for 12 GiB of it.
 */
const segmentsMax = 200_000;

export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;

class Damage extends Error {}

export function gunzip(source: GunzipSource, report: GunzipReport): Gunzip {
  let damage: string | null = null;
  async function* run(): AsyncGenerator<Buffer> {
    try {
      for (let segment = 1; await readHeader(source.reader, segment, report); segment++) {
        if (segment > segmentsMax) throw new Damage(`more than ${segmentsMax} gzip segments`);
        yield* readSegment(source, segment, report);
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damage = error.message;
    }
  }
  return { chunks: run(), damage: () => damage };
}

async function expect(reader: ByteReader, n: number): Promise<Buffer> {
  const bytes = await reader.take(n);
  if (bytes.length < n) throw new Damage('the gzip stream breaks off');
  return bytes;
}

/** False where no further segment begins. */
async function readHeader(reader: ByteReader, segment: number, report: GunzipReport): Promise<boolean> {
  const start = reader.position();
  const fixed = await reader.take(10);
  if (segment > 1 && !isGzip(fixed)) {
    await readTrailing(reader, fixed, start, report);
    return false;
  }
  if (fixed.length < 10) throw new Damage('the gzip stream breaks off');
  const flags = fixed[3] ?? 0;
  if ((flags & 0xe0) !== 0) throw new Damage(`the gzip header at byte ${start} is damaged`);
  if ((flags & 4) !== 0) {
    const length = (await expect(reader, 2)).readUInt16LE();
    if ((await reader.skip(length)) < length) throw new Damage('the gzip stream breaks off');
  }
  if ((flags & 8) !== 0) await skipText(reader);
  if ((flags & 16) !== 0) await skipText(reader);
  if ((flags & 2) !== 0) await expect(reader, 2);
  return true;
}

async function skipText(reader: ByteReader): Promise<void> {
  for (;;) {
    const piece = await reader.some(pieceBytes);
    if (piece === null) throw new Damage('the gzip stream breaks off');
    const end = piece.indexOf(0);
    if (end < 0) continue;
    reader.back(piece.length - end - 1);
    return;
  }
}

/** Zeros after the last segment are padding, anything else is junk. */
async function readTrailing(reader: ByteReader, first: Buffer, start: number, report: GunzipReport): Promise<void> {
  let junk = false;
  for (let piece: Buffer | null = first; piece !== null; piece = await reader.some(pieceBytes))
    junk ||= piece.some((byte) => byte !== 0);
  const length = reader.position() - start;
  if (junk) report.trailing(`${length} bytes follow the end of the gzip stream at byte ${start}`);
}

async function* readSegment(source: GunzipSource, segment: number, report: GunzipReport): AsyncGenerator<Buffer> {
  const { reader } = source;
  const start = reader.position();
  let crc = 0;
  let size = 0;
  const count = (chunk: Buffer): Buffer => {
    crc = crc32(chunk, crc);
    size += chunk.length;
    return chunk;
  };
  const inflater = startInflater();
  try {
    for (let ended = false; !ended; ) {
      const at = reader.position();
      const piece = await reader.some(pieceBytes);
      const step = inflater.feed(piece);
      for (let chunk = await step.next(); chunk !== null; chunk = await step.next()) yield count(chunk);
      const outcome = step.outcome();
      if (outcome.error !== null) {
        if (piece === null) throw new Damage('the gzip stream breaks off');
        for await (const chunk of readAgain(source, { start, at, end: at + piece.length, known: size }))
          yield count(chunk);
        throw new Damage(`the gzip stream is damaged near byte ${at} (${outcome.error})`);
      }
      ended = piece === null || outcome.used < piece.length;
      if (piece !== null) reader.back(piece.length - outcome.used);
    }
  } finally {
    inflater.close();
  }
  const trailer = await expect(reader, 8);
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32)
    report.checksum(`gzip segment ${segment} does not match its checksum: some of its bytes are wrong`);
}

interface Place {
  /** Where the deflate data begins. */
  readonly start: number;
  /** The piece that failed. */
  readonly at: number;
  readonly end: number;
  /** Decompressed bytes that were given already. */
  readonly known: number;
}

/**
 * zlib gives nothing of a piece in which it fails. To lose no byte before the damage, another inflater goes the same way
 * and takes the failing piece in smaller steps, and so on down to the failing byte.
 */
async function* readAgain(source: GunzipSource, place: Place): AsyncGenerator<Buffer> {
  const { start, at: failing, end } = place;
  if (end - failing <= 1) return;
  const stepBytes = Math.ceil((end - failing) / 64);
  const inflater = startInflater();
  let known = place.known;
  let skip = place.known;
  let at = start;
  try {
    for (let failed = false; !failed && at < end; ) {
      const piece = await source.readAt(
        at,
        at < failing ? Math.min(pieceBytes, failing - at) : Math.min(stepBytes, end - at),
      );
      if (piece.length === 0) return;
      const step = inflater.feed(piece);
      for (let chunk = await step.next(); chunk !== null; chunk = await step.next()) {
        const fresh = chunk.subarray(skip);
        skip = Math.max(0, skip - chunk.length);
        known += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      failed = step.outcome().error !== null;
      if (!failed) at += piece.length;
    }
  } finally {
    inflater.close();
  }
  yield* readAgain(source, { start, at, end: Math.min(at + stepBytes, end), known });
}

interface Step {
  /** The next decompressed chunk of the piece, null when it is used up. */
  readonly next: () => Promise<Buffer | null>;
  /** Once `next` gave null: bytes of the piece that were used (fewer than given: the data has ended). */
  readonly outcome: () => { readonly used: number; readonly error: string | null };
}

interface Inflater {
  /** null says that no more input comes. */
  readonly feed: (piece: Buffer | null) => Step;
  readonly close: () => void;
}

function startInflater(): Inflater {
  // With so low a mark zlib works one chunk ahead of the reader and no further.
  const engine = createInflateRaw({ chunkSize: outputBytes, readableHighWaterMark: 1 } as { chunkSize: number });
  let error: string | null = null;
  let closed = false;
  let wake = (): void => {};
  const signal = (): void => wake();
  engine.on('readable', signal);
  engine.on('end', signal);
  engine.on('close', signal);
  engine.on('error', (found) => {
    error = found.message;
    wake();
  });
  return {
    feed(piece) {
      const before = engine.bytesWritten;
      let settled = false;
      const settle = (): void => {
        settled = true;
        wake();
      };
      if (piece === null) engine.end(settle);
      else engine.write(piece, settle);
      return {
        async next() {
          for (;;) {
            const chunk = engine.read() as Buffer | null;
            if (chunk !== null) return chunk;
            if (settled || error !== null || closed) return null;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        outcome: () => ({ used: engine.bytesWritten - before, error }),
      };
    },
    close() {
      closed = true;
      engine.destroy();
    },
  };
}
