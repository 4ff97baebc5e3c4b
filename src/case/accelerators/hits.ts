import type Database from 'better-sqlite3';
import { countBefore } from '../../base/bisect.ts';
import type { WriteRow } from './tables.ts';
import { createTextHash } from './text-hash.ts';

/**
 * Which records hold a text in a column of ids. An entry is the hash of the text and the record's number. Entries are sorted in
 * runs, since all of them would not fit into memory; a run lies in pages that are found by the hash of their first entry.
 *
 * The upper half of the hash is the text's alone; the lower half is mixed with the entity's kind where the column names an
 * entity. Runs of entities are odd: their different hashes are as many as the entities.
 */
const runMax = 1 << 19;
/** Entries of a page: what fits into a page of the file. Equal upper halves are never parted. */
const pageEntries = 720;
const entryBytes = 11;
const headBytes = 8;
/** Numbers in a page are kept in three bytes, from the first of the run on. */
const spanMax = 1 << 24;
const pageIds = 2 ** 32;

const hash = createTextHash();

function takeText(text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  hash.take(bytes, 0, bytes.length);
}

/** What the lower half is mixed with for ids of a kind of entity; 0 for ids of none. */
export function kindMix(kind: string): number {
  takeText(kind);
  return hash.low() | 1;
}

interface Run {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly n: Float64Array;
  count: number;
}

const newRun = (): Run => ({
  high: new Uint32Array(runMax),
  low: new Uint32Array(runMax),
  n: new Float64Array(runMax),
  count: 0,
});

export interface HitWriter {
  /** The text is `source` from `from` to before `to`; `mix` 0 means that it names no entity. */
  readonly add: (source: Uint8Array, from: number, to: number, mix: number, n: number) => void;
  readonly end: () => void;
}

/** Tells the rows of the table `hit`. */
export function createHitWriter(write: WriteRow): HitWriter {
  const runs: (Run | null)[] = [null, null];
  const numbers = [0, 1];
  const order = new Uint32Array(runMax);
  const spare = new Uint32Array(runMax);

  function flush(which: 0 | 1): void {
    const run = runs[which];
    if (run === null || run === undefined || run.count === 0) return;
    sortByHigh(run, order, spare);
    const first = (numbers[which] as number) * pageIds;
    numbers[which] = (numbers[which] as number) + 2;
    const base = run.n[0] as number;
    for (let from = 0; from < run.count; ) {
      let to = Math.min(run.count, from + pageEntries);
      while (to < run.count && run.high[order[to] as number] === run.high[order[to - 1] as number]) to += 1;
      write(first + (run.high[order[from] as number] as number), page(run, order, from, to, base));
      from = to;
    }
    run.count = 0;
  }

  return {
    add(source, from, to, mix, n) {
      hash.take(source, from, to);
      const which = mix === 0 ? 0 : 1;
      let run = runs[which] as Run | null;
      if (run === null) {
        run = newRun();
        runs[which] = run;
      }
      if (run.count === runMax || (run.count > 0 && n - (run.n[0] as number) >= spanMax)) flush(which);
      run.high[run.count] = hash.high();
      run.low[run.count] = hash.low() ^ mix;
      run.n[run.count] = n;
      run.count += 1;
    },
    end() {
      flush(0);
      flush(1);
    },
  };
}

/** Puts the places of the entries in the order of their upper halves; equal ones stay as they came. */
function sortByHigh({ high, count }: Run, order: Uint32Array, spare: Uint32Array): void {
  const counts = new Uint32Array(65_537);
  for (let i = 0; i < count; i++) {
    const slot = ((high[i] as number) & 0xffff) + 1;
    counts[slot] = (counts[slot] as number) + 1;
  }
  for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] as number) + (counts[i - 1] as number);
  for (let i = 0; i < count; i++) {
    const slot = (high[i] as number) & 0xffff;
    const at = counts[slot] as number;
    counts[slot] = at + 1;
    spare[at] = i;
  }
  counts.fill(0);
  for (let i = 0; i < count; i++) {
    const slot = ((high[i] as number) >>> 16) + 1;
    counts[slot] = (counts[slot] as number) + 1;
  }
  for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] as number) + (counts[i - 1] as number);
  for (let i = 0; i < count; i++) {
    const place = spare[i] as number;
    const slot = (high[place] as number) >>> 16;
    const at = counts[slot] as number;
    counts[slot] = at + 1;
    order[at] = place;
  }
}

/** The first number, then all upper halves, all lower halves, and all numbers from the first on. Little-endian. */
function page(run: Run, order: Uint32Array, from: number, to: number, base: number): Buffer {
  const count = to - from;
  const bytes = Buffer.allocUnsafe(headBytes + count * entryBytes);
  bytes.writeDoubleLE(base, 0);
  const put = (at: number, value: number): void => {
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
  };
  const lowAt = headBytes + count * 4;
  const nAt = lowAt + count * 4;
  for (let i = 0; i < count; i++) {
    const place = order[from + i] as number;
    const high = run.high[place] as number;
    const low = run.low[place] as number;
    put(headBytes + i * 4, high);
    bytes[headBytes + i * 4 + 3] = high >>> 24;
    put(lowAt + i * 4, low);
    bytes[lowAt + i * 4 + 3] = low >>> 24;
    put(nAt + i * 3, (run.n[place] as number) - base);
  }
  return bytes;
}

export interface Hits {
  /** Numbers of the records that may hold the text as an id of that kind of entity; of any where `kind` is null. */
  readonly find: (text: string, kind: string | null) => number[];
}

const countOf = (bytes: Buffer): number => Math.floor((bytes.length - headBytes) / entryBytes);

export function openHits(db: Database.Database): Hits {
  const last = (db.prepare('SELECT max(id) FROM hit').pluck().get() as number | null) ?? -1;
  const runCount = Math.floor(last / pageIds) + 1;
  const find = db.prepare('SELECT z FROM hit WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1').pluck();

  return {
    find(text, kind) {
      takeText(text);
      const high = hash.high();
      const low = hash.low();
      const wanted = kind === null ? null : (low ^ kindMix(kind)) >>> 0;
      const found: number[] = [];
      const [start, step] = kind === null ? [0, 1] : [1, 2];
      for (let run = start; run < runCount; run += step) {
        const bytes = find.get(run * pageIds, run * pageIds + high) as Buffer | undefined;
        if (bytes === undefined) continue;
        const count = countOf(bytes);
        const base = bytes.readDoubleLE(0);
        const first = countBefore(count, (place) => bytes.readUInt32LE(headBytes + place * 4) < high);
        for (let i = first; i < count; i++) {
          if (bytes.readUInt32LE(headBytes + i * 4) !== high) break;
          if (wanted !== null && bytes.readUInt32LE(headBytes + (count + i) * 4) !== wanted) continue;
          found.push(base + bytes.readUIntLE(headBytes + count * 8 + i * 3, 3));
        }
      }
      return sortedOnce(found);
    },
  };
}

export function sortedOnce(numbers: number[]): number[] {
  numbers.sort((a, b) => a - b);
  return numbers.filter((n, at) => n !== numbers[at - 1]);
}

/** How many entities there are: those of the runs, and those that only `others` names as `[kind, id]`. */
export function countEntities(db: Database.Database, others: Iterable<readonly [string, string]>): number {
  const extra = new Map<number, bigint[]>();
  for (const [kind, id] of others) {
    takeText(id);
    const [high, low] = [hash.high(), hash.low()];
    const key = (BigInt(high) << 32n) | BigInt((low ^ kindMix(kind)) >>> 0);
    const slice = high >>> 24;
    const list = extra.get(slice);
    if (list === undefined) extra.set(slice, [key]);
    else list.push(key);
  }
  const last = (db.prepare('SELECT max(id) FROM hit').pluck().get() as number | null) ?? -1;
  const runCount = Math.floor(last / pageIds) + 1;
  // The page before the slice may reach into it.
  const pages = db
    .prepare(
      'SELECT z FROM hit WHERE id >= coalesce((SELECT max(id) FROM hit WHERE id BETWEEN $first AND $from), $from) AND id < $to',
    )
    .pluck();
  let keys = new BigUint64Array(1 << 16);
  let halves = new Uint32Array(keys.buffer);
  let total = 0;
  for (let slice = 0; slice < 256; slice++) {
    let count = 0;
    const put = (high: number, low: number): void => {
      if (count === keys.length) {
        const larger = new BigUint64Array(keys.length * 2);
        larger.set(keys);
        keys = larger;
        halves = new Uint32Array(keys.buffer);
      }
      halves[count * 2] = low;
      halves[count * 2 + 1] = high;
      count += 1;
    };
    for (let run = 1; run < runCount; run += 2) {
      const first = run * pageIds;
      const from = first + slice * 2 ** 24;
      for (const bytes of pages.iterate({ first, from, to: from + 2 ** 24 }) as IterableIterator<Buffer>) {
        const entries = countOf(bytes);
        for (let i = 0; i < entries; i++) {
          const high = bytes.readUInt32LE(headBytes + i * 4);
          if (high >>> 24 === slice) put(high, bytes.readUInt32LE(headBytes + (entries + i) * 4));
        }
      }
    }
    for (const key of extra.get(slice) ?? []) put(Number(key >> 32n), Number(key & 0xffff_ffffn));
    const sorted = keys.subarray(0, count).sort();
    for (let i = 0; i < count; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) total += 1;
  }
  return total;
}
