import { byteReader } from '../byte-reader.ts';
import { type RandomAccess, stretch } from '../file-bytes.ts';
import type { Limits } from '../limits.ts';
import type { Sums, ZipEntry } from './zip-entry.ts';
import { extraFields, zipName } from './zip-names.ts';

export interface DirectoryEntry extends ZipEntry {
  readonly sums: Sums;
  /** Of the entry's local header. */
  readonly offset: number;
}

export interface Directory {
  readonly entries: readonly DirectoryEntry[];
  /** Bytes behind the end of the zip. */
  readonly trailing: number;
}

const endBytes = 22;
const commentMax = 0xffff;
const endMark = Buffer.from('PK\x05\x06');
const end64Mark = Buffer.from('PK\x06\x06');
const locatorMark = Buffer.from('PK\x06\x07');
const entryMark = Buffer.from('PK\x01\x02');

/** Null where there is no whole central directory: the zip is cut or damaged. Beyond the limit of members it goes no further. */
export async function readDirectory(bytes: RandomAccess, limits: Limits): Promise<Directory | null> {
  const found = await findEnd(bytes);
  if (found === null) return null;
  const { start, end, count, trailing } = found;
  const reader = byteReader(stretch(bytes, start, end));
  const entries: DirectoryEntry[] = [];
  while (start + reader.position() < end && entries.length <= limits.members) {
    const fixed = await reader.take(46);
    if (fixed.length < 46 || !fixed.subarray(0, 4).equals(entryMark)) return null;
    const nameBytes = fixed.readUInt16LE(28);
    const extraBytes = fixed.readUInt16LE(30);
    const rest = await reader.take(nameBytes + extraBytes + fixed.readUInt16LE(32));
    const entry = entryOf(fixed, rest.subarray(0, nameBytes), rest.subarray(nameBytes, nameBytes + extraBytes));
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries.length > limits.members || entries.length % count[1] === count[0] ? { entries, trailing } : null;
}

interface End {
  /** Of the central directory. */
  readonly start: number;
  readonly end: number;
  /** Of entries, and what it was taken modulo. */
  readonly count: readonly [number, number];
  readonly trailing: number;
}

async function findEnd(bytes: RandomAccess): Promise<End | null> {
  const tailStart = Math.max(0, bytes.size - endBytes - commentMax);
  const tail = await readWhole(bytes, tailStart, bytes.size - tailStart);
  let loose: number | null = null;
  for (let at = tail.lastIndexOf(endMark); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(endMark, at - 1)) {
    if (at + endBytes > tail.length) continue;
    const comment = tail.readUInt16LE(at + 20);
    // A comment may hold the mark too: the one that ends with the file is meant.
    if (at + endBytes + comment === tail.length) return endAt(bytes, tail.subarray(at), tailStart + at, 0);
    if (at + endBytes + comment < tail.length) loose ??= at;
  }
  if (loose === null) return null;
  const trailing = tail.length - loose - endBytes - tail.readUInt16LE(loose + 20);
  return endAt(bytes, tail.subarray(loose), tailStart + loose, trailing);
}

async function endAt(bytes: RandomAccess, record: Buffer, at: number, trailing: number): Promise<End | null> {
  const count = record.readUInt16LE(10);
  const size = record.readUInt32LE(12);
  const start = record.readUInt32LE(16);
  const large = await readWhole(bytes, at - 20, 20);
  if (large.subarray(0, 4).equals(locatorMark)) return end64At(bytes, number64(large, 8), trailing);
  return start + size === at ? { start, end: at, count: [count, 2 ** 16], trailing } : null;
}

async function end64At(bytes: RandomAccess, at: number, trailing: number): Promise<End | null> {
  const record = await readWhole(bytes, at, 56);
  if (record.length < 56 || !record.subarray(0, 4).equals(end64Mark)) return null;
  const start = number64(record, 48);
  const end = start + number64(record, 40);
  return end === at ? { start, end, count: [number64(record, 32), 2 ** 53], trailing } : null;
}

async function readWhole(bytes: RandomAccess, position: number, n: number): Promise<Buffer> {
  if (position < 0 || position > bytes.size) return Buffer.alloc(0);
  const reader = byteReader(stretch(bytes, position, Math.min(position + n, bytes.size)));
  return reader.take(n);
}

/** A number beyond 2^53 points nowhere in any file. */
const number64 = (bytes: Buffer, at: number): number =>
  Math.min(Number(bytes.readBigUInt64LE(at)), Number.MAX_SAFE_INTEGER);

const unset = 0xffffffff;
const unixHosts = [3, 19];

/** Null where numbers that should be in the extra block are not there. */
function entryOf(fixed: Buffer, rawName: Buffer, rawExtra: Buffer): DirectoryEntry | null {
  const extra = extraFields(rawExtra);
  const large = extra.get(1) ?? Buffer.alloc(0);
  let at = 0;
  let isWhole = true;
  const wide = (value: number): number => {
    if (value !== unset) return value;
    at += 8;
    if (at <= large.length) return number64(large, at - 8);
    isWhole = false;
    return value;
  };
  const size = wide(fixed.readUInt32LE(24));
  const stored = wide(fixed.readUInt32LE(20));
  const offset = wide(fixed.readUInt32LE(42));
  if (!isWhole) return null;
  const flags = fixed.readUInt16LE(8);
  const isUnix = unixHosts.includes(fixed[5] ?? 0);
  const name = zipName(rawName, extra, { isMarkedUtf8: (flags & 0x800) !== 0, isUnix });
  return {
    name,
    kind: kindOf(name, isUnix ? fixed.readUInt16LE(40) : 0),
    isEncrypted: (flags & 1) !== 0,
    method: fixed.readUInt16LE(10),
    sums: { stored, size, crc: fixed.readUInt32LE(16) },
    offset,
  };
}

/** By the mode of Unix where there is one. */
function kindOf(name: Buffer, mode: number): ZipEntry['kind'] {
  const type = mode & 0o170000;
  if (type === 0o120000) return 'link';
  if (type === 0o040000 || name.at(-1) === 0x2f) return 'folder';
  return type === 0 || type === 0o100000 ? 'file' : 'device';
}
