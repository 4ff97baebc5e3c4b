import { type Json, parseJson } from '../base/json.ts';
import { type Column, cellForm, type Row, type RowKind, type Table, tables } from '../evidence/index.ts';
import type { RowCondition, Where } from './reader-types.ts';
import type { SymbolTexts } from './symbol-texts.ts';
import type { Param, RawRow } from './total-order.ts';

const quoted = (name: string): string => `"${name}"`;

/** The columns of a table as they are stored, in the order that `decodeRow` expects. */
export const storedColumns = (kind: RowKind): string[] => [
  ...tables[kind].columns.map((column) => quoted(column.name)),
  ...(tables[kind].extra ? ['"extra"'] : []),
];

type Decode = (value: unknown) => unknown;

/** Turns stored rows into what the reader gives. JSON of few values is parsed once. */
export function rowDecoder<K extends RowKind>(
  kind: K,
  symbols: SymbolTexts,
  refOf: (row: RawRow) => string,
): (row: RawRow) => Row<K> {
  const table: Table = tables[kind];
  const names = table.columns.map((column) => column.name);
  const decoders = table.columns.map((column) => decoderOf(column, symbols));
  // JSON has a null of its own, so that what is not there is undefined.
  const absent = table.columns.map((column) => (column.type === 'json' ? undefined : null));
  const { extra } = table;
  return (row) => {
    const made: Record<string, unknown> = { n: row[0], ts: row[3], ref: refOf(row) };
    for (let i = 0; i < names.length; i++) {
      const value = row[4 + i];
      made[names[i] as string] = value === null ? absent[i] : (decoders[i] as Decode)(value);
    }
    if (extra) {
      const value = row[4 + names.length];
      made.extra = typeof value === 'string' ? parseJson(value) : null;
    }
    return made as Row<K>;
  };
}

function decoderOf(column: Column, symbols: SymbolTexts): Decode {
  const text = (value: unknown): unknown =>
    typeof value === 'number' ? symbols.text(value) : (value as Buffer).toString('utf8');
  if (column.interned === true) {
    const parsed = new Map<unknown, Json>();
    return (value) => {
      const before = parsed.get(value);
      if (before !== undefined) return before;
      const made = parseJson(text(value) as string);
      if (parsed.size < 100_000) parsed.set(value, made);
      return made;
    };
  }
  switch (column.type) {
    case 'symbol':
      return text;
    case 'bool':
      return (value) => value === 1;
    case 'json':
      return (value) => parseJson(value as string);
    case 'hex':
      return (value) => (Buffer.isBuffer(value) ? value.toString('hex') : value);
    case 'int':
    case 'time':
    case 'real':
    case 'id':
    case 'text':
      return (value) => value;
  }
}

/** `equals` as far as it says which texts a column holds. */
export function equalities<K extends RowKind>(where: Where<K> | undefined): RowCondition {
  const wanted = Object.entries((where?.equals ?? {}) as Readonly<Record<string, unknown>>);
  return {
    all: wanted.flatMap(([column, value]): RowCondition[] => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      const isText = values.every((one) => typeof one === 'string');
      return isText ? [{ value: { column }, is: { oneOf: values as readonly string[] } }] : [];
    }),
  };
}

export interface Filter {
  readonly conditions: string[];
  readonly params: Param[];
}

/** `equals` as SQL over stored columns. */
export function filterOf<K extends RowKind>(kind: K, where: Where<K> | undefined, symbols: SymbolTexts): Filter {
  const conditions: string[] = [];
  const params: Param[] = [];
  const columns: readonly Column[] = tables[kind].columns;
  for (const [name, wanted] of Object.entries((where?.equals ?? {}) as Record<string, unknown>)) {
    if (wanted === undefined) continue;
    const column = columns.find((one) => one.name === name);
    if (column === undefined) throw new TypeError(`${kind} has no column ${name}`);
    if (wanted === null) {
      conditions.push(`${quoted(name)} IS NULL`);
      continue;
    }
    const values = (Array.isArray(wanted) ? wanted : [wanted]) as (string | number | boolean)[];
    const stored = values.flatMap((value): readonly Param[] => {
      if (typeof value === 'boolean') return [Number(value)];
      return typeof value === 'string' && cellForm(column) === 'symbol' ? symbols.stored(value) : [value];
    });
    conditions.push(`${quoted(name)} IN (${stored.map(() => (column.type === 'hex' ? 'unhex(?)' : '?')).join(', ')})`);
    params.push(...stored);
  }
  return { conditions, params };
}
