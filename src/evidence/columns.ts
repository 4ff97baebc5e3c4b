import type { Json } from '../base/json.ts';
import type { Micros } from '../base/time.ts';

/**
 * How a field of a record is kept, and what a reader gets:
 * `int` a safe integer; `time` microseconds UTC; `bool`; `real` a double; `symbol` text with few values (interned);
 * `id` and `text` text (numbers are kept as their digits); `hex` lower-case hexadecimal (kept as bytes); `json` any JSON value.
 */
export type ColumnType = 'int' | 'time' | 'bool' | 'real' | 'symbol' | 'id' | 'text' | 'hex' | 'json';

/** What an entity is to a record, as the view `link` says. */
export type LinkRole =
  | 'actor'
  | 'subject'
  | 'caller'
  | 'credential'
  | 'agent'
  | 'deployment'
  | 'job'
  | 'approval'
  | 'bundle'
  | 'artifact'
  | 'environment'
  | 'project'
  | 'org';

export interface Column {
  /** As the view names it. */
  readonly name: string;
  readonly type: ColumnType;
  /** Dotted path from the record's top; absent where the kind computes the value itself. */
  readonly path?: string;
  /** The column holds the id of an entity of kind `entity` (or of the kind that the column named by `entityFrom` holds). */
  readonly role?: LinkRole;
  readonly entity?: string;
  readonly entityFrom?: string;
  /** Message-like text: what a person or a program wrote to be read. It is searched by word. */
  readonly message?: true;
  /** JSON with few values (the labels of a series): stored once. */
  readonly interned?: true;
}

/** How a row of the table shows in the view `event`: SQL over the table's own view. A missing one is NULL. */
export interface EventColumns {
  readonly end_ts?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly component?: string;
  readonly host?: string;
}

/** One table of the case file: from it come its DDL, its view, the extractor, the row's type and its documentation. */
export interface Table {
  /** As the view is named. */
  readonly name: string;
  /** Dotted path of the time that places the record; absent where the kind computes it. */
  readonly time?: string;
  /** The rows have their member's capture time where they have none of their own. */
  readonly timeOfMember?: true;
  readonly columns: readonly Column[];
  /** Whether the view ends in `extra`, the fields that no column took. */
  readonly extra: boolean;
  /** Paths that are read although no column holds them whole, so that they are not `extra`. */
  readonly known?: readonly string[];
  /** Its records may name entities outside of their columns, too: see `mentions.ts`. */
  readonly mentions?: true;
  readonly event?: EventColumns;
}

interface ValueOf {
  int: number;
  time: Micros;
  bool: boolean;
  real: number;
  symbol: string;
  id: string;
  text: string;
  hex: string;
  json: Json;
}

type Cells<C extends readonly Column[]> = {
  readonly [X in C[number] as X['name']]: ValueOf[X['type']] | (X['type'] extends 'json' ? undefined : null);
};

/**
 * A row as the reader gives it. `ts` is null for an undated record. A cell that holds nothing is null; one of type `json`
 * is undefined, since JSON has a null of its own.
 */
export type RowOf<T extends Table> = Cells<T['columns']> & {
  /** The record's number in this case: an address for speed, not for a person. */
  readonly n: number;
  readonly ts: Micros | null;
  readonly ref: string;
} & (T['extra'] extends true ? { readonly extra: Json | null } : unknown);
