/**
 * The leaves of table b-trees, as SQLite keeps them on disk (its file format, section 1.6). Rows that come in the order of their
 * numbers fill page after page, which costs a fraction of handing each value over to SQLite and finding its place in a tree.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { RecordParts } from './records.ts';
import { putVarint, varintLength } from './varint.ts';

/** Pages that are written at once. */
const pagesAtOnce = 64;

/** Header of a leaf, and the place that a cell's offset takes in it. */
const headerBytes = 8;
const pointerBytes = 2;
const leafPage = 13;

/** A leaf by its place among the pages, and the number of its last row. */
export interface Leaf {
  readonly index: number;
  readonly last: number;
}

export interface TableLeaves {
  /** Adds the row `n`, higher than all before. */
  readonly add: (n: number, record: RecordParts) => void;
  /** Ends the last leaf. All leaves, or where they are fewer than two, the only page, which is not among the pages. */
  readonly end: () => readonly Leaf[] | OnlyPage;
}

export interface OnlyPage {
  readonly page: Buffer;
  /** Where it holds the index of another page instead of its number. */
  readonly references: readonly number[];
}

/** Pages on their way into a database, in a file that has no name and is gone with its handle. */
export interface RowPages {
  readonly table: () => TableLeaves;
  readonly count: () => number;
  /**
   * Gives all pages in order, some at a time. `numberOf` says the number in the database of the page at a place; pages that hold
   * numbers of others get them so.
   */
  readonly each: (numberOf: (index: number) => number, take: (pages: Buffer, first: number) => void) => void;
  readonly close: () => void;
}

export function createRowPages(file: string, pageSize: number): RowPages {
  const handle = openSync(file, 'wx+', 0o600);
  rmSync(file);
  const chunk = Buffer.alloc(pagesAtOnce * pageSize);
  let count = 0;
  /** Where pages hold the number of another page, as places among all bytes, rising: there stands its index. */
  const references: number[] = [];

  function flush(pages: number): void {
    const at = (count - pages) * pageSize;
    for (let done = 0; done < pages * pageSize; )
      done += writeSync(handle, chunk, done, pages * pageSize - done, at + done);
  }

  /** Room for one more page, which is to be filled at once. */
  function next(): { readonly index: number; readonly at: number } {
    if (count > 0 && count % pagesAtOnce === 0) flush(pagesAtOnce);
    count += 1;
    return { index: count - 1, at: ((count - 1) % pagesAtOnce) * pageSize };
  }

  /** Puts what a row's own page does not hold on pages of their own, and says the first of them. */
  function overflow(rest: Buffer): number {
    const room = pageSize - 4;
    const first = count;
    for (let from = 0; from < rest.length; from += room) {
      const { index, at } = next();
      const isLast = from + room >= rest.length;
      chunk.writeUInt32BE(isLast ? 0 : index + 1, at);
      if (!isLast) references.push(index * pageSize);
      const copied = rest.copy(chunk, at + 4, from, from + room);
      chunk.fill(0, at + 4 + copied, at + pageSize);
    }
    return first;
  }

  function table(): TableLeaves {
    const page = Buffer.alloc(pageSize);
    const leaves: Leaf[] = [];
    let cells = 0;
    /** Where the cell that was added last begins: they grow from the page's end towards its header. */
    let content = pageSize;
    let last = 0;
    /** Places in the page that hold the number of another. */
    let pointers: number[] = [];

    function seal(): void {
      page[0] = leafPage;
      page.writeUInt16BE(cells, 3);
      // A page of 65,536 bytes without a cell would begin at 0.
      page.writeUInt16BE(content & 0xffff, 5);
      page.fill(0, headerBytes + cells * pointerBytes, content);
    }

    function close(): void {
      seal();
      const { index, at } = next();
      page.copy(chunk, at);
      for (const place of pointers) references.push(index * pageSize + place);
      leaves.push({ index, last });
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
        if (content - size < headerBytes + (cells + 1) * pointerBytes) close();
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
      end() {
        if (leaves.length > 0) {
          close();
          return leaves;
        }
        seal();
        return { page, references: pointers };
      },
    };
  }

  return {
    table,
    count: () => count,
    each(numberOf, take) {
      if (count === 0) return;
      flush(((count - 1) % pagesAtOnce) + 1);
      let reference = 0;
      for (let first = 0; first < count; first += pagesAtOnce) {
        const pages = chunk.subarray(0, Math.min(pagesAtOnce, count - first) * pageSize);
        const from = first * pageSize;
        for (let done = 0; done < pages.length; ) {
          const bytes = readSync(handle, pages, done, pages.length - done, from + done);
          if (bytes === 0) throw new Error('pages of rows were lost');
          done += bytes;
        }
        for (; (references[reference] ?? Number.POSITIVE_INFINITY) < from + pages.length; reference++) {
          const at = (references[reference] as number) - from;
          pages.writeUInt32BE(numberOf(pages.readUInt32BE(at)), at);
        }
        take(pages, first);
      }
    },
    close: () => closeSync(handle),
  };
}
