import { isAscii, isUtf8 } from 'node:buffer';
import type Database from 'better-sqlite3';

/**
 * Which blocks of raw bytes may hold a word: a run of ASCII letters and digits, in either case. A block sets some bits of many
 * for each of its words. The bits are stored for a group of blocks at once, all blocks of one bit together, so that a search
 * reads a few pages, however many blocks there are.
 *
 * A word that goes over the border of two blocks is one of the second. Where bytes are no text, or letters are escaped, a block
 * may hold anything.
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

const seed = 0x811c_9dc5 | 0;
const prime = 0x0100_0193;

/** Lower-case code of letters and digits, 0 of all else. */
const folded = new Uint8Array(256);
for (const letter of '0123456789abcdefghijklmnopqrstuvwxyz') {
  folded[letter.charCodeAt(0)] = letter.charCodeAt(0);
  folded[letter.toUpperCase().charCodeAt(0)] = letter.charCodeAt(0);
}

const backslash = 0x5c;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const letterE = 0x65;
const letterU = 0x75;
/** Digits after a point: of more of them a number keeps its first alone. */
const exactDigits = 15;

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

export interface BlockWordWriter {
  /** The next block; `cuts`: where members begin in it. */
  readonly add: (bytes: Uint8Array, cuts: readonly number[]) => void;
  readonly end: () => void;
}

/** The beginning of a word at the end of a block. */
interface Open {
  readonly hash: number;
  readonly length: number;
  readonly afterPoint: boolean;
  readonly isNumber: boolean;
}

const closed: Open = { hash: seed, length: 0, afterPoint: false, isNumber: true };

export function createBlockWordWriter(db: Database.Database): BlockWordWriter {
  const insert = db.prepare('INSERT INTO word VALUES (?, ?)');
  const rows = new Uint8Array(rowBytes * groupBlocks);
  const always = new Uint8Array(groupBlocks / 8);
  let row = rows.subarray(0, rowBytes);
  let count = 0;
  let group = 0;
  let open = closed;
  let isAny = false;
  let nextIsAny = false;

  function put(raw: number): void {
    const h = mixed(raw);
    let bit = first(h);
    row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
    bit = second(h);
    row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
    bit = third(h);
    row[bit >> 3] = (row[bit >> 3] as number) | (1 << (bit & 7));
  }

  function word(bytes: Uint8Array, from: number, to: number): void {
    if (to - from < wordMin) return;
    let h = seed;
    for (let i = from; i < to; i++) h = Math.imul(h ^ (folded[bytes[i] as number] as number), prime);
    put(h);
  }

  /** The words of one member's bytes. */
  function part(bytes: Uint8Array, from: number, to: number): void {
    let h = open.hash;
    let length = open.length;
    for (let i = from; i < to; i++) {
      const code = folded[bytes[i] as number] as number;
      if (code !== 0) {
        h = Math.imul(h ^ code, prime);
        length += 1;
        continue;
      }
      if (length > 0) {
        if (length >= wordMin) put(h);
        const start = i - length;
        if (start < from) closeOpen(bytes, from, i);
        else if ((bytes[start] as number) <= nine)
          spellings(bytes, start, i, start > from ? bytes[start - 1] === point : open.afterPoint);
        h = seed;
        length = 0;
      }
      if (bytes[i] === backslash) afterEscape(bytes, i, to);
    }
    open = length === 0 ? { ...closed, afterPoint: bytes[to - 1] === point } : opened(bytes, from, to, h, length);
  }

  function opened(bytes: Uint8Array, from: number, to: number, h: number, length: number): Open {
    const start = Math.max(from, to - length);
    const goesOn = to - length < from;
    return {
      hash: h,
      length,
      afterPoint: goesOn || start === from ? open.afterPoint : bytes[start - 1] === point,
      isNumber: (!goesOn || open.isNumber) && mantissaEnd(bytes, start, to) !== null,
    };
  }

  /** A number over a border is not spelt out. */
  function closeOpen(bytes: Uint8Array, from: number, end: number): void {
    if (open.isNumber && mantissaEnd(bytes, from, end) !== null)
      isAny ||= open.afterPoint || open.length + end - from > exactDigits;
  }

  /** A number may be spelt otherwise when it is read: 0.2500 is 0.25, and 1.5e300 is 1.5e+300. */
  function spellings(bytes: Uint8Array, from: number, to: number, afterPoint: boolean): void {
    const end = mantissaEnd(bytes, from, to);
    if (end === null) return;
    if (end < to) {
      word(bytes, from, end + 1);
      word(bytes, end + 1, to);
    }
    if (!afterPoint) return;
    if (end - from > exactDigits) isAny = true;
    let last = end;
    while (last > from && bytes[last - 1] === zero) last -= 1;
    word(bytes, from, last);
  }

  /** What follows an escape is a word of its own; where the backslash is none, it goes on with the letter. */
  function afterEscape(bytes: Uint8Array, at: number, to: number): void {
    if (at + 1 < to && folded[bytes[at + 1] as number] === 0) return;
    let from = at + 2;
    if (bytes[at + 1] === letterU) {
      from = at + 6;
      const code = Number.parseInt(String.fromCharCode(...bytes.subarray(at + 2, from)), 16);
      if (code < 128 && folded[code] !== 0) isAny = true;
    }
    let end = from;
    while (end < to && folded[bytes[end] as number] !== 0) end += 1;
    if (end < to) word(bytes, from, end);
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
      insert.run(group * groupIds, Buffer.concat([Buffer.from([width]), always.subarray(0, width)]));
      for (let from = 0, page = 1; from < bits; from += perPage, page += 1)
        insert.run(group * groupIds + page, turned.subarray(from * width, Math.min(bits, from + perPage) * width));
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
      isAny = nextIsAny || !isText(bytes);
      nextIsAny = false;
      let from = 0;
      for (const cut of cuts) {
        part(bytes, from, cut);
        if (open.length >= wordMin) put(open.hash);
        open = closed;
        from = cut;
      }
      part(bytes, from, bytes.length);
      // Whether this block is the last is not known yet: its last word is put in both.
      if (open.length >= wordMin) put(open.hash);
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
    const code = folded[bytes[i] as number] as number;
    if (code <= nine) continue;
    if (code !== letterE || end < to) return null;
    end = i;
  }
  return end;
}

/** The rows of blocks, turned: for each bit the blocks that have it, in `width` bytes. */
function byBit(rows: Uint8Array, width: number): Buffer {
  const turned = Buffer.alloc(bits * width);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0; i < rowBytes; i++)
      for (let block = 0; block < 8; block++) {
        const eight = rows[(byte * 8 + block) * rowBytes + i] as number;
        if (eight === 0) continue;
        for (let bit = 0; bit < 8; bit++) {
          const at = (i * 8 + bit) * width + byte;
          turned[at] = (turned[at] as number) | (((eight >> bit) & 1) << block);
        }
      }
  return turned;
}

/** UTF-8 without NUL; a character may lie on either border. */
function isText(bytes: Uint8Array): boolean {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(0)) return false;
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
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    const code = folded[text.charCodeAt(i)] ?? 0;
    if (code === 0) return null;
    hash = Math.imul(hash ^ code, prime);
  }
  const h = mixed(hash);
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
