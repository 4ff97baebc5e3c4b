import { decode, type Extent, type Source } from './decode.ts';
import { startZstd, zstdWindowLogMax } from './engine.ts';
import {
  Damage,
  expectBytes,
  passTrailing,
  segmentsMax,
  type Unpacked,
  type UnpackReport,
  unpacked,
} from './unpack.ts';

const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const isFrame = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(magic);
/** Frames for the use of other tools: no data. */
const isSkippable = (bytes: Buffer): boolean =>
  bytes.length >= 4 && (bytes.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50;

/** A frame, also behind frames that are skipped: other formats use those too. */
export function isZstd(head: Buffer): boolean {
  let rest = head;
  while (rest.length >= 8 && isSkippable(rest)) rest = rest.subarray(8 + rest.readUInt32LE(4));
  return isFrame(rest);
}

/** Zstandard (RFC 8878), any number of frames. Their ends are found here, because zlib reads one frame and stops. */
export const unzstd = (source: Source, report: UnpackReport): Unpacked =>
  unpacked(async function* () {
    const { reader } = source;
    for (let frame = 1; ; frame++) {
      if (frame > segmentsMax) throw new Damage(`more than ${segmentsMax} zstd frames`);
      const start = reader.position();
      const head = await reader.peek(4);
      if (isSkippable(head)) {
        const size = (await expectBytes(reader, 8, 'zstd')).readUInt32LE(4);
        if ((await reader.skip(size)) < size) throw new Damage('the zstd stream breaks off');
      } else if (isFrame(head)) yield* readFrame(source, start, report);
      else {
        await passTrailing(reader, 'zstd', report);
        return;
      }
    }
  });

/** One frame with its magic. Also what a zip member of this method holds. */
export async function* readFrame(source: Source, start: number, report: UnpackReport): AsyncGenerator<Buffer> {
  const broke = yield* decode(source, startZstd, frameExtent(start));
  if (broke === null) return;
  if (broke.error === null) throw new Damage('the zstd stream breaks off');
  if (broke.error.code !== 'ZSTD_error_checksum_wrong')
    throw new Damage(`the zstd stream is damaged near byte ${broke.at} (${broke.error.message})`);
  report.checksum(`the zstd frame at byte ${start} does not match its checksum: some of its bytes are wrong`);
}

/** The longest header: magic, descriptor, window, dictionary and content size. */
const headerMax = 4 + 1 + 1 + 4 + 8;

/** Walks over the blocks of a frame by their lengths. Throws `Damage` where a frame asks for what is not there. */
function frameExtent(start: number): Extent {
  let state: 'header' | 'block' | 'body' | 'end' = 'header';
  let checksum = 0;
  /** Bytes of the header or block header so far. */
  let gathered: number[] = [];
  let needed = 5;
  let body = 0;
  let last = false;

  function turn(): void {
    const bytes = Buffer.from(gathered);
    if (state === 'header') {
      const length = headerLength(bytes);
      if (bytes.length < length) {
        needed = length;
        return;
      }
      checkHeader(bytes, start);
      checksum = (bytes[4] ?? 0) & 4;
    } else {
      const word = bytes.readUIntLE(0, 3);
      last = (word & 1) === 1;
      // A run of one byte is stored as that byte. A type that does not exist is left to the decompressor.
      body = (word >> 1) % 4 === 1 ? 1 : word >> 3;
      if (last) body += checksum;
    }
    gathered = [];
    needed = 3;
    state = state === 'header' ? 'block' : body > 0 ? 'body' : last ? 'end' : 'block';
  }

  return {
    take(bytes) {
      let at = 0;
      while (at < bytes.length && state !== 'end') {
        if (state === 'body') {
          const step = Math.min(body, bytes.length - at);
          at += step;
          body -= step;
          if (body === 0) state = last ? 'end' : 'block';
        } else {
          gathered.push(bytes[at] ?? 0);
          at += 1;
          if (gathered.length === needed) turn();
        }
      }
      return at;
    },
    ended: () => state === 'end',
  };
}

const isSingle = (descriptor: number): boolean => (descriptor & 0x20) !== 0;
const dictionaryBytes = (descriptor: number): number => [0, 1, 2, 4][descriptor & 3] ?? 0;
const contentBytes = (descriptor: number): number => [isSingle(descriptor) ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;

function headerLength(bytes: Buffer): number {
  const descriptor = bytes[4] ?? 0;
  const length = 5 + (isSingle(descriptor) ? 0 : 1) + dictionaryBytes(descriptor) + contentBytes(descriptor);
  return Math.min(length, headerMax);
}

function checkHeader(bytes: Buffer, start: number): void {
  const descriptor = bytes[4] ?? 0;
  const single = isSingle(descriptor);
  const dictionary = 5 + (single ? 0 : 1);
  if (bytes.subarray(dictionary, dictionary + dictionaryBytes(descriptor)).some((byte) => byte !== 0))
    throw new Damage(`the zstd frame at byte ${start} needs a dictionary, which the archive does not hold`);
  const window = single ? contentSize(bytes, descriptor) : windowSize(bytes[5] ?? 0);
  if (window > 2 ** zstdWindowLogMax)
    throw new Damage(
      `the zstd frame at byte ${start} needs ${window} bytes of memory, more than ${2 ** zstdWindowLogMax}: compress it without a long window`,
    );
}

function contentSize(bytes: Buffer, descriptor: number): number {
  const field = bytes.subarray(bytes.length - contentBytes(descriptor));
  if (field.length === 8) return Number(field.readBigUInt64LE());
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

const windowSize = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
