/** Makes pages of rows part of a database: they are put at its end, with the upper parts of their trees, and its roots lead to them. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { RowPages, TableLeaves } from './row-pages.ts';
import { putVarint } from './varint.ts';

/** Bytes of the file that SQLite locks, and keeps free of pages (its file format, section 1.5). */
const lockByte = 1 << 30;

/** Header of an inner page, and the most that a child takes in it: its number, a row's number, and the cell's place. */
const innerHeaderBytes = 12;
const childBytes = 4 + 9 + 2;
const innerPage = 5;

/** A page of a tree, by its number in the database, and the highest row under it. */
interface Node {
  readonly page: number;
  readonly last: number;
}

/** The table's root page in the database, where it is a leaf without rows. */
export interface GraftedTable {
  readonly root: number;
  readonly leaves: TableLeaves;
}

/**
 * The number of the page that comes `index` pages after the first `before` ones. Numbers count from 1, and skip the page on which
 * the lock byte lies.
 */
export function pageNumber(before: number, index: number, pageSize: number): number {
  const lockPage = lockByte / pageSize + 1;
  const number = before + index + 1;
  return before < lockPage && number >= lockPage ? number + 1 : number;
}

/** Nobody may write to the database meanwhile; a connection that is open on it sees the pages in its next transaction. */
export function graft(file: string, pageSize: number, pages: RowPages, tables: readonly GraftedTable[]): void {
  const handle = openSync(file, 'r+');
  try {
    const before = fstatSync(handle).size / pageSize;
    const numberOf = (index: number): number => pageNumber(before, index, pageSize);
    const ended = tables.map(({ root, leaves }) => ({ root, leaves: leaves.end() }));
    let count = pages.count();

    pages.each(numberOf, (some, first) => {
      for (let at = 0; at < some.length; ) {
        // As many as follow one another in the file.
        let end = at + pageSize;
        const number = numberOf(first + at / pageSize);
        while (end < some.length && numberOf(first + end / pageSize) === number + (end - at) / pageSize)
          end += pageSize;
        put(handle, some.subarray(at, end), (number - 1) * pageSize);
        at = end;
      }
    });
    for (const { root, leaves } of ended) {
      if ('page' in leaves) {
        for (const at of leaves.references) leaves.page.writeUInt32BE(numberOf(leaves.page.readUInt32BE(at)), at);
        put(handle, leaves.page, (root - 1) * pageSize);
        continue;
      }
      let nodes = leaves.map(({ index, last }): Node => ({ page: numberOf(index), last }));
      for (let groups = grouped(nodes, pageSize); groups.length > 1; groups = grouped(nodes, pageSize))
        nodes = groups.map((group) => {
          const page = numberOf(count);
          count += 1;
          put(handle, inner(group, pageSize), (page - 1) * pageSize);
          return { page, last: (group.at(-1) as Node).last };
        });
      put(handle, inner(nodes, pageSize), (root - 1) * pageSize);
    }
    sayPages(handle, count === 0 ? before : numberOf(count - 1));
  } finally {
    closeSync(handle);
  }
}

/** Even groups, each small enough for an inner page. */
function grouped(nodes: readonly Node[], pageSize: number): readonly (readonly Node[])[] {
  const most = Math.floor((pageSize - innerHeaderBytes) / childBytes);
  const groups = Math.ceil(nodes.length / most);
  const startOf = (group: number): number => Math.floor((group * nodes.length) / groups);
  return Array.from({ length: groups }, (_, group) => nodes.slice(startOf(group), startOf(group + 1)));
}

/** An inner page: of all children but the last the number and the highest row, of the last the number. */
function inner(nodes: readonly Node[], pageSize: number): Buffer {
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
  page.writeUInt32BE((nodes.at(-1) as Node).page, 8);
  return page;
}

/** How many pages the database has, and that it was changed, so that an open connection reads it anew (section 1.3). */
function sayPages(handle: number, count: number): void {
  const header = Buffer.alloc(100);
  readSync(handle, header, 0, header.length, 0);
  const changes = (header.readUInt32BE(24) + 1) >>> 0;
  header.writeUInt32BE(changes, 24);
  header.writeUInt32BE(count, 28);
  header.writeUInt32BE(changes, 92);
  put(handle, header, 0);
}

function put(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, bytes.length - done, at + done);
}
