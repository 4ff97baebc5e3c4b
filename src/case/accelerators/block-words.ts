import { isAscii, isUtf8 } from 'node:buffer';
import type Database from 'better-sqlite3';
import { bufferOf } from '../byte-views.ts';
import { bytesListed, mayGoOn } from './byte-lists.ts';
import type { WriteRow } from './tables.ts';

/**
 * Which blocks of raw bytes may hold a word: a run of ASCII letters and digits, in either case. A block sets some bits of many
 * for each of its words. The bits are stored for a group of blocks at once, all blocks of one bit together, so that a search
 * reads a few pages, however many blocks there are.
 *
 * A word that goes over the border of two blocks is one of the second. Where bytes are no text, or letters are escaped, a block
 * may hold anything. Words that a list of bytes spells are words, too; where it goes over a border, both blocks may hold anything.
 */
const bits = 1 << 16;
const groupBlocks = 256;
const rowBytes = bits / 8;
/** So few blocks are looked through at once. */
const fewBlocks = 16;
/** What fits into a page of the file. */
const pageBytes = 8_128;
const groupIds = bits * 2;
/** Shorter words are nearly everywhere. */
export const wordMin = 3;

/** Longer words are told apart by their length, their first bytes and their last ones. */
const endBytes = 8;
const sampleMax = 2 * endBytes;

/** 1 of letters and digits, which all fold to lower case by one bit. */
const isWordByte = new Uint8Array(256);
for (const letter of '0123456789abcdefghijklmnopqrstuvwxyz') {
  isWordByte[letter.charCodeAt(0)] = 1;
  isWordByte[letter.toUpperCase().charCodeAt(0)] = 1;
}
const fold = 0x20;
const foldFour = 0x2020_2020;

const backslash = 0x5c;
const bracket = 0x5b;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const letterE = 0x65;
const letterU = 0x75;
/** Digits after a point: of more of them a number keeps its first alone. */
const exactDigits = 15;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the word ends that begins at `from`, if one does. */
function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = from;
  while (end < to && isWordByte[bytes[end] as number] === 1) end += 1;
  return end;
}

/** Of a word of `length` bytes, of which those from `from` to `to` are here: all, or its first and last ones. */
function hashOf(view: DataView, from: number, to: number, length: number): number {
  if (to - from < 4) {
    let h = length;
    for (let i = from; i < to; i++) h = Math.imul(h ^ (view.getUint8(i) | fold), 0x0100_0193);
    return h;
  }
  const first = view.getUint32(from, true) | foldFour;
  const last = view.getUint32(to - 4, true) | foldFour;
  let h = Math.imul(first, 0x85eb_ca6b) ^ Math.imul(last, 0xc2b2_ae35) ^ Math.imul(length, 0x27d4_eb2f);
  if (to - from >= endBytes) {
    const second = view.getUint32(from + 4, true) | foldFour;
    const lastButOne = view.getUint32(to - 8, true) | foldFour;
    h ^= Math.imul(second, 0x1656_67b1) + Math.imul(lastButOne, 0x9e37_79b1);
  }
  return h;
}

/** What of the bytes of a word its hash looks at. */
const sampleOf = (bytes: Uint8Array): Uint8Array =>
  bytes.length <= sampleMax
    ? Uint8Array.from(bytes)
    : Buffer.concat([bytes.subarray(0, endBytes), bytes.subarray(bytes.length - endBytes)]);

function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d);
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The three bits of a mixed hash. */
const first = (hash: number): number => hash & 0xffff;
const second = (hash: number): number => hash >>> 16;
const third = (hash: number): number => Math.imul(hash, 0x9e37_79b1) >>> 16;

function putHash(row: Uint8Array, raw: number): void {
  const h = mixed(raw);
  let bit = first(h);
  row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
  bit = second(h);
  row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
  bit = third(h);
  row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
}

function putWord(row: Uint8Array, view: DataView, from: number, to: number): void {
  if (to - from >= wordMin) putHash(row, hashOf(view, from, to, to - from));
}

export interface BlockWords {
  /** The next block; `cuts`: where members begin in it. */
  readonly add: (bytes: Uint8Array, cuts: readonly number[]) => void;
  readonly end: () => void;
}

/** The beginning of a word at the end of a block. */
interface Open {
  readonly sample: Uint8Array;
  readonly length: number;
  readonly afterPoint: boolean;
  readonly isNumber: boolean;
}

const closed: Open = { sample: new Uint8Array(0), length: 0, afterPoint: false, isNumber: true };

/** Tells the rows of the table `word`. */
export function createBlockWords(write: WriteRow): BlockWords {
  const rows = new Uint8Array(rowBytes * groupBlocks);
  const always = new Uint8Array(groupBlocks / 8);
  let row = rows.subarray(0, rowBytes);
  let view = viewOf(rows);
  let count = 0;
  let group = 0;
  let open = closed;
  let isAny = false;
  let nextIsAny = false;
  let listGoesOn = false;

  const word = (from: number, to: number): void => putWord(row, view, from, to);

  function putOpen(): void {
    if (open.length >= wordMin) putHash(row, hashOf(viewOf(open.sample), 0, open.sample.length, open.length));
  }

  function close(): void {
    putOpen();
    // A number over a border is not spelt out.
    if (open.length > 0 && open.isNumber) isAny ||= open.afterPoint || open.length > exactDigits;
    open = closed;
  }

  /** The words of one member's bytes. */
  function part(bytes: Uint8Array, from: number, to: number): void {
    if (listGoesOn && from < to) {
      isAny = true;
      listGoesOn = mayGoOn(bytes, from, to);
    }
    let start = open.length === 0 ? from : goOn(bytes, from, to);
    while (start < to) {
      const end = wordEnd(bytes, start, to);
      if (end === to) break;
      word(start, end);
      if (end > start && (bytes[start] as number) <= nine) {
        const afterPoint = isAfterPoint(bytes, from, start);
        // An exponent ends in a digit.
        if (afterPoint || (bytes[end - 1] as number) <= nine) spellings(bytes, start, end, afterPoint);
      }
      const code = bytes[end];
      if (code === backslash || code === bracket) afterWord(bytes, end, to);
      start = end + 1;
    }
    if (start > to) return;
    open = {
      sample: sampleOf(bytes.subarray(start, to)),
      length: to - start,
      afterPoint: isAfterPoint(bytes, from, start),
      isNumber: mantissaEnd(bytes, start, to) !== null,
    };
  }

  const isAfterPoint = (bytes: Uint8Array, from: number, start: number): boolean =>
    start > from ? bytes[start - 1] === point : open.afterPoint;

  /** The end of the word that the block before left open: where the next may begin, or beyond `to` where it is open still. */
  function goOn(bytes: Uint8Array, from: number, to: number): number {
    const end = wordEnd(bytes, from, to);
    open = {
      sample: sampleOf(Buffer.concat([open.sample, sampleOf(bytes.subarray(from, end))])),
      length: open.length + end - from,
      afterPoint: open.afterPoint,
      isNumber: open.isNumber && mantissaEnd(bytes, from, end) !== null,
    };
    if (end === to) return to + 1;
    close();
    afterWord(bytes, end, to);
    return end + 1;
  }

  /** A number may be spelt otherwise when it is read: 0.2500 is 0.25, and 1.5e300 is 1.5e+300. */
  function spellings(bytes: Uint8Array, from: number, to: number, afterPoint: boolean): void {
    const end = mantissaEnd(bytes, from, to);
    if (end === null) return;
    if (end < to) {
      word(from, end + 1);
      word(end + 1, to);
    }
    if (!afterPoint) return;
    if (end - from > exactDigits) isAny = true;
    let last = end;
    while (last > from && bytes[last - 1] === zero) last -= 1;
    word(from, last);
  }

  function afterWord(bytes: Uint8Array, end: number, to: number): void {
    if (bytes[end] === backslash) afterEscape(bytes, end, to);
    else if (bytes[end] === bracket) list(bytes, end + 1, to);
  }

  /** The words that a list spells whose first item begins at `from`. */
  function list(bytes: Uint8Array, from: number, to: number): void {
    const listed = bytesListed(bytes, from, to);
    if (listed === null) return;
    if (listed === 'unread') {
      isAny = true;
      listGoesOn = true;
      return;
    }
    const spelt = viewOf(listed);
    for (let start = 0; start < listed.length; ) {
      const end = wordEnd(listed, start, listed.length);
      putWord(row, spelt, start, end);
      start = end + 1;
    }
  }

  /** What follows an escape is a word of its own; where the backslash is none, it goes on with the letter. */
  function afterEscape(bytes: Uint8Array, at: number, to: number): void {
    if (at + 1 < to && isWordByte[bytes[at + 1] as number] === 0) return;
    let from = at + 2;
    if (bytes[at + 1] === letterU) {
      from = at + 6;
      const code = Number.parseInt(String.fromCharCode(...bytes.subarray(at + 2, from)), 16);
      if (code < 128 && isWordByte[code] === 1) isAny = true;
    }
    const end = wordEnd(bytes, from, to);
    if (end < to) word(from, end);
    else {
      isAny = true;
      nextIsAny = true;
    }
  }

  function flush(): void {
    if (count >= fewBlocks) {
      const width = Math.ceil(count / 8);
      const turned = byBit(rows, width);
      const perPage = Math.floor(pageBytes / width);
      write(group * groupIds, Buffer.concat([Buffer.from([width]), always.subarray(0, width)]));
      for (let from = 0, page = 1; from < bits; from += perPage, page += 1)
        write(group * groupIds + page, turned.subarray(from * width, Math.min(bits, from + perPage) * width));
    }
    rows.fill(0);
    always.fill(0);
    count = 0;
    group += 1;
  }

  return {
    add(bytes, cuts) {
      if (count === groupBlocks) flush();
      row = rows.subarray(count * rowBytes, (count + 1) * rowBytes);
      view = viewOf(bytes);
      isAny = nextIsAny || !isText(bytes);
      nextIsAny = false;
      let from = 0;
      for (const cut of cuts) {
        part(bytes, from, cut);
        close();
        listGoesOn = false;
        from = cut;
      }
      part(bytes, from, bytes.length);
      // Whether this block is the last is not known yet: its last word is put in both.
      putOpen();
      if (isAny) always[count >> 3] = (always[count >> 3] as number) | (1 << (count & 7));
      count += 1;
    },
    end: flush,
  };
}

/** Where the digits end that stand before an `e`, or at the end; null where other letters are among them. */
function mantissaEnd(bytes: Uint8Array, from: number, to: number): number | null {
  let end = to;
  for (let i = from; i < to; i++) {
    const code = bytes[i] as number;
    if (code <= nine) continue;
    if ((code | fold) !== letterE || end < to) return null;
    end = i;
  }
  return end;
}

/** The rows of blocks, turned: for each bit the blocks that have it, in `width` bytes. */
function byBit(rows: Uint8Array, width: number): Buffer {
  const turned = Buffer.alloc(bits * width);
  const byteOf = (block: number, i: number): number => rows[block * rowBytes + i] as number;
  for (let byte = 0; byte < width; byte++) {
    const block = byte * 8;
    for (let i = 0; i < rowBytes; i++) {
      let high =
        (byteOf(block + 7, i) << 24) |
        (byteOf(block + 6, i) << 16) |
        (byteOf(block + 5, i) << 8) |
        byteOf(block + 4, i);
      let low =
        (byteOf(block + 3, i) << 24) | (byteOf(block + 2, i) << 16) | (byteOf(block + 1, i) << 8) | byteOf(block, i);
      if ((high | low) === 0) continue;
      // Eight bytes as a square of bits: its quarters of quarters change places, then its quarters.
      let swapped = (high ^ (high >>> 7)) & 0x00aa_00aa;
      high ^= swapped ^ (swapped << 7);
      swapped = (low ^ (low >>> 7)) & 0x00aa_00aa;
      low ^= swapped ^ (swapped << 7);
      swapped = (high ^ (high >>> 14)) & 0x0000_cccc;
      high ^= swapped ^ (swapped << 14);
      swapped = (low ^ (low >>> 14)) & 0x0000_cccc;
      low ^= swapped ^ (swapped << 14);
      const lower = ((high << 4) & 0xf0f0_f0f0) | (low & 0x0f0f_0f0f);
      const upper = (high & 0xf0f0_f0f0) | ((low >>> 4) & 0x0f0f_0f0f);
      let at = i * 8 * width + byte;
      for (let bit = 0; bit < 4; bit++, at += width) turned[at] = lower >>> (bit * 8);
      for (let bit = 0; bit < 4; bit++, at += width) turned[at] = upper >>> (bit * 8);
    }
  }
  return turned;
}

/** UTF-8 without NUL; a character may lie on either border. */
function isText(bytes: Uint8Array): boolean {
  if (bufferOf(bytes).includes(0)) return false;
  if (isAscii(bytes)) return true;
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  for (let cut = 0; cut < 4; cut++) if (isUtf8(bytes.subarray(from, bytes.length - cut))) return true;
  return false;
}

/** Whether a block, by its number, may hold the word. */
export type MayHold = (block: number) => boolean;

/** Null where all blocks may. */
export function blocksWith(db: Database.Database, text: string): MayHold | null {
  if (text.length < wordMin) return null;
  const bytes = Buffer.from(text, 'utf8');
  if (!bytes.every((byte) => isWordByte[byte] === 1)) return null;
  const h = mixed(hashOf(viewOf(bytes), 0, bytes.length, bytes.length));
  const find = db.prepare('SELECT z FROM word WHERE id = ?').pluck();
  const groups = new Map<number, Buffer | null>();

  /** Of a group: a bit for each block that may hold the word. */
  function load(group: number): Buffer | null {
    const head = find.get(group * groupIds) as Buffer | undefined;
    if (head === undefined) return null;
    const width = head[0] as number;
    const rows = Math.floor(pageBytes / width);
    const rowOf = (bit: number): Buffer => {
      const page = find.get(group * groupIds + 1 + Math.floor(bit / rows)) as Buffer | undefined;
      const at = (bit % rows) * width;
      return page === undefined ? Buffer.alloc(width, 0xff) : page.subarray(at, at + width);
    };
    const [a, b, c] = [rowOf(first(h)), rowOf(second(h)), rowOf(third(h))];
    return Buffer.from(a.map((value, i) => (value & (b[i] as number) & (c[i] as number)) | (head[1 + i] as number)));
  }

  return (block) => {
    const group = Math.floor(block / groupBlocks);
    let found = groups.get(group);
    if (found === undefined) {
      found = load(group);
      groups.set(group, found);
    }
    const at = block % groupBlocks;
    return found === null || at >> 3 >= found.length || ((found[at >> 3] as number) & (1 << (at & 7))) !== 0;
  };
}
