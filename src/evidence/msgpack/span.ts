/**
 * Where a MessagePack value ends, without building it. Nothing is allocated, and a claimed size is only ever compared with
 * the bytes that are there.
 */
export interface ValueWalk {
  /** Where the next header is looked for. */
  at: number;
  /** Values that are still to come; 0 when the value is whole. */
  pending: number;
}

/** `more`: the bytes end within the value. `broken`: a byte that begins no value, or more parts than can ever be held. */
export type Step = 'whole' | 'more' | 'broken';

export const startOf = (at: number): ValueWalk => ({ at, pending: 1 });

/** Every part takes a byte at least, so that a value of more parts than this could never be held whole. */
const partsMax = 2 ** 28;

/** What a header says: its own bytes (-1: no value begins so), the bytes that follow, and the values inside. */
const head = { header: 0, body: 0, parts: 0 };

function fill(header: number, body: number, parts: number): true {
  head.header = header;
  head.body = body;
  head.parts = parts;
  return true;
}

// Of the types from 0xc0 on: how many bytes hold the size, and how many bytes follow besides.
const sizeBytes = [0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4];
const fixedBytes = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 0, 0, 0, 0, 0, 0, 0];

/** Reads the header at `at` into `head`; false where the bytes end within it. */
function readHead(bytes: Buffer, at: number, end: number): boolean {
  const first = bytes[at] as number;
  if (first < 0x80 || first >= 0xe0) return fill(1, 0, 0);
  if (first < 0x90) return fill(1, 0, (first & 15) * 2);
  if (first < 0xa0) return fill(1, 0, first & 15);
  if (first < 0xc0) return fill(1, first & 31, 0);
  if (first === 0xc1) return fill(-1, 0, 0);
  const sized = sizeBytes[first - 0xc0] as number;
  if (end - at <= sized) return false;
  const size = sized === 0 ? 0 : bytes.readUIntBE(at + 1, sized);
  if (first === 0xdc || first === 0xdd) return fill(1 + sized, 0, size);
  if (first === 0xde || first === 0xdf) return fill(1 + sized, 0, size * 2);
  return fill(1 + sized, size + (fixedBytes[first - 0xc0] as number), 0);
}

/** Goes on from where the walk stands. After `more` it stands at the header of the part that is not whole. */
export function walk(bytes: Buffer, end: number, state: ValueWalk): Step {
  while (state.pending > 0) {
    if (state.at >= end || !readHead(bytes, state.at, end)) return 'more';
    if (head.header < 0) return 'broken';
    if (head.body > end - state.at - head.header) return 'more';
    state.at += head.header + head.body;
    state.pending += head.parts - 1;
    if (state.pending > partsMax) return 'broken';
  }
  return 'whole';
}

/** End of the value at `from`; -1 where the bytes end within it or hold none. */
export function valueEnd(bytes: Buffer, from: number): number {
  const state = startOf(from);
  return walk(bytes, bytes.length, state) === 'whole' ? state.at : -1;
}

export interface Container {
  readonly map: boolean;
  /** Items, or pairs. */
  readonly count: number;
  /** Where the first of them begins. */
  readonly at: number;
}

/** The array or map whose header stands at `from`; null where there stands none, or not all of it. */
export function containerAt(bytes: Buffer, from: number, end: number = bytes.length): Container | null {
  if (from >= end) return null;
  const first = bytes[from] as number;
  const map = (first >= 0x80 && first < 0x90) || first === 0xde || first === 0xdf;
  const list = (first >= 0x90 && first < 0xa0) || first === 0xdc || first === 0xdd;
  if ((!map && !list) || !readHead(bytes, from, end)) return null;
  return { map, count: map ? head.parts / 2 : head.parts, at: from + head.header };
}
