/**
 * Tables that make answers fast and hold no fact of their own: a case without them answers the same, only slower.
 *
 * - `posting`: which records hold a symbol, a list for each part of the records' numbers.
 * - `hit`: which records hold a text in a column of ids, by a hash of the text; in sorted runs.
 * - `bucket`: how many events of each kind and outcome a slice of time holds, for slices of 1 s to 1 h.
 * - `text`: full text of messages.
 * - `word`: which blocks of raw bytes may hold a word.
 */
export const acceleratorTables = {
  posting: ['CREATE TABLE posting (id INTEGER PRIMARY KEY, z BLOB)'],
  hit: ['CREATE TABLE hit (id INTEGER PRIMARY KEY, z BLOB)'],
  bucket: ['CREATE TABLE bucket (id INTEGER PRIMARY KEY, level INTEGER, from_s INTEGER, to_s INTEGER, z BLOB)'],
  word: ['CREATE TABLE word (id INTEGER PRIMARY KEY, z BLOB)'],
  // No word of private characters: what is no letter and no digit separates words, here as in the search.
  text: [
    `CREATE VIRTUAL TABLE text USING fts5(body, content='', columnsize=0, detail=none, tokenize="unicode61 remove_diacritics 0 categories 'L* N*'")`,
  ],
} as const satisfies Record<string, readonly string[]>;

export type Accelerator = keyof typeof acceleratorTables;

/** A row of a table of `id` and `z`, as it is told by who makes it to who writes it. */
export interface AcceleratorRow {
  readonly table: 'posting' | 'hit' | 'word';
  readonly id: number;
  readonly z: Uint8Array;
}

export type WriteRow = (id: number, z: Buffer) => void;

/** Tables that SQLite makes for the full text, as it writes them down. */
export const shadowTables: readonly string[] = [
  `CREATE TABLE 'text_data'(id INTEGER PRIMARY KEY, block BLOB)`,
  `CREATE TABLE 'text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID`,
  `CREATE TABLE 'text_config'(k PRIMARY KEY, v) WITHOUT ROWID`,
];

export const acceleratorStatements: readonly string[] = Object.values(acceleratorTables).flat();
