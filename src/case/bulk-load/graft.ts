/** Makes pages of rows part of a database: they are put at its end, then the upper parts of their trees, and its roots lead to them. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Leaf, RowPages, TableLeaves } from './row-pages.ts';
import { putVarint } from './varint.ts';

/** Bytes of the file that SQLite locks, and keeps free of pages (its file format, section 1.5). */
const lockByte = 1 << 30;

/** Header of an inner page, and the most that a child takes in it: its number, a row's number, and the cell's place. */
const innerHeaderBytes = 12;
const childBytes = 4 + 9 + 2;
const innerPage = 5;

/**
 * The number of the page that comes `index` pages after the first `before` ones. Numbers count from 1, and skip the page on which
 * the lock byte lies.
 */
export function pageNumber(before: number, index: number, pageSize: number): number {
  const lockPage = lockByte / pageSize + 1;
  const number = before + index + 1;
  return before < lockPage && number >= lockPage ? number + 1 : number;
}

/** A database that nobody writes to while pages are put there; a connection that is open on it sees them in its next transaction. */
export interface Graft {
  /** Puts the pages there that wait. */
  readonly put: () => void;
  /** Puts the rest there, and leads the roots of the tables to it: pages that were leaves without rows. */
  readonly end: (tables: readonly { readonly root: number; readonly leaves: TableLeaves }[]) => void;
}

export function graftOn(file: string, pageSize: number, pages: RowPages): Graft {
  const writing = (action: (handle: number, header: Buffer) => void): void => {
    const handle = openSync(file, 'r+');
    try {
      const header = Buffer.alloc(100);
      readSync(handle, header, 0, header.length, 0);
      action(handle, header);
      tellChange(header);
      write(handle, header, 0);
    } finally {
      closeSync(handle);
    }
  };

  /** Puts pages at the end. */
  function append(handle: number, header: Buffer, given: (numberOf: (index: number) => number) => Buffer): void {
    const before = pagesOf(header);
    const numberOf = (index: number): number => pageNumber(before, index, pageSize);
    const bytes = given(numberOf);
    const count = bytes.length / pageSize;
    // As many at once as follow one another in the file.
    for (let from = 0, to = 0; from < count; from = to) {
      const number = numberOf(from);
      to = count;
      if (numberOf(to - 1) - number !== to - 1 - from) to = from + lockByte / pageSize + 1 - number;
      write(handle, bytes.subarray(from * pageSize, to * pageSize), (number - 1) * pageSize);
    }
    if (count > 0) header.writeUInt32BE(numberOf(count - 1), pagesAt);
  }

  return {
    put: () => writing((handle, header) => append(handle, header, pages.take)),
    end: (tables) =>
      writing((handle, header) => {
        for (const { leaves } of tables) leaves.close();
        append(handle, header, pages.take);
        for (const { root, leaves } of tables) {
          const found = leaves.found();
          if (Buffer.isBuffer(found)) {
            write(handle, found, (root - 1) * pageSize);
            continue;
          }
          let nodes = found;
          for (let groups = grouped(nodes, pageSize); groups.length > 1; groups = grouped(nodes, pageSize))
            append(handle, header, (numberOf) => {
              nodes = groups.map((group, at) => ({ page: numberOf(at), last: (group.at(-1) as Leaf).last }));
              return Buffer.concat(groups.map((group) => inner(group, pageSize)));
            });
          write(handle, inner(nodes, pageSize), (root - 1) * pageSize);
        }
      }),
  };
}

/** Even groups, each small enough for an inner page. */
function grouped(nodes: readonly Leaf[], pageSize: number): readonly (readonly Leaf[])[] {
  const most = Math.floor((pageSize - innerHeaderBytes) / childBytes);
  const groups = Math.ceil(nodes.length / most);
  const startOf = (group: number): number => Math.floor((group * nodes.length) / groups);
  return Array.from({ length: groups }, (_, group) => nodes.slice(startOf(group), startOf(group + 1)));
}

/** An inner page over leaves or other inner pages: of all but the last the number and the highest row, of the last the number. */
function inner(nodes: readonly Leaf[], pageSize: number): Buffer {
  const page = Buffer.alloc(pageSize);
  const cells = nodes.slice(0, -1);
  let content = pageSize;
  const cell = Buffer.alloc(childBytes);
  cells.forEach(({ page: number, last }, at) => {
    cell.writeUInt32BE(number);
    const length = putVarint(cell, 4, last);
    content -= length;
    cell.copy(page, content, 0, length);
    page.writeUInt16BE(content, innerHeaderBytes + 2 * at);
  });
  page[0] = innerPage;
  page.writeUInt16BE(cells.length, 3);
  page.writeUInt16BE(content & 0xffff, 5);
  page.writeUInt32BE((nodes.at(-1) as Leaf).page, 8);
  return page;
}

/** Where the header says how often the database was changed, how many pages it has, and for which change that holds (section 1.3). */
const changesAt = 24;
const pagesAt = 28;
const pagesForAt = 92;

const pagesOf = (header: Buffer): number => header.readUInt32BE(pagesAt);

/** An open connection reads the database anew then. */
function tellChange(header: Buffer): void {
  const changes = (header.readUInt32BE(changesAt) + 1) >>> 0;
  header.writeUInt32BE(changes, changesAt);
  header.writeUInt32BE(changes, pagesForAt);
}

function write(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, bytes.length - done, at + done);
}
