import type { Content } from '../content.ts';
import type { Entry, Pieces } from '../member.ts';
import { spellPath } from '../names.ts';
import type { Reading } from '../reading.ts';
import { blockBytes, carriesBytes, readHeaderBlock } from './tar-header.ts';
import { type PaxFields, paxField, readPax } from './tar-pax.ts';
import { expandSparse, realSizeOf, type SparseClaim, sparseOfHeader, sparseOfPax } from './tar-sparse.ts';

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
  /** Null: a sparse file whose map makes no sense. */
  sparse?: SparseClaim | null;
}

/** What the headers of one entry say together. */
interface Headers {
  readonly flag: string;
  readonly size: number;
  readonly path: Buffer;
  readonly link: Buffer;
  /** Undefined for a file without holes. */
  readonly sparse: SparseClaim | null | undefined;
}

/**
 * Members of a tar: ustar, GNU, pax and v7. Where the headers are damaged it goes on at the next block that is a header.
 * The package's own parser is not used: it gives names as text only, so that names that are not UTF-8 would be lost.
 */
export async function* readTar(source: Content, reading: Reading): AsyncGenerator<Entry> {
  const { reader } = source;
  const { hazards, name } = reading;
  let overrides: Overrides = {};
  let zeroBlocks = 0;
  /** Behind the end mark: there may be padding, junk, or another tar. */
  let endedAt: number | null = null;
  let run: DamagedRun | null = null;

  for (;;) {
    const start = reader.position();
    const block = await reader.take(blockBytes);
    const header = block.length < blockBytes ? null : readHeaderBlock(block);
    if (header?.kind === 'damaged') {
      run ??= { start, why: header.why };
      zeroBlocks = 0;
      continue;
    }
    if (endedAt !== null && header?.kind === 'zero') continue;
    if (endedAt !== null && header === null) {
      const length = reader.position() - endedAt;
      if (run !== null || !isZero(block))
        hazards.add(name, 'trailing_bytes', `${length} bytes follow the tar's end mark at byte ${endedAt}`);
      return;
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
      if (zeroBlocks === 2) endedAt = reader.position();
      continue;
    }
    if (endedAt !== null) {
      hazards.add(name, 'joined', `after the end mark another tar begins at byte ${start}`);
      endedAt = null;
    }
    zeroBlocks = 0;

    if (isMeta(header.flag)) {
      overrides = { ...overrides, ...(await readMeta(source, header.flag, header.size, reading)) };
      continue;
    }
    const entry: Headers = {
      flag: header.flag,
      size: carriesBytes(header.flag) ? (overrides.size ?? header.size) : 0,
      path: overrides.path ?? header.path,
      link: overrides.link ?? header.link,
      sparse: overrides.sparse,
    };
    overrides = {};
    reading.tally.addMember();
    yield* readEntry(source, entry, block, reading);
  }
}

const isMeta = (flag: string): boolean => 'xXgLKN'.includes(flag);

async function readMeta(source: Content, flag: string, size: number, reading: Reading): Promise<Overrides> {
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
  const path = paxField(fields, 'GNU.sparse.name') ?? paxField(fields, 'path');
  if (path !== undefined) overrides.path = untilNul(path);
  const link = paxField(fields, 'linkpath');
  if (link !== undefined) overrides.link = untilNul(link);
  const size = paxField(fields, 'size')?.toString('latin1');
  if (size !== undefined) {
    if (/^\d{1,16}$/.test(size) && Number.isSafeInteger(Number(size))) overrides.size = Number(size);
    else reading.hazards.add(reading.name, 'damaged_header', 'the size in an extended header is no size');
  }
  const sparse = sparseOfPax(fields);
  if (sparse !== undefined) overrides.sparse = sparse;
  return overrides;
}

const padded = (size: number): number => Math.ceil(size / blockBytes) * blockBytes;

const untilNul = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
};

async function* readEntry(source: Content, entry: Headers, block: Buffer, reading: Reading): AsyncGenerator<Entry> {
  const { hazards, names } = reading;
  const path = names.spell(entry.path);
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
  if (names.isFolder(path) && entry.size === 0) return;
  const oldSparse = entry.flag === 'S' ? await sparseOfHeader(block, realSizeOf(block), source.reader) : undefined;
  if (!names.fits(path)) {
    await source.reader.skip(padded(entry.size));
    return;
  }
  const named = names.unique(path);
  if (!'\x0007S'.includes(entry.flag))
    hazards.add(named, 'unknown_type', `type ${spellPath(block.subarray(156, 157))} is read as a file`);
  const sparse = entry.sparse === undefined ? oldSparse : entry.sparse;
  const stored = source.reader.position();
  const pieces =
    sparse === undefined
      ? body(source, entry.size)
      : sparse === null
        ? nothing('a sparse member whose map makes no sense: nothing of it can be placed')
        : expandSparse(sparse, entry.size, source.reader, (bytes) => body(source, bytes), reading);
  yield { path: named, pieces };
  while (!(await pieces.next()).done);
  await source.reader.skip(stored + padded(entry.size) - source.reader.position());
}

async function* body(source: Content, size: number): Pieces {
  for (let missing = size; missing > 0; ) {
    const piece = await source.reader.some(missing);
    if (piece === null)
      return source.damage() ?? `the archive breaks off ${missing} bytes before the end of this member`;
    missing -= piece.length;
    yield piece;
  }
  return null;
}

// biome-ignore lint/correctness/useYield: there are no bytes, only the reason.
async function* nothing(why: string): Pieces {
  return why;
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
