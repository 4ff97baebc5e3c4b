/** Looks through the raw bytes of a case, block by block, and gives the records that lie where something was seen. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { formatRef } from '../base/ref.ts';
import type { RowKind } from '../evidence/index.ts';
import { blocksWith } from './accelerators/block-words.ts';
import { hasTable } from './connect.ts';
import { blockBytes } from './raw-store.ts';
import type { RawFind, RawStep } from './reader-types.ts';
import { tableName } from './schema.ts';
import type { Segment, Segments } from './segments.ts';

export interface ScannedMember {
  readonly id: number;
  readonly path: string;
  readonly kind: string;
  readonly bytes: number;
  readonly raw_at: number;
}

/** Bytes before a block that are looked at with it, for what lies over the border. */
const borderBytes = 1_024;
/** A line of text that nobody recognised is looked at in pieces of this length at most. */
const lineMax = 64 * 1_024;
const headBytes = 8 * 1_024;

type RawAt = (first: number, length: number) => Buffer | null;

export function* scanBlocks(
  db: Database.Database,
  segments: Segments,
  members: readonly ScannedMember[],
  rawAt: RawAt,
  mayHold: (bytes: Buffer) => boolean,
  word: string | null,
): Generator<RawStep> {
  const byPlace = members.filter(({ bytes }) => bytes > 0).sort((a, b) => a.raw_at - b.raw_at);
  const of = byPlace.reduce((sum, { bytes }) => sum + bytes, 0);
  let held: Buffer = Buffer.alloc(0);
  let heldFrom = 0;
  // Most of what is asked for lies in the block that is open here.
  const nearAt: RawAt = (first, length) =>
    first >= heldFrom && first + length <= heldFrom + held.length
      ? held.subarray(first - heldFrom, first - heldFrom + length)
      : rawAt(first, length);
  const find = recordFinder(db, segments, nearAt, mayHold);
  const blocks = db.prepare('SELECT first, z FROM block WHERE first >= ? ORDER BY first LIMIT 1').raw();
  const mayLieIn = word !== null && hasTable(db, 'word') ? blocksWith(db, word) : null;
  let border: Buffer | null = Buffer.alloc(0);
  for (let at = 0; ; ) {
    while (mayLieIn?.(Math.floor(at / blockBytes)) === false && at < of) {
      at += blockBytes;
      border = null;
    }
    const row = blocks.get(at) as [number, Buffer] | undefined;
    if (row === undefined) return;
    const [first, packed] = row;
    border ??= rawAt(first - borderBytes, borderBytes) ?? Buffer.alloc(0);
    const bytes = zstdDecompressSync(packed, { maxOutputLength: blockBytes });
    const end = first + bytes.length;
    held = Buffer.concat([border, bytes]);
    heldFrom = end - held.length;
    const found: RawFind[] = [];
    if (mayHold(held))
      for (const member of byPlace) {
        if (member.raw_at >= end) break;
        const [low, high] = [Math.max(0, heldFrom - member.raw_at), Math.min(member.bytes, end - member.raw_at)];
        if (low < high) found.push(...find(member, low, high));
      }
    yield { done: Math.min(of, end), of, found };
    border = bytes.subarray(Math.max(0, bytes.length - borderBytes));
    at = first + bytes.length;
  }
}

/** Of the blocks of raw bytes, the share that may hold the word; 1 where nothing tells. */
export function spreadOf(db: Database.Database, members: readonly ScannedMember[], word: string | null): number {
  const blocks = Math.ceil(members.reduce((sum, { bytes }) => sum + bytes, 0) / blockBytes);
  const mayLieIn = word !== null && hasTable(db, 'word') ? blocksWith(db, word) : null;
  if (mayLieIn === null) return 1;
  let count = 0;
  for (let block = 0; block < blocks; block++) if (mayLieIn(block)) count += 1;
  return count / blocks;
}

/** Where the records of a segment lie in their member. */
interface Extent {
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
}

/** Each record and line once, although it may lie in two blocks. */
function recordFinder(
  db: Database.Database,
  segments: Segments,
  rawAt: RawAt,
  mayHold: (bytes: Buffer) => boolean,
): (member: ScannedMember, low: number, high: number) => Generator<RawFind> {
  const passed = new Map<Segment, number>();
  const lineAfter = new Map<number, number>();
  const isBinary = new Map<number, boolean>();

  const statements = new Map<RowKind, { readonly one: Database.Statement; readonly run: Database.Statement }>();
  function statementsOf(kind: RowKind): { readonly one: Database.Statement; readonly run: Database.Statement } {
    const before = statements.get(kind);
    if (before !== undefined) return before;
    const table = tableName(kind);
    const made = {
      one: db.prepare(`SELECT off, len FROM ${table} WHERE n = ?`).raw(),
      run: db.prepare(`SELECT n, off, len FROM ${table} WHERE n BETWEEN ? AND ? ORDER BY n`).raw(),
    };
    statements.set(kind, made);
    return made;
  }
  function placeIn(kind: RowKind): (n: number) => [number, number] {
    const { one } = statementsOf(kind);
    return (n) => one.get(n) as [number, number];
  }

  const known = new Map<number, readonly Extent[]>();
  function extentsOf(member: number): readonly Extent[] {
    const before = known.get(member);
    if (before !== undefined) return before;
    const extents = segments.ofMember(member).map((segment) => {
      const placeOf = placeIn(segment.kind);
      const [from] = placeOf(segment.first);
      const [last, length] = placeOf(segment.last);
      return { segment, from, to: last + length };
    });
    known.set(member, extents);
    return extents;
  }

  function* rows(member: ScannedMember, segment: Segment, low: number, high: number): Generator<RawFind> {
    const placeOf = placeIn(segment.kind);
    let n = (passed.get(segment) ?? segment.first - 1) + 1;
    let end = segment.last + 1;
    // Records follow each other, so that their ends rise like their beginnings.
    while (n < end) {
      const middle = Math.floor((n + end) / 2);
      const [offset, length] = placeOf(middle);
      if (offset + length <= low) n = middle + 1;
      else end = middle;
    }
    // One statement for all of them: each costs several calls of the system.
    const places = statementsOf(segment.kind).run.iterate(n, segment.last) as IterableIterator<
      [number, number, number]
    >;
    for (const [own, offset, length] of places) {
      if (offset >= high) return;
      passed.set(segment, own);
      const raw = rawAt(member.raw_at + offset, length);
      if (raw === null || !mayHold(raw)) continue;
      yield { n: own, kind: segment.kind, ref: formatRef({ member: member.path, offset, length }), raw };
    }
  }

  function* lines(member: ScannedMember, low: number, high: number): Generator<RawFind> {
    if (!isBinary.has(member.id))
      isBinary.set(member.id, rawAt(member.raw_at, Math.min(headBytes, member.bytes))?.includes(0) ?? true);
    if (isBinary.get(member.id) === true) return;
    const from = Math.max(lineAfter.get(member.id) ?? 0, low - lineMax);
    const window = rawAt(member.raw_at + from, Math.min(member.bytes, high + lineMax) - from);
    if (window === null) return;
    for (let at = 0; at < window.length && from + at < high; ) {
      const newline = window.indexOf(10, at);
      const end = Math.min(newline < 0 ? window.length : newline, at + lineMax);
      const raw = window.subarray(at, end);
      const offset = from + at;
      at = end === newline ? end + 1 : end;
      if (from + at <= low || raw.length === 0) continue;
      lineAfter.set(member.id, from + at);
      if (!mayHold(raw)) continue;
      yield { n: null, kind: null, ref: formatRef({ member: member.path, offset, length: raw.length }), raw };
    }
  }

  return function* find(member, low, high) {
    if (member.kind === 'unrecognised') yield* lines(member, low, high);
    else
      for (const { segment, from, to } of extentsOf(member.id))
        if (from < high && to > low) yield* rows(member, segment, low, high);
  };
}
