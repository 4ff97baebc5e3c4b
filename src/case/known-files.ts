/** What was found out about a file, remembered until the file changes: a large one need not be read through again. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryPath } from './data-folder.ts';
import { makeFolder } from './make-folder.ts';

/** A file that changed so shortly before may change again within the same tick of the disk's clock. */
const settledMs = 2_000n;
const nanosPerMs = 1_000_000n;
const entriesMax = 1_000;

/** What a file cannot be changed without changing; null where it is no plain file. */
interface Stamp {
  readonly key: string;
  readonly changedMs: bigint;
}

function stampOf(path: string, about: string): Stamp | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return null;
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  const parts = [about, basename(path), dev, ino, size, mtimeNs, ctimeNs];
  const key = createHash('sha256').update(parts.join('\0')).digest('hex');
  return { key, changedMs: ctimeNs / nanosPerMs };
}

const folderIn = (folder: string): string => join(folder, 'files');

/** What was remembered of the file as it is now. */
export function recall(folder: string, path: string, about: string): string | null {
  try {
    const stamp = stampOf(path, about);
    return stamp === null ? null : readFileSync(join(folderIn(folder), stamp.key), 'utf8');
  } catch {
    return null;
  }
}

/**
 * Begins to find something out: what is found is remembered where the file is still the same. Only a short cut: where it cannot
 * be written, it is found out again.
 */
export function remembering(folder: string, path: string, about: string): (text: string) => void {
  const before = stampOf(path, about);
  return (text) => {
    try {
      if (before === null || stampOf(path, about)?.key !== before.key) return;
      const place = folderIn(folder);
      makeFolder(place, 0o700);
      const temporary = temporaryPath(place);
      writeFileSync(temporary, text, { mode: 0o600 });
      const isSettled = statSync(temporary, { bigint: true }).ctimeNs / nanosPerMs - before.changedMs > settledMs;
      if (!isSettled) {
        rmSync(temporary);
        return;
      }
      const entries = readdirSync(place);
      if (entries.length > entriesMax) for (const entry of entries) rmSync(join(place, entry), { force: true });
      else renameSync(temporary, join(place, before.key));
    } catch {
      return;
    }
  };
}
