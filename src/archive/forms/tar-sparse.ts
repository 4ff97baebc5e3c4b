import type { ByteReader } from '../byte-reader.ts';
import { limitText } from '../limits.ts';
import type { Pieces } from '../member.ts';
import type { Reading } from '../reading.ts';
import { type PaxFields, paxField } from './tar-pax.ts';

/** A stretch of a sparse file that is stored; the rest of the file is zeros. */
interface Region {
  readonly offset: number;
  readonly bytes: number;
}

export interface SparseMap {
  /** In the order of their offsets, without overlap. */
  readonly regions: readonly Region[];
  /** Of the file with its holes. */
  readonly size: number;
}

/** Where the map stands: read already, or at the head of the stored bytes (pax 1.0). */
export type SparseClaim = SparseMap | { readonly size: number; readonly regions: 'stored' };

/** A map lies in memory: this many regions are 32 MiB. */
const regionsMax = 1_000_000;

/** What an extended header says of a sparse file: undefined nothing, null nothing that makes sense. */
export function sparseOfPax(fields: PaxFields): SparseClaim | null | undefined {
  if (!fields.some(([key]) => key.startsWith('GNU.sparse.'))) return undefined;
  const text = (key: string): string | undefined => paxField(fields, `GNU.sparse.${key}`)?.toString('latin1');
  const size = decimal(text('realsize') ?? text('size') ?? '');
  if (size === null) return null;
  if (text('major') === '1') return text('minor') === '0' ? { size, regions: 'stored' } : null;
  const listed = text('map');
  // 0.1 has the map in one field, 0.0 in repeated ones.
  const numbers =
    listed === undefined
      ? fields
          .filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
          .map(([, value]) => value.toString('latin1'))
      : listed.split(',').filter((part) => part !== '');
  return mapOf(numbers.map(decimal), size);
}

const oldEntryBytes = 24;

/** GNU's older form: four regions in the header, more in blocks behind it. Null where it makes no sense. */
export async function sparseOfHeader(
  block: Buffer,
  size: number | null,
  reader: ByteReader,
): Promise<SparseMap | null> {
  const numbers: (number | null)[] = [];
  const collect = (entries: Buffer): void => {
    for (let at = 0; at + oldEntryBytes <= entries.length; at += oldEntryBytes) {
      if (entries[at] === 0 && entries[at + 12] === 0) continue;
      numbers.push(numberField(entries.subarray(at, at + 12)), numberField(entries.subarray(at + 12, at + 24)));
    }
  };
  collect(block.subarray(386, 482));
  for (let more = block[482] === 1; more; ) {
    const further = await reader.take(512);
    if (further.length < 512 || numbers.length > 2 * regionsMax) return null;
    collect(further.subarray(0, 504));
    more = further[504] === 1;
  }
  return size === null ? null : mapOf(numbers, size);
}

/** The real size of the older form. */
export const realSizeOf = (block: Buffer): number | null => numberField(block.subarray(483, 495));

/** A number of a tar header: octal text, or base 256. */
function numberField(field: Buffer): number | null {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const text = field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim();
    return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : null;
  }
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

const decimal = (text: string): number | null =>
  /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;

function mapOf(numbers: readonly (number | null)[], size: number): SparseMap | null {
  if (numbers.length % 2 !== 0 || numbers.length > 2 * regionsMax) return null;
  const regions: Region[] = [];
  let end = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    const offset = numbers[at] ?? null;
    const bytes = numbers[at + 1] ?? null;
    if (offset === null || bytes === null || offset < end || offset + bytes > size) return null;
    end = offset + bytes;
    if (bytes > 0) regions.push({ offset, bytes });
  }
  return { regions, size };
}

const lineMax = 20;
const blockBytes = 512;

/** The map at the head of the stored bytes: a count and pairs, one decimal a line, filled up to whole blocks. */
async function storedMap(reader: ByteReader, size: number, stored: number): Promise<SparseMap | null> {
  const start = reader.position();
  let block: Buffer = Buffer.alloc(0);
  let at = 0;
  async function line(): Promise<number | null> {
    let text = '';
    for (;;) {
      if (at === block.length) {
        if (reader.position() - start + blockBytes > stored) return null;
        block = await reader.take(blockBytes);
        at = 0;
        if (block.length < blockBytes) return null;
      }
      const byte = block[at] ?? 0;
      at += 1;
      if (byte === 0x0a) return decimal(text);
      if (text.length >= lineMax) return null;
      text += String.fromCharCode(byte);
    }
  }
  const count = await line();
  if (count === null || count > regionsMax) return null;
  const numbers: (number | null)[] = [];
  for (let n = 0; n < 2 * count; n++) {
    const number = await line();
    if (number === null) return null;
    numbers.push(number);
  }
  return mapOf(numbers, size);
}

const zeros = Buffer.alloc(64 * 1024);

/**
 * The bytes of a sparse file, its holes filled with zeros. `data` reads that many stored bytes. A file of nothing but
 * holes costs nothing to store, so holes end at the ratio, which cuts this member alone.
 */
export async function* expandSparse(
  claim: SparseClaim,
  stored: number,
  reader: ByteReader,
  data: (bytes: number) => Pieces,
  reading: Reading,
): Pieces {
  const { tally, limits, progress } = reading;
  let given = 0;
  async function* hole(until: number): Pieces {
    // Beyond the limit of a member nobody reads on.
    while (given < until && given <= limits.memberBytes) {
      const piece = zeros.subarray(0, Math.min(zeros.length, until - given));
      if (tally.tooDense(piece.length, progress.bytes)) return `holes: ${limitText('ratio', limits)}`;
      tally.addBytes(piece.length, progress.bytes);
      given += piece.length;
      yield piece;
    }
    return null;
  }

  const start = reader.position();
  const map = claim.regions === 'stored' ? await storedMap(reader, claim.size, stored) : claim;
  const dataBytes = stored - (reader.position() - start);
  if (map === null || map.regions.reduce((sum, { bytes }) => sum + bytes, 0) !== dataBytes)
    return 'a sparse member whose map makes no sense: nothing of it can be placed';
  for (const { offset, bytes } of map.regions) {
    const broke = (yield* hole(offset)) ?? (yield* data(bytes));
    if (broke !== null) return broke;
    given = offset + bytes;
  }
  return yield* hole(map.size);
}
