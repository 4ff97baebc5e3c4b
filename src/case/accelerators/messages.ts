import type Database from 'better-sqlite3';

/**
 * Full text of messages. Records whose numbers follow one another share an entry: most of what an entry costs comes once for
 * each, and whoever asks looks at the records that are found in any case.
 */
const entryRecords = 8;

export interface MessageWriter {
  /** Numbers rise from call to call. */
  readonly add: (n: number, message: string) => void;
  readonly end: () => void;
}

/**
 * Characters of messages that are inserted in a run, a row a statement: before a statement that inserts several rows of
 * anything, SQLite has the index write down the words that it holds.
 */
const charsAtOnce = 2 << 20;

export function createMessageWriter(db: Database.Database): MessageWriter {
  // Words are held in memory up to so many bytes, then written as a segment: few segments are quick to search, and merging
  // them while loading would write most words several times.
  db.exec("INSERT INTO text(text, rank) VALUES ('hashsize', 8388608)");
  db.exec("INSERT INTO text(text, rank) VALUES ('automerge', 0)");
  db.exec("INSERT INTO text(text, rank) VALUES ('crisismerge', 1000)");
  const insert = db.prepare('INSERT INTO text(rowid, body) VALUES (?, ?)');
  let waiting: [number, string][] = [];
  let waitingChars = 0;
  let entry = -1;
  let text = '';
  function flush(): void {
    for (const [at, messages] of waiting) insert.run(at, messages);
    waiting = [];
    waitingChars = 0;
  }
  function close(): void {
    if (text === '') return;
    waiting.push([entry, text]);
    waitingChars += text.length;
    if (waitingChars >= charsAtOnce) flush();
    text = '';
  }
  return {
    add(n, message) {
      const own = Math.floor(n / entryRecords);
      if (own !== entry) close();
      entry = own;
      // What separates them is part of no word.
      text += `\n${message}`;
    },
    end() {
      close();
      flush();
    },
  };
}

export interface Messages {
  /** Rising numbers from `first` to `last`, at most `most`, among which are all records whose message holds what the expression says. */
  readonly within: (expression: string, first: number, last: number, most: number) => number[];
}

export function openMessages(db: Database.Database): Messages {
  const find = db
    .prepare('SELECT rowid FROM text WHERE text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?')
    .pluck();
  return {
    within(expression, first, last, most) {
      const entries = find.all(
        expression,
        Math.floor(first / entryRecords),
        Math.floor(last / entryRecords),
        Math.ceil(most / entryRecords) + 1,
      ) as number[];
      const numbers: number[] = [];
      for (const entry of entries) {
        const end = Math.min(last, (entry + 1) * entryRecords - 1);
        for (let n = Math.max(first, entry * entryRecords); n <= end && numbers.length < most; n++) numbers.push(n);
      }
      return numbers;
    },
  };
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
