import type Database from 'better-sqlite3';

/**
 * How many events of each sort (a kind and an outcome, as one number below 256) a slice of time holds, at several widths. Kept
 * for each part of the records on its own, so that memory is bounded while a case is written; slices of parts add up.
 */
export const bucketSeconds: readonly number[] = [1, 10, 60, 600, 3_600];

const partEvents = 1 << 16;
const sorts = 256;
const microsPerSecond = 1_000_000;

export interface BucketWriter {
  readonly add: (ts: number, sort: number) => void;
  readonly end: () => void;
}

/** `taken`: what it is given was counted elsewhere, and is taken away again. */
export function createBucketWriter(db: Database.Database, way: 'given' | 'taken'): BucketWriter {
  const insert = db.prepare('INSERT INTO bucket (level, from_s, to_s, z) VALUES (?, ?, ?, ?)');
  const keys = new Float64Array(partEvents);
  let count = 0;

  function flush(): void {
    if (count === 0) return;
    const sorted = keys.subarray(0, count).sort();
    let slices: Slice[] = [];
    for (const key of sorted) {
      const second = Math.floor(key / sorts);
      const sort = key - second * sorts;
      const last = slices.at(-1);
      if (last !== undefined && last.at === second && last.sort === sort) last.count += 1;
      else slices.push({ at: second, sort, count: 1 });
    }
    for (const level of bucketSeconds) {
      slices = wider(slices, level);
      const first = slices[0] as Slice;
      const last = slices.at(-1) as Slice;
      insert.run(way === 'taken' ? 0 - level : level, first.at, last.at + level, encode(slices));
    }
    count = 0;
  }

  return {
    add(ts, sort) {
      if (count === partEvents) flush();
      keys[count] = Math.floor(ts / microsPerSecond) * sorts + sort;
      count += 1;
    },
    end: flush,
  };
}

/** Events of a sort in the slice that begins at second `at`. */
interface Slice {
  readonly at: number;
  readonly sort: number;
  count: number;
}

function wider(slices: readonly Slice[], level: number): Slice[] {
  const made: Slice[] = [];
  let open = new Map<number, Slice>();
  let at = Number.NaN;
  const close = (): void => {
    for (const slice of [...open.values()].sort((a, b) => a.sort - b.sort)) made.push(slice);
    open = new Map();
  };
  for (const slice of slices) {
    const start = Math.floor(slice.at / level) * level;
    if (start !== at) close();
    at = start;
    const known = open.get(slice.sort);
    if (known === undefined) open.set(slice.sort, { at: start, sort: slice.sort, count: slice.count });
    else known.count += slice.count;
  }
  close();
  return made;
}

/** Seconds since the slice before, sort and count, in seven bits a byte; the first second stands in the table. */
function encode(slices: readonly Slice[]): Buffer {
  const bytes = Buffer.alloc(slices.length * 18);
  let end = 0;
  const put = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      bytes[end++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    bytes[end++] = rest;
  };
  let before = (slices[0] as Slice).at;
  for (const { at, sort, count } of slices) {
    put(at - before);
    put(sort);
    put(count);
    before = at;
  }
  return bytes.subarray(0, end);
}

export interface Buckets {
  /** Tells the slices of that width that begin from second `from` to before `to`, both whole multiples of it. */
  readonly each: (
    level: number,
    from: number,
    to: number,
    tell: (second: number, sort: number, count: number) => void,
  ) => void;
}

export function openBuckets(db: Database.Database): Buckets {
  const find = db
    .prepare('SELECT level, from_s, z FROM bucket WHERE level IN (?, -?) AND to_s > ? AND from_s < ?')
    .raw();
  return {
    each(level, from, to, tell) {
      for (const [way, first, bytes] of find.iterate(level, level, from, to) as IterableIterator<
        [number, number, Buffer]
      >) {
        let at = 0;
        const take = (): number => {
          let value = 0;
          for (let scale = 1; ; scale *= 128) {
            const byte = bytes[at++];
            if (byte === undefined) return value;
            value += (byte & 127) * scale;
            if (byte < 128) return value;
          }
        };
        let second = first;
        while (at < bytes.length) {
          second += take();
          const sort = take();
          const count = take();
          if (second >= to) break;
          if (second >= from) tell(second, sort, way < 0 ? 0 - count : count);
        }
      }
    },
  };
}
