import { type ByteReader, limitedReader } from '../byte-reader.ts';
import type { Source } from '../decode.ts';
import type { Entry, Pieces } from '../member.ts';
import type { Reading } from '../reading.ts';
import { type Checked, sumsDiffer, unzip, whyUnreadable, type ZipEntry } from './zip-entry.ts';
import { extraFields, zipName } from './zip-names.ts';

const localMark = Buffer.from('PK\x03\x04');
/** What begins behind the last entry: the directory, or its end where there is none. */
const directoryMarks = ['PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06'].map((mark) => Buffer.from(mark));
const descriptorMark = Buffer.from('PK\x07\x08');

const isDirectory = (bytes: Buffer): boolean => directoryMarks.some((mark) => bytes.subarray(0, 4).equals(mark));
const isMark = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(localMark) || isDirectory(bytes);

/**
 * Entries of a zip without its directory, by the headers before them; what only the directory knows (links, the host) is
 * lost. Where a header is damaged it goes on at the next one. Returns whether a directory came, or the end of the bytes.
 */
export async function* readBare(source: Source, reading: Reading): AsyncGenerator<Entry, 'directory' | 'cut'> {
  const { reader } = source;
  const { hazards, name } = reading;
  const cut = (): 'cut' => {
    hazards.add(name, 'cut', 'the zip breaks off before its directory');
    return 'cut';
  };
  for (;;) {
    const start = reader.position();
    const mark = await reader.peek(4);
    if (mark.length < 4) return cut();
    if (isDirectory(mark)) return 'directory';
    if (!mark.equals(localMark)) {
      const passed = await passJunk(reader);
      hazards.add(name, 'damaged_header', `no header of a zip: ${passed} bytes from byte ${start} on are skipped`);
      continue;
    }
    const header = await readLocal(reader);
    if (header === null) return cut();
    reading.tally.addMember();
    yield* readEntry(source, header, reading);
  }
}

interface Local extends ZipEntry {
  readonly isFollowedBySums: boolean;
}

async function readLocal(reader: ByteReader): Promise<Local | null> {
  const fixed = await reader.take(30);
  if (fixed.length < 30) return null;
  const nameBytes = fixed.readUInt16LE(26);
  const restBytes = nameBytes + fixed.readUInt16LE(28);
  const rest = await reader.take(restBytes);
  if (rest.length < restBytes) return null;
  const extra = extraFields(rest.subarray(nameBytes));
  const flags = fixed.readUInt16LE(6);
  const name = zipName(rest.subarray(0, nameBytes), extra, { isMarkedUtf8: (flags & 0x800) !== 0, isUnix: false });
  const large = extra.get(1);
  const isLarge = fixed.readUInt32LE(18) === 0xffffffff && large !== undefined && large.length >= 16;
  const size = isLarge ? Number(large.readBigUInt64LE(0)) : fixed.readUInt32LE(22);
  const stored = isLarge ? Number(large.readBigUInt64LE(8)) : fixed.readUInt32LE(18);
  const isFollowedBySums = (flags & 8) !== 0;
  return {
    name,
    kind: name.at(-1) === 0x2f ? 'folder' : 'file',
    isEncrypted: (flags & 1) !== 0,
    method: fixed.readUInt16LE(8),
    sums: isFollowedBySums && stored === 0 ? null : { size, stored, crc: fixed.readUInt32LE(14) },
    isFollowedBySums,
  };
}

async function* readEntry(source: Source, entry: Local, reading: Reading): AsyncGenerator<Entry> {
  const { hazards, names } = reading;
  const path = names.spell(entry.name);
  const { sums } = entry;
  const body = sums === null ? source.reader : limitedReader(source.reader, sums.stored);
  const start = source.reader.position();
  const why = whyUnreadable(entry);
  if (entry.kind === 'folder' && sums !== null && sums.size === 0) {
    await body.skip(sums.stored);
  } else if (!names.fits(path) || why !== null) {
    if (why !== null) hazards.add(path, 'unreadable', why);
    if (sums !== null) await body.skip(sums.stored);
  } else {
    const named = names.unique(path);
    const readAt: Source['readAt'] =
      sums === null
        ? source.readAt
        : (position, n) => source.readAt(start + position, Math.min(n, sums.stored - position));
    const checked = unzip(entry.method, { reader: body, readAt }, named, reading);
    yield { path: named, pieces: piecesOf(checked, entry, source.reader, named, reading) };
  }
}

/** Goes on until the next header is due. */
async function* piecesOf(checked: Checked, entry: Local, reader: ByteReader, path: string, reading: Reading): Pieces {
  const start = reader.position();
  const broke = yield* checked.pieces;
  const { size, crc } = checked.sums();
  if (entry.sums !== null) {
    const missing = start + entry.sums.stored - reader.position();
    if (missing > 0 && (await reader.skip(missing)) < missing)
      return broke ?? `the archive breaks off ${missing} bytes before the end of this member`;
  }
  const stated = entry.isFollowedBySums && broke === null ? await readSums(reader) : (entry.sums?.crc ?? null);
  const differs = (stated !== null && stated !== crc) || (entry.sums !== null && entry.sums.size !== size);
  if (broke === null && differs) reading.hazards.add(path, 'checksum', sumsDiffer);
  return broke;
}

/** The checksum that follows an entry, with or without a mark; then its two lengths, of four or eight bytes. */
async function readSums(reader: ByteReader): Promise<number | null> {
  const ahead = await reader.peek(28);
  const from = ahead.subarray(0, 4).equals(descriptorMark) ? 4 : 0;
  const length = [12, 20].find((bytes) => isMark(ahead.subarray(from + bytes))) ?? 12;
  if (ahead.length < from + 12) return null;
  await reader.skip(from + length);
  return ahead.readUInt32LE(from);
}

const junkBytes = 64 * 1024;

/** Goes to the next mark. Gives how many bytes it passed over. */
async function passJunk(reader: ByteReader): Promise<number> {
  const start = reader.position();
  for (await reader.skip(1); ; ) {
    const ahead = await reader.peek(junkBytes);
    let at = ahead.indexOf('PK');
    while (at >= 0 && !isMark(ahead.subarray(at))) at = ahead.indexOf('PK', at + 1);
    await reader.skip(at >= 0 ? at : Math.max(ahead.length - 3, ahead.length < junkBytes ? ahead.length : 0));
    if (at >= 0 || ahead.length < junkBytes) return reader.position() - start;
  }
}
