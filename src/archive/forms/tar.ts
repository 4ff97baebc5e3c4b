import type { ByteReader } from '../byte-reader.ts';
import { type Member, type Pieces, passage } from '../member.ts';
import { fitsLimits, spellPath, withoutDot } from '../names.ts';
import type { Reading } from '../reading.ts';
import { blockBytes, carriesBytes, readHeaderBlock } from './tar-header.ts';
import { type PaxFields, readPax } from './tar-pax.ts';

/** The bytes of a tar, decompressed. */
export interface TarSource {
  readonly reader: ByteReader;
  /** Why the bytes broke off, where the layer below knows. */
  readonly damage: () => string | null;
}

/** Long paths and extended headers lie in memory: a longer one is no header. */
const metaBytesMax = 1024 * 1024;
/** A run of damaged blocks is one hazard, reported when a header is found again. */
interface DamagedRun {
  readonly start: number;
  readonly why: string;
}

/** What the headers before an entry say about it. */
interface Overrides {
  path?: Buffer;
  link?: Buffer;
  size?: number;
  sparse?: true;
}

interface Entry {
  readonly flag: string;
  readonly size: number;
  readonly path: Buffer;
  readonly link: Buffer;
  readonly sparse: boolean;
}

/**
 * Members of a tar: ustar, GNU, pax and v7. Where the headers are damaged it goes on at the next block that is a header.
 * The package's own parser is not used: it gives names as text only, so that names that are not UTF-8 would be lost.
 */
export async function* readTar(source: TarSource, reading: Reading): AsyncGenerator<Member> {
  const { reader } = source;
  const { hazards, name } = reading;
  let overrides: Overrides = {};
  let zeroBlocks = 0;
  let run: DamagedRun | null = null;

  while (zeroBlocks < 2) {
    const start = reader.position();
    const block = await reader.take(blockBytes);
    const header = block.length < blockBytes ? null : readHeaderBlock(block);
    if (header?.kind === 'damaged') {
      run ??= { start, why: header.why };
      zeroBlocks = 0;
      continue;
    }
    if (run !== null) {
      hazards.add(
        name,
        'damaged_header',
        `${run.why}; ${start - run.start} bytes from byte ${run.start} on are skipped`,
      );
      run = null;
    }
    if (header === null) {
      const whole = block.length === 0 && zeroBlocks > 0;
      if (!whole && source.damage() === null) hazards.add(name, 'cut', 'the tar breaks off before its end mark');
      return;
    }
    if (header.kind === 'zero') {
      zeroBlocks += 1;
      continue;
    }
    zeroBlocks = 0;

    if (isMeta(header.flag)) {
      overrides = { ...overrides, ...(await readMeta(source, header.flag, header.size, reading)) };
      continue;
    }
    const entry: Entry = {
      flag: header.flag,
      size: carriesBytes(header.flag) ? (overrides.size ?? header.size) : 0,
      path: overrides.path ?? header.path,
      link: overrides.link ?? header.link,
      sparse: overrides.sparse ?? false,
    };
    overrides = {};
    reading.tally.addMember();
    yield* readEntry(source, entry, block, reading);
  }
  await readRest(source, reading);
}

const isMeta = (flag: string): boolean => 'xXgLKN'.includes(flag);

async function readMeta(source: TarSource, flag: string, size: number, reading: Reading): Promise<Overrides> {
  const { reader } = source;
  const { hazards, name } = reading;
  if (size > metaBytesMax) {
    hazards.add(name, 'damaged_header', `an extended header of ${size} bytes is skipped`);
    await reader.skip(padded(size));
    return {};
  }
  const body = (await reader.take(padded(size))).subarray(0, size);
  if (body.length < size) return {};
  if (flag === 'L' || flag === 'N') return { path: untilNul(body) };
  if (flag === 'K') return { link: untilNul(body) };
  // A global header sets defaults such as owners, never what one entry is called or how long it is.
  if (flag === 'g') return {};
  const fields = readPax(body);
  if (fields !== null) return fromPax(fields, reading);
  hazards.add(name, 'damaged_header', 'an extended header cannot be read and is skipped');
  return {};
}

function fromPax(fields: PaxFields, reading: Reading): Overrides {
  const overrides: Overrides = {};
  const path = fields.get('GNU.sparse.name') ?? fields.get('path');
  if (path !== undefined) overrides.path = untilNul(path);
  const link = fields.get('linkpath');
  if (link !== undefined) overrides.link = untilNul(link);
  const size = fields.get('size')?.toString('latin1');
  if (size !== undefined) {
    if (/^\d{1,16}$/.test(size) && Number.isSafeInteger(Number(size))) overrides.size = Number(size);
    else reading.hazards.add(reading.name, 'damaged_header', 'the size in an extended header is no size');
  }
  if (Array.from(fields.keys()).some((key) => key.startsWith('GNU.sparse.'))) overrides.sparse = true;
  return overrides;
}

const padded = (size: number): number => Math.ceil(size / blockBytes) * blockBytes;

const untilNul = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
};

async function* readEntry(source: TarSource, entry: Entry, block: Buffer, reading: Reading): AsyncGenerator<Member> {
  const { hazards, limits } = reading;
  const path = withoutDot(spellPath(entry.path));
  switch (entry.flag) {
    case '1':
    case '2':
      hazards.add(path, 'link', `${entry.flag === '1' ? 'hard' : 'symbolic'} link to ${spellPath(entry.link)}`);
      return;
    case '3':
    case '4':
    case '6':
      hazards.add(path, 'device', entry.flag === '6' ? 'a pipe' : 'a device');
      return;
    case '5':
      return;
    // Listings, labels and attributes of other tools: no file's bytes.
    case 'D':
    case 'V':
    case 'A':
    case 'I':
      await source.reader.skip(padded(entry.size));
      return;
  }
  const folder = path === '.' || path === '' || path.endsWith('/');
  if (folder && entry.size === 0) return;
  if (!fitsLimits(path, limits, hazards)) {
    await source.reader.skip(padded(entry.size));
    return;
  }
  const named = reading.memberName(path);
  if (!'\x0007S'.includes(entry.flag))
    hazards.add(named, 'unknown_type', `type ${spellPath(block.subarray(156, 157))} is read as a file`);
  const sparse = entry.sparse || entry.flag === 'S';
  const pieces = sparse ? sparseBody(source, entry, block) : body(source, entry.size);
  const { member, finish } = passage(named, pieces, reading);
  yield member;
  await finish();
}

async function* body(source: TarSource, size: number): Pieces {
  for (let missing = size; missing > 0; ) {
    const piece = await source.reader.some(missing);
    if (piece === null)
      return source.damage() ?? `the archive breaks off ${missing} bytes before the end of this member`;
    missing -= piece.length;
    yield piece;
  }
  await source.reader.skip(padded(size) - size);
  return null;
}

// biome-ignore lint/correctness/useYield: a sparse member gives no bytes, only the reason.
async function* sparseBody(source: TarSource, entry: Entry, block: Buffer): Pieces {
  // GNU's older form goes on in further blocks, which its size does not count.
  let more = entry.flag === 'S' && block[482] === 1;
  while (more) more = (await source.reader.take(blockBytes))[504] === 1;
  await source.reader.skip(padded(entry.size));
  return 'a sparse member: stored without its holes, which this version does not fill in';
}

/** Padding after the end mark is zeros; anything else is reported. */
async function readRest(source: TarSource, reading: Reading): Promise<void> {
  const { reader } = source;
  const start = reader.position();
  let junk = false;
  for (let piece = await reader.some(blockBytes * 1024); piece !== null; piece = await reader.some(blockBytes * 1024))
    junk ||= !isZero(piece);
  if (junk)
    reading.hazards.add(
      reading.name,
      'trailing_bytes',
      `${reader.position() - start} bytes follow the tar's end mark at byte ${start}`,
    );
}

const manyZeros = Buffer.alloc(blockBytes * 1024);
const isZero = (piece: Buffer): boolean => manyZeros.subarray(0, piece.length).equals(piece);
