import type Database from 'better-sqlite3';
import { countBefore } from '../../base/bisect.ts';
import type { WriteRow } from './tables.ts';

/**
 * Which records hold a symbol in any column: for each part of the numbers a list of its own, so that memory is bounded while
 * a case is written, and a page reads no more parts than it shows.
 */
const partBits = 15;
export const partSize = 1 << partBits;
const partIds = 2 ** 24;

/** Lists are steps between numbers in seven bits a byte, or a bit for each number where that is shorter. */
const asSteps = 0;
const asBits = 1;
const bitBytes = partSize / 8;

export interface PostingWriter {
  /** Numbers rise from call to call. */
  readonly add: (symbol: number, n: number) => void;
  readonly end: () => void;
}

/** Tells the rows of the table `posting`. */
export function createPostingWriter(write: WriteRow): PostingWriter {
  let symbols = new Int32Array(partSize * 4);
  let places = new Uint16Array(partSize * 4);
  let count = 0;
  let part = 0;
  let highest = 0;
  const scratch = Buffer.alloc(partSize * 3 + 1);

  function flush(): void {
    if (count === 0) return;
    const starts = new Uint32Array(highest + 2);
    for (let i = 0; i < count; i++) {
      const slot = (symbols[i] as number) + 1;
      starts[slot] = (starts[slot] as number) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
    const ends = starts.slice();
    const sorted = new Uint16Array(count);
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i] as number;
      const at = ends[symbol] as number;
      ends[symbol] = at + 1;
      sorted[at] = places[i] as number;
    }
    for (let symbol = 0; symbol <= highest; symbol++) {
      const from = starts[symbol] as number;
      const to = ends[symbol] as number;
      if (to > from) write(symbol * partIds + part, encode(sorted.subarray(from, to), scratch));
    }
    count = 0;
    highest = 0;
  }

  return {
    add(symbol, n) {
      const own = Math.floor(n / partSize);
      if (own !== part) {
        flush();
        part = own;
      }
      if (count === symbols.length) {
        const moreSymbols = new Int32Array(count * 2);
        const morePlaces = new Uint16Array(count * 2);
        moreSymbols.set(symbols);
        morePlaces.set(places);
        symbols = moreSymbols;
        places = morePlaces;
      }
      symbols[count] = symbol;
      places[count] = n % partSize;
      count += 1;
      if (symbol > highest) highest = symbol;
    },
    end: flush,
  };
}

/** A record that holds the symbol twice comes once. */
function encode(places: Uint16Array, scratch: Buffer): Buffer {
  let at = 1;
  let before = -1;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    let step = place - before;
    if (step === 0) continue;
    before = place;
    while (step > 127) {
      scratch[at++] = (step & 127) | 128;
      step >>>= 7;
    }
    scratch[at++] = step;
  }
  if (at <= 1 + bitBytes) {
    scratch[0] = asSteps;
    return Buffer.from(scratch.subarray(0, at));
  }
  const bits = Buffer.alloc(1 + bitBytes);
  bits[0] = asBits;
  for (const place of places) bits[1 + (place >> 3)] = (bits[1 + (place >> 3)] as number) | (1 << (place & 7));
  return bits;
}

function decode(bytes: Buffer, base: number): number[] {
  const numbers: number[] = [];
  if (bytes[0] === asBits) {
    for (let place = 0; place < partSize; place++)
      if (((bytes[1 + (place >> 3)] as number) >> (place & 7)) & 1) numbers.push(base + place);
    return numbers;
  }
  let place = -1;
  let step = 0;
  let shift = 0;
  for (let i = 1; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    step |= (byte & 127) << shift;
    if (byte > 127) {
      shift += 7;
      continue;
    }
    place += step;
    step = 0;
    shift = 0;
    numbers.push(base + place);
  }
  return numbers;
}

export interface Postings {
  /** Rising numbers from `first` to `last` of records that hold the symbol. */
  readonly within: (symbol: number, first: number, last: number) => number[];
}

export function openPostings(db: Database.Database): Postings {
  const read = db.prepare('SELECT id, z FROM posting WHERE id BETWEEN ? AND ? ORDER BY id').raw();
  let nearId = -1;
  let near: number[] = [];
  return {
    within(symbol, first, last) {
      const from = symbol * partIds + Math.floor(first / partSize);
      // Not beyond the symbol's own parts, however far the wish goes.
      const to = symbol * partIds + Math.min(partIds - 1, Math.floor(last / partSize));
      if (from === to) {
        if (nearId !== from) {
          const [row] = read.all(from, from) as [number, Buffer][];
          near = row === undefined ? [] : decode(row[1], (from % partIds) * partSize);
          nearId = from;
        }
        return slice(near, first, last);
      }
      const found: number[] = [];
      for (const [id, bytes] of read.iterate(from, to) as IterableIterator<[number, Buffer]>)
        for (const n of decode(bytes, (id % partIds) * partSize)) if (n >= first && n <= last) found.push(n);
      return found;
    },
  };
}

/** The rising numbers from `first` to `last`. */
export function slice(numbers: readonly number[], first: number, last: number): number[] {
  const bound = (wanted: number): number => countBefore(numbers.length, (place) => (numbers[place] as number) < wanted);
  return numbers.slice(bound(first), bound(last + 1));
}
