/**
 * The leaves of table b-trees, as SQLite keeps them on disk (its file format, section 1.6). Rows that come in the order of their
 * numbers fill page after page, which costs a fraction of handing each value over to SQLite and finding its place in a tree.
 */
import type { RecordParts } from './records.ts';
import { putVarint, varintLength } from './varint.ts';

/** Header of a leaf, and the place that a cell's offset takes in it. */
const headerBytes = 8;
const pointerBytes = 2;
const leafPage = 13;

const firstBytes = 1 << 20;

/** A leaf by its number in the database, and the number of its last row. */
export interface Leaf {
  readonly page: number;
  readonly last: number;
}

export interface TableLeaves {
  /** Adds the row `n`, higher than all before. */
  readonly add: (n: number, record: RecordParts) => void;
  /** No row comes any more: the last leaf is full, if it is not the only one. */
  readonly close: () => void;
  /** All leaves; where there is but one, the page itself. To be asked when the table is closed and no page waits. */
  readonly found: () => readonly Leaf[] | Buffer;
}

/** Pages that wait to be put into a database. Until then nobody knows their numbers there. */
export interface RowPages {
  readonly table: () => TableLeaves;
  readonly waiting: () => number;
  /**
   * The pages that wait, in order, valid until the next row is added; none waits then. `numberOf` says which number the page at
   * a place among them gets.
   */
  readonly take: (numberOf: (index: number) => number) => Buffer;
}

interface OpenTable extends TableLeaves {
  /** Puts numbers where places among the waiting pages were meant. */
  readonly settle: (numberOf: (index: number) => number) => void;
}

export function createRowPages(pageSize: number): RowPages {
  const tables: OpenTable[] = [];
  let pages = Buffer.alloc(firstBytes);
  let count = 0;
  /** Where waiting pages hold the place of another instead of its number. */
  let references: number[] = [];

  /** Where one more page begins, which is to be filled at once. */
  function next(): number {
    const at = count * pageSize;
    if (at + pageSize > pages.length) {
      const larger = Buffer.alloc(pages.length * 2);
      pages.copy(larger);
      pages = larger;
    }
    count += 1;
    return at;
  }

  /** Puts what a row's own page does not hold on pages of their own, and says the place of the first. */
  function overflow(rest: Buffer): number {
    const room = pageSize - 4;
    const first = count;
    for (let from = 0; from < rest.length; from += room) {
      const at = next();
      const isLast = from + room >= rest.length;
      pages.writeUInt32BE(isLast ? 0 : count, at);
      if (!isLast) references.push(at);
      const copied = rest.copy(pages, at + 4, from, from + room);
      pages.fill(0, at + 4 + copied, at + pageSize);
    }
    return first;
  }

  function table(): OpenTable {
    const page = Buffer.alloc(pageSize);
    const leaves: Leaf[] = [];
    /** Leaves that wait, by place. */
    let waiting: Leaf[] = [];
    let cells = 0;
    /** Where the cell that was added last begins: they grow from the page's end towards its header. */
    let content = pageSize;
    let last = 0;
    /** Where the page holds the place of another instead of its number. */
    let pointers: number[] = [];

    function seal(): void {
      page[0] = leafPage;
      page.writeUInt16BE(cells, 3);
      // A page of 65,536 bytes without a cell would begin at 0.
      page.writeUInt16BE(content & 0xffff, 5);
      page.fill(0, headerBytes + cells * pointerBytes, content);
    }

    function turn(): void {
      seal();
      waiting.push({ page: count, last });
      const at = next();
      page.copy(pages, at);
      for (const place of pointers) references.push(at + place);
      cells = 0;
      content = pageSize;
      pointers = [];
    }

    /** Section 1.6: a record that is too long for a page leaves so much of it in the cell that whole pages hold the rest. */
    function localBytes(length: number): number {
      if (length <= pageSize - 35) return length;
      const least = Math.floor(((pageSize - 12) * 32) / 255) - 23;
      const most = least + ((length - least) % (pageSize - 4));
      return most <= pageSize - 35 ? most : least;
    }

    return {
      add(n, record) {
        const { types, from, to, values } = record;
        const length = to - from + record.length;
        const local = localBytes(length);
        const size = varintLength(length) + varintLength(n) + local + (local < length ? 4 : 0);
        if (content - size < headerBytes + (cells + 1) * pointerBytes) turn();
        content -= size;
        const pointer = headerBytes + cells * pointerBytes;
        page[pointer] = content >> 8;
        page[pointer + 1] = content & 0xff;
        cells += 1;
        last = n;
        let at = putVarint(page, putVarint(page, content, length), n);
        if (local === length) {
          for (let i = from; i < to; i++) page[at++] = types[i] as number;
          values.copy(page, at, 0, record.length);
          return;
        }
        const whole = Buffer.concat([types.subarray(from, to), values.subarray(0, record.length)]);
        at += whole.copy(page, at, 0, local);
        page.writeUInt32BE(overflow(whole.subarray(local)), at);
        pointers.push(at);
      },
      settle(numberOf) {
        for (const { page: index, last } of waiting) leaves.push({ page: numberOf(index), last });
        waiting = [];
        for (const at of pointers) page.writeUInt32BE(numberOf(page.readUInt32BE(at)), at);
        pointers = [];
      },
      close() {
        if (leaves.length + waiting.length > 0) turn();
        else seal();
      },
      found: () => (leaves.length > 0 ? leaves : page),
    };
  }

  return {
    table() {
      const made = table();
      tables.push(made);
      return made;
    },
    waiting: () => count * pageSize,
    take(numberOf) {
      for (const at of references) pages.writeUInt32BE(numberOf(pages.readUInt32BE(at)), at);
      for (const one of tables) one.settle(numberOf);
      const taken = pages.subarray(0, count * pageSize);
      references = [];
      count = 0;
      return taken;
    },
  };
}
