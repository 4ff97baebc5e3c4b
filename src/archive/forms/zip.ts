import { byteReader } from '../byte-reader.ts';
import { type Content, remaining } from '../content.ts';
import { inMemory, type RandomAccess, stretch } from '../file-bytes.ts';
import type { Entry, Pieces } from '../member.ts';
import type { Reading } from '../reading.ts';
import { readBare } from './zip-bare.ts';
import { type DirectoryEntry, readDirectory } from './zip-directory.ts';
import { sumsDiffer, unzip, whyUnreadable } from './zip-entry.ts';

const marks = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08PK'].map((mark) => Buffer.from(mark, 'latin1'));

export const isZip = (head: Buffer): boolean => marks.some((mark) => head.subarray(0, mark.length).equals(mark));

/** Whether bytes end as a zip does, where a zip's beginning is damaged or hidden behind other bytes. */
export const endsAsZip = async (bytes: RandomAccess, reading: Reading): Promise<boolean> =>
  ((await readDirectory(bytes, reading.limits))?.entries.length ?? 0) > 0;

/** A zip that comes as a stream lies in memory up to this size; a larger one is read by its local headers. */
const inMemoryMax = 64 * 2 ** 20;

/**
 * Entries of a zip, in the order of its central directory; without one, by the headers that lie before each entry. No
 * package reads it: what there is gives up a zip at its first fault, and needs the directory.
 */
export async function* readZip(bytes: RandomAccess, reading: Reading): AsyncGenerator<Entry> {
  const { hazards, name } = reading;
  const directory = await readDirectory(bytes, reading.limits);
  if (directory === null) {
    const source = { reader: byteReader(stretch(bytes, 0, bytes.size)), readAt: bytes.readAt };
    if ((yield* readBare(source, reading)) === 'directory')
      hazards.add(name, 'damaged_header', 'the directory of the zip is damaged: members are read without it');
    return;
  }
  for (const _ of directory.entries) reading.tally.addMember();
  const overlapping = overlaps(directory.entries);
  for (const entry of directory.entries) {
    const path = admitted(entry, reading);
    if (path === null) continue;
    if (overlapping.has(entry)) hazards.add(path, 'damaged_header', 'its bytes are also those of another member');
    yield { path, pieces: piecesOf(bytes, entry, path, reading) };
  }
  if (directory.trailing > 0)
    hazards.add(name, 'trailing_bytes', `${directory.trailing} bytes follow the end of the zip`);
}

export async function* readZipStream({ reader }: Content, reading: Reading): AsyncGenerator<Entry> {
  const start: Buffer[] = [];
  let length = 0;
  while (length <= inMemoryMax) {
    const piece = await reader.some(inMemoryMax);
    if (piece === null) {
      yield* readZip(inMemory(Buffer.concat(start.splice(0))), reading);
      return;
    }
    start.push(piece);
    length += piece.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    for (let piece = start.shift(); piece !== undefined; piece = start.shift()) yield piece;
    yield* remaining(reader);
  }
  yield* readBare({ reader: byteReader(all()), readAt: async () => Buffer.alloc(0) }, reading);
}

/** The name of an entry that has bytes to give. */
function admitted(entry: DirectoryEntry, { hazards, names }: Reading): string | null {
  const path = names.spell(entry.name);
  if (entry.kind === 'link') hazards.add(path, 'link', 'symbolic link');
  else if (entry.kind === 'device') hazards.add(path, 'device', 'a device, pipe or socket');
  else if (entry.kind === 'folder' && entry.sums.size === 0) return null;
  else if (names.fits(path)) {
    const why = whyUnreadable(entry);
    if (why === null) return names.unique(path);
    hazards.add(path, 'unreadable', why);
  }
  return null;
}

const localBytes = 30;

async function* piecesOf(bytes: RandomAccess, entry: DirectoryEntry, path: string, reading: Reading): Pieces {
  const header = await byteReader(stretch(bytes, entry.offset, entry.offset + localBytes)).take(localBytes);
  if (header.length < localBytes || header.readUInt32LE(0) !== 0x04034b50)
    return 'the member is not where the directory of the zip says';
  const start = entry.offset + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const end = Math.min(start + entry.sums.stored, bytes.size);
  const { pieces, sums } = unzip(
    entry.method,
    {
      reader: byteReader(stretch(bytes, start, end)),
      readAt: (position, n) => bytes.readAt(start + position, Math.max(0, Math.min(n, end - start - position))),
    },
    path,
    reading,
  );
  const broke = yield* pieces;
  if (broke !== null) return broke;
  const missing = start + entry.sums.stored - Math.max(start, end);
  if (missing > 0) return `the archive breaks off ${missing} bytes before the end of this member`;
  if (sums().crc !== entry.sums.crc || sums().size !== entry.sums.size)
    reading.hazards.add(path, 'checksum', sumsDiffer);
  return null;
}

/**
 * Entries that begin before another ends. They are read all the same: what a zip may gain by pointing at the same bytes
 * again and again is bounded by the ratio, and a damaged length must not cost the others.
 */
function overlaps(entries: readonly DirectoryEntry[]): ReadonlySet<DirectoryEntry> {
  const found = new Set<DirectoryEntry>();
  let reached = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < reached) found.add(entry);
    reached = Math.max(reached, entry.offset + localBytes + entry.sums.stored);
  }
  return found;
}
