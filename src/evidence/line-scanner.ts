import type { RowSink } from './batch.ts';
import type { Column, ColumnType, Table } from './columns.ts';
import { integerAt, integerEnd, literalEnd, nestedEnd, stringEnd } from './cut/ascii-json.ts';
import type { When } from './dialects/index.ts';
import type { TimeReader } from './fast-time.ts';
import type { FlatRecords } from './flat-records.ts';
import type { JsonKind } from './kind.ts';
import { type Level, levelsOf, slotOf } from './line-fields.ts';
import { isMentionField } from './mentions.ts';
import { type RowKind, tables } from './tables.ts';

/**
 * Reads the line of JSON that begins at `from` as a row of the table, straight from its bytes, and returns where it ends; -1 where
 * the line is not as lines usually are: then nothing was done, and whoever parses it decides. `bytes` are ASCII and end with a
 * line feed.
 */
export type LineScanner = (bytes: Buffer, from: number, offset: number) => number;

const quote = 0x22;
const comma = 0x2c;
const nine = 0x39;
const colon = 0x3a;
const openList = 0x5b;
const letterN = 0x6e;
const letterT = 0x74;
const openObject = 0x7b;
const closeObject = 0x7d;
const space = 0x20;

/** What stands where a column has its value. */
const absent = 0;
const string = 1;
const integer = 2;
const nothing = 3;
const isTrue = 4;
const isFalse = 5;
const nested = 6;

/** The fields whose presence tells a record; null where more than that does. */
function requiredBy([when, otherwise]: readonly When[]): readonly string[] | null {
  if (when?.has === undefined || otherwise !== undefined) return null;
  return when.equals === undefined && when.path === undefined ? when.has : null;
}

interface ComputedColumn {
  readonly column: number;
  readonly from: readonly number[];
  readonly of: FlatRecords['computed'][number]['of'];
}

/** Null where a column is left over. */
function computedColumns(columns: readonly Column[], { computed }: FlatRecords): readonly ComputedColumn[] | null {
  const without = columns.flatMap(({ path }, column) => (path === undefined ? [column] : []));
  if (without.length !== computed.length) return null;
  return computed.map(({ from, of }, i) => ({
    column: without[i] as number,
    from: from.map((path) => columns.findIndex((column) => column.path === path)),
    of,
  }));
}

/** Null where the table's columns are not all read as they stand, or a record is not told by the fields that it has. */
export function compileLineScanner(
  flat: FlatRecords,
  content: readonly When[],
  sink: RowSink,
  times: TimeReader,
): LineScanner | null {
  const table: Table = tables[flat.table];
  const levels = levelsOf(table);
  const fields = requiredBy(content);
  const computed = computedColumns(table.columns, flat);
  if (levels === null || fields === null || computed === null) return null;
  const all: readonly Level[] = levels;
  const top = all[0] as Level;
  const columns: readonly Column[] = table.columns;
  const types: readonly ColumnType[] = columns.map(({ type }) => type);
  const timeColumn = columns.length;
  const refuses = table.mentions === true ? isMentionField : () => false;
  const mustHave = fields.map((name) => top.names.findIndex((one) => Buffer.from(one).toString() === `"${name}":`));
  if (mustHave.includes(-1)) return null;
  const form = new Uint8Array(columns.length + 1);
  const starts = new Int32Array(columns.length + 1);
  const ends = new Int32Array(columns.length + 1);
  /** Of columns of times, and of the row. */
  const numbers = new Float64Array(columns.length + 1);
  const made: (Buffer | null)[] = new Array<Buffer | null>(columns.length).fill(null);
  const asBytes = new Map<string, Buffer>();
  let bytes: Buffer = Buffer.alloc(0);
  let line = 0;

  function matches(name: Uint8Array, at: number): boolean {
    for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
    return true;
  }

  /** The field whose name begins with the quote at `at`, or -1. */
  function fieldAt(level: Level, at: number): number {
    if (bytes[at] !== quote) return -1;
    const end = stringEnd(bytes, at + 1) - 1;
    const length = end - at - 1;
    if (length < 1 || bytes[end + 1] !== colon) return -1;
    let field = level.first[slotOf(length, bytes[at + 1] as number, bytes[end - 1] as number)] as number;
    while (field >= 0) {
      const name = level.names[field] as Uint8Array;
      if (name.length === length + 3 && matches(name, at)) return field;
      field = level.chained[field] as number;
    }
    return -1;
  }

  function spaces(at: number): number {
    let i = at;
    while (bytes[i] === space) i += 1;
    return i;
  }

  /** The members of an object from after its opening brace: after its closing one, or -1. */
  function object(level: Level, from: number): number {
    let at = from;
    if (bytes[at] === closeObject) return at + 1;
    for (let before = level.names.length; ; ) {
      let field = level.next[before] as number;
      if (!matches(level.names[field] as Uint8Array, at)) {
        field = fieldAt(level, at);
        if (field < 0) return -1;
        level.next[before] = field;
      }
      if (level.seen[field] === line) return -1;
      level.seen[field] = line;
      before = field;
      at = spaces(at + (level.names[field] as Uint8Array).length);
      const lead = level.leads[field] as number;
      at = lead >= 0 ? value(lead, at) : below(all[-lead] as Level, at);
      if (at < 0) return -1;
      at = spaces(at);
      if (bytes[at] === closeObject) return at + 1;
      if (bytes[at] !== comma) return -1;
      at = spaces(at + 1);
    }
  }

  function below(level: Level, at: number): number {
    if (bytes[at] === openObject) return object(level, at + 1);
    return bytes[at] === letterN ? literalEnd(bytes, at) : -1;
  }

  function value(column: number, at: number): number {
    const byte = bytes[at] as number;
    let end = -1;
    if (byte === quote) {
      end = stringEnd(bytes, at + 1);
      form[column] = string;
    } else if (byte === openObject || byte === openList) {
      end = types[column] === 'json' ? nestedEnd(bytes, at, refuses) : -1;
      form[column] = nested;
    } else if (byte > nine) {
      end = literalEnd(bytes, at);
      form[column] = byte === letterN ? nothing : byte === letterT ? isTrue : isFalse;
    } else {
      end = integerEnd(bytes, at);
      form[column] = integer;
    }
    starts[column] = at;
    ends[column] = end;
    return end;
  }

  const textOf = (column: number): string =>
    bytes.toString('latin1', (starts[column] as number) + 1, (ends[column] as number) - 1);

  const integerOf = (column: number): number => integerAt(bytes, starts[column] as number, ends[column] as number);

  /** Reads what is a time; false where it is none that can be used. */
  function isTimeRead(column: number): boolean {
    const how = form[column];
    if (how === absent || how === nothing) numbers[column] = Number.NaN;
    else if (how === string) numbers[column] = times.read(textOf(column));
    else if (how === integer) numbers[column] = times.read(integerOf(column));
    else return false;
    return how === absent || how === nothing || !Number.isNaN(numbers[column]);
  }

  /** Whether each value is of its column's type. */
  function fits(): boolean {
    for (let column = 0; column < types.length; column++) {
      const how = form[column] as number;
      if (how === absent || how === nothing) continue;
      switch (types[column]) {
        case 'json':
          break;
        case 'int':
          if (how !== integer) return false;
          break;
        case 'bool':
          if (how !== isTrue && how !== isFalse) return false;
          break;
        case 'real':
          return false;
        case 'time':
          break;
        default:
          if (how !== string && how !== integer) return false;
      }
    }
    return true;
  }

  /** What is computed of texts; false where one of them is something else. */
  function isComputed({ column, from, of }: ComputedColumn): boolean {
    const texts: (string | null | undefined)[] = [];
    for (const source of from) {
      const how = form[source] as number;
      if (how === string) texts.push(textOf(source));
      else if (how === absent || how === nothing) texts.push(how === nothing ? null : undefined);
      else return false;
    }
    const text = of(...texts);
    made[column] = text === null ? null : bytesOf(text);
    return true;
  }

  function bytesOf(text: string): Buffer {
    const known = asBytes.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text, 'latin1');
    asBytes.set(text, bytes);
    return bytes;
  }

  function putComputed(column: number): void {
    const own = made[column] ?? null;
    if (own === null) sink.none();
    else sink.asciiSymbol(own, 0, own.length);
  }

  function put(column: number): void {
    if (columns[column]?.path === undefined) {
      putComputed(column);
      return;
    }
    const how = form[column] as number;
    const type = types[column] as ColumnType;
    if (how === absent || (how === nothing && type !== 'json')) {
      sink.none();
      return;
    }
    const isQuoted = how === string && type !== 'json';
    const from = (starts[column] as number) + (isQuoted ? 1 : 0);
    const to = (ends[column] as number) - (isQuoted ? 1 : 0);
    if (type === 'int') sink.number(integerOf(column));
    else if (type === 'time') sink.number(numbers[column] as number);
    else if (type === 'bool') sink.number(how === isTrue ? 1 : 0);
    else if (type === 'symbol' || columns[column]?.interned === true) sink.asciiSymbol(bytes, from, to);
    else sink.asciiText(bytes, from, to);
  }

  return (source, from, offset) => {
    bytes = source;
    line += 1;
    if (bytes[from] !== openObject) return -1;
    form.fill(absent);
    const end = object(top, from + 1);
    if (end < 0 || (bytes[end] !== 10 && !(bytes[end] === 13 && bytes[end + 1] === 10))) return -1;
    for (const field of mustHave) if (top.seen[field] !== line) return -1;
    if (!fits()) return -1;
    for (const one of computed) if (!isComputed(one)) return -1;
    if (!isTimeRead(timeColumn)) return -1;
    for (let column = 0; column < types.length; column++)
      if (types[column] === 'time' && !isTimeRead(column)) return -1;
    sink.begin(offset, end - from, numbers[timeColumn] as number);
    for (let column = 0; column < types.length; column++) put(column);
    if (table.extra) sink.none();
    sink.commit();
    return end;
  };
}

/** The scanner of each kind, made once. */
export function createLineScanners(
  sinks: Readonly<Record<RowKind, RowSink>>,
  times: TimeReader,
): (kind: JsonKind) => LineScanner | null {
  const scanners = new Map<JsonKind, LineScanner | null>();
  return (kind) => {
    const known = scanners.get(kind);
    if (known !== undefined) return known;
    const { flat, content } = kind;
    const made = flat === undefined ? null : compileLineScanner(flat, content, sinks[flat.table], times);
    scanners.set(kind, made);
    return made;
  };
}
