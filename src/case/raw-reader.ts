import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { blockBytes } from './raw-store.ts';

/** Reads raw bytes back; the last block stays open, since neighbours are asked for one after another. */
export function openRaw(db: Database.Database): (first: number, length: number) => Buffer | null {
  const find = db.prepare('SELECT first, bytes, z FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1').raw();
  let openFirst = -1;
  let openBytes: Buffer = Buffer.alloc(0);

  function load(at: number): boolean {
    if (at >= openFirst && at < openFirst + openBytes.length) return true;
    const row = find.get(at) as [number, number, Buffer] | undefined;
    if (row === undefined) return false;
    try {
      openBytes = zstdDecompressSync(row[2], { maxOutputLength: blockBytes });
      openFirst = row[0];
    } catch {
      return false;
    }
    return at < openFirst + openBytes.length;
  }

  return (first, length) => {
    const parts: Buffer[] = [];
    for (let at = first; at < first + length; ) {
      if (!load(at)) return null;
      const from = at - openFirst;
      const part = openBytes.subarray(from, Math.min(openBytes.length, from + first + length - at));
      parts.push(part);
      at += part.length;
    }
    return Buffer.concat(parts);
  };
}
