import { crc32 } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';
import { decode, type Source } from './decode.ts';
import { startInflate } from './engine.ts';
import {
  Damage,
  expectBytes,
  passTrailing,
  segmentsMax,
  type Unpacked,
  type UnpackReport,
  unpacked,
} from './unpack.ts';

const pieceBytes = 64 * 1024;

/** The magic, the one method there is, and no flag that does not exist. */
export const isGzip = (head: Buffer): boolean =>
  head[0] === 0x1f && head[1] === 0x8b && head[2] === 8 && ((head[3] ?? 0) & 0xe0) === 0;

/**
 * gzip (RFC 1952), any number of segments. The framing is read here and only the deflate data is left to zlib, because
 * its own gzip reader tells neither where a segment ends nor whether junk follows.
 */
export const gunzip = (source: Source, report: UnpackReport): Unpacked =>
  unpacked(async function* () {
    for (let segment = 1; await readHeader(source.reader, segment, report); segment++) {
      if (segment > segmentsMax) throw new Damage(`more than ${segmentsMax} gzip segments`);
      yield* readSegment(source, segment, report);
    }
  });

/** False where no further segment begins. */
async function readHeader(reader: ByteReader, segment: number, report: UnpackReport): Promise<boolean> {
  const start = reader.position();
  const fixed = await reader.take(10);
  if (segment > 1 && !(fixed[0] === 0x1f && fixed[1] === 0x8b && fixed[2] === 8)) {
    reader.unread(fixed);
    await passTrailing(reader, 'gzip', report);
    return false;
  }
  if (fixed.length < 10) throw new Damage('the gzip stream breaks off');
  const flags = fixed[3] ?? 0;
  if ((flags & 0xe0) !== 0) throw new Damage(`the gzip header at byte ${start} is damaged`);
  if ((flags & 4) !== 0) {
    const length = (await expectBytes(reader, 2, 'gzip')).readUInt16LE();
    if ((await reader.skip(length)) < length) throw new Damage('the gzip stream breaks off');
  }
  if ((flags & 8) !== 0) await skipText(reader);
  if ((flags & 16) !== 0) await skipText(reader);
  if ((flags & 2) !== 0) await expectBytes(reader, 2, 'gzip');
  return true;
}

async function skipText(reader: ByteReader): Promise<void> {
  for (;;) {
    const piece = await reader.some(pieceBytes);
    if (piece === null) throw new Damage('the gzip stream breaks off');
    const end = piece.indexOf(0);
    if (end < 0) continue;
    reader.unread(piece.subarray(end + 1));
    return;
  }
}

async function* readSegment(source: Source, segment: number, report: UnpackReport): AsyncGenerator<Buffer> {
  let crc = 0;
  let size = 0;
  const stream = decode(source, startInflate, null);
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) {
        const broke = step.value;
        if (broke === null) break;
        throw new Damage(
          broke.error === null
            ? 'the gzip stream breaks off'
            : `the gzip stream is damaged near byte ${broke.at} (${broke.error.message})`,
        );
      }
      crc = crc32(step.value, crc);
      size += step.value.length;
      yield step.value;
    }
  } finally {
    await stream.return(null);
  }
  const trailer = await expectBytes(source.reader, 8, 'gzip');
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32)
    report.checksum(`gzip segment ${segment} does not match its checksum: some of its bytes are wrong`);
}
