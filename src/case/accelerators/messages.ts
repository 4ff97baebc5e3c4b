import type Database from 'better-sqlite3';

/** Full text of messages by the number of their record. */
export interface MessageWriter {
  readonly add: (n: number, message: string) => void;
}

export function createMessageWriter(db: Database.Database): MessageWriter {
  // Words are held in memory up to so many bytes, then written as a segment: few segments are quick to search, and merging
  // them while loading would write most words several times.
  db.exec("INSERT INTO text(text, rank) VALUES ('hashsize', 8388608)");
  db.exec("INSERT INTO text(text, rank) VALUES ('automerge', 0)");
  db.exec("INSERT INTO text(text, rank) VALUES ('crisismerge', 1000)");
  const insert = db.prepare('INSERT INTO text(rowid, body) VALUES (?, ?)');
  return { add: (n, message) => void insert.run(n, message) };
}

export interface Messages {
  /** Rising numbers from `first` to `last`, at most `most`, of the records whose message holds what the expression says. */
  readonly within: (expression: string, first: number, last: number, most: number) => number[];
}

export function openMessages(db: Database.Database): Messages {
  const find = db
    .prepare('SELECT rowid FROM text WHERE text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?')
    .pluck();
  return { within: (...asked) => find.all(...asked) as number[] };
}

const word = /[\p{L}\p{N}\p{M}]+/gu;
/** Words that the index splits and folds as the search does. */
const plain = /^[0-9A-Za-z]+$/;

/**
 * An expression that every message passes in which the words of `text` stand, in any case; the last one only begun where
 * `isPrefix`. Null where no word of it is sure to be split alike here and there.
 */
export function messageExpression(text: string, isPrefix: boolean): string | null {
  const terms: string[] = [];
  const { length } = text.trimEnd();
  for (const match of text.matchAll(word)) {
    if (!plain.test(match[0])) continue;
    const isBegun = isPrefix && match.index + match[0].length === length;
    terms.push(`"${match[0]}"${isBegun ? '*' : ''}`);
  }
  return terms.length === 0 ? null : terms.join(' AND ');
}
