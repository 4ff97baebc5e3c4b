/** Notes of people on records: in the case file beside the evidence, by reference, so that a case that is built anew keeps them. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { compareText } from '../base/order.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { NoteInput, NoteRow } from './reader-types.ts';
import { applicationId } from './schema.ts';

export interface Notes {
  readonly list: () => readonly NoteRow[];
  /** The note's id. */
  readonly add: (note: NoteInput) => Result<number>;
  /** Whether there was such a note. */
  readonly remove: (id: number) => Result<boolean>;
}

interface StoredNote {
  readonly id: number;
  readonly ref: string;
  readonly n: number | null;
  readonly text: string;
  readonly tags: string;
}

const tagsOf = (json: string): readonly string[] => {
  const tags: unknown = JSON.parse(json);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
};

/** `numberOf`: the first row that the record became. */
export function openNotes(db: Database.Database, path: string, numberOf: (ref: string) => number | null): Notes {
  function change<T>(work: (writable: Database.Database) => T): Result<T> {
    try {
      const writable = new Database(path, { fileMustExist: true, timeout: 5_000 });
      try {
        writable.pragma('trusted_schema = OFF');
        return ok(work(writable));
      } finally {
        writable.close();
      }
    } catch (error) {
      return fail(
        'disk',
        path,
        `the note cannot be written: ${(error as Error).message}`,
        'Copy the case file to where you may write, and open the copy.',
      );
    }
  }
  return {
    list: () =>
      (db.prepare('SELECT id, ref, n, text, tags FROM t_note ORDER BY id').all() as StoredNote[]).map((note) => ({
        ...note,
        tags: tagsOf(note.tags),
      })),
    add: ({ ref, text, tags }) =>
      change((writable) => {
        const insert = writable.prepare('INSERT INTO t_note (ref, n, text, tags) VALUES (?, ?, ?, ?)');
        return Number(insert.run(ref, numberOf(ref), text, JSON.stringify(tags)).lastInsertRowid);
      }),
    remove: (id) => change((writable) => writable.prepare('DELETE FROM t_note WHERE id = ?').run(id).changes > 0),
  };
}

/**
 * Takes the notes along into a case that was built anew and is about to stand at `file`: from the case that stands there, else
 * from one of the same evidence that another version made. What cannot be read is no case of ours, and has no notes.
 */
export function carryNotes(file: string, fresh: string, numberOf: (ref: string) => number | null): void {
  const source = [file, ...otherVersions(file)].find((path) => existsSync(path));
  const notes = source === undefined ? [] : notesIn(source);
  if (notes.length === 0) return;
  const db = new Database(fresh, { fileMustExist: true });
  try {
    const insert = db.prepare('INSERT OR IGNORE INTO t_note (id, ref, n, text, tags) VALUES (?, ?, ?, ?, ?)');
    db.transaction(() => {
      for (const { id, ref, text, tags } of notes) insert.run(id, ref, numberOf(ref), text, tags);
    })();
  } finally {
    db.close();
  }
}

const caseName = /^([0-9a-f]{64})-(\d+)\.inquest$/;

/** Latest first. */
function otherVersions(file: string): readonly string[] {
  const [, digest, version] = caseName.exec(basename(file)) ?? [];
  if (digest === undefined) return [];
  let names: readonly string[];
  try {
    names = readdirSync(dirname(file));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const [, other, number] = caseName.exec(name) ?? [];
      return other === digest && number !== version ? [{ name, number: Number(number) }] : [];
    })
    .sort((a, b) => b.number - a.number || compareText(a.name, b.name))
    .map(({ name }) => join(dirname(file), name));
}

/** The layout may be an older one: only the notes are looked at, and only if they are a table. */
function notesIn(path: string): readonly StoredNote[] {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      if (db.pragma('application_id', { simple: true }) !== applicationId) return [];
      const isTable = "SELECT 1 FROM sqlite_schema WHERE name = 't_note' AND type = 'table'";
      if (db.prepare(isTable).get() === undefined) return [];
      return (db.prepare('SELECT id, ref, n, text, tags FROM t_note ORDER BY id').all() as StoredNote[]).filter(isNote);
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

function isNote({ id, ref, text, tags }: StoredNote): boolean {
  if (typeof id !== 'number' || typeof ref !== 'string' || typeof text !== 'string' || typeof tags !== 'string')
    return false;
  try {
    return Array.isArray(JSON.parse(tags));
  } catch {
    return false;
  }
}
