import type { RowSink } from './batch.ts';
import type { Column, ColumnType, Table } from './columns.ts';
import type { When } from './dialects/index.ts';
import type { TimeReader } from './fast-time.ts';
import { isMentionField } from './mentions.ts';
import { type RowKind, tables } from './tables.ts';

/**
 * Reads the line of JSON that begins at `from` as a row of the table, straight from its bytes, and returns where it ends; -1 where
 * the line is not as lines usually are: then nothing was done, and whoever parses it decides. `bytes` are ASCII and end with a
 * line feed.
 */
export type LineScanner = (bytes: Buffer, from: number, offset: number) => number;

/** How a record is a row. */
export interface FlatRecords {
  readonly table: RowKind;
  /** The values of the columns without a path, in the table's order, each from texts of fields; a few different ones, in ASCII. */
  readonly computed: readonly {
    readonly from: readonly string[];
    readonly of: (...texts: readonly (string | null | undefined)[]) => string | null;
  }[];
}

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const colon = 0x3a;
const zero = 0x30;
const nine = 0x39;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const space = 0x20;

/** Integers of more digits may lose some as numbers. */
const digitsMax = 15;
const depthMax = 16;
const keysMax = 64;

/** What stands where a column has its value. */
const absent = 0;
const string = 1;
const integer = 2;
const nothing = 3;
const isTrue = 4;
const isFalse = 5;
const nested = 6;

/** The fields of an object that columns are read from. */
interface Level {
  readonly names: readonly Uint8Array[];
  /** The column of a field, or `-1 -` the level below it. */
  readonly leads: Int16Array;
  /** The field that followed a field last, by the one before; the last entry is for the first field. */
  readonly next: Int16Array;
  /** The line in which the field stood last. */
  readonly seen: Float64Array;
  /** Fields by a cheap hash of their names, chained. */
  readonly first: Int16Array;
  readonly chained: Int16Array;
}

const slots = 64;
const slotOf = (length: number, head: number, tail: number): number => (length * 5 + head * 3 + tail) & (slots - 1);

function levelOf(fields: readonly (readonly [string, number])[]): Level {
  const names = fields.map(([name]) => Buffer.from(`"${name}":`, 'latin1'));
  const first = new Int16Array(slots).fill(-1);
  const chained = new Int16Array(fields.length).fill(-1);
  names.forEach((name, index) => {
    const length = name.length - 3;
    const slot = slotOf(length, name[1] as number, name[length] as number);
    chained[index] = first[slot] as number;
    first[slot] = index;
  });
  return {
    names,
    leads: Int16Array.from(fields, ([, lead]) => lead),
    next: new Int16Array(fields.length + 1),
    seen: new Float64Array(fields.length).fill(-1),
    first,
    chained,
  };
}

/** The fields whose presence tells a record; null where more than that does. */
function requiredBy([when, otherwise]: readonly When[]): readonly string[] | null {
  if (when?.has === undefined || otherwise !== undefined) return null;
  return when.equals === undefined && when.path === undefined ? when.has : null;
}

/** The table's fields as levels, the top one first; null where not every column is read from one field of its own. */
function levelsOf(table: Table): readonly Level[] | null {
  if (table.known !== undefined) return null;
  const timeColumn = table.columns.length;
  const top = new Map<string, number>();
  const below: [string, number][][] = [];
  const paths = table.columns.map((column, index) => [column.path, index] as const);
  for (const [path, lead] of [...paths, [table.time, timeColumn] as const]) {
    if (path === undefined) continue;
    const [name, sub, deeper] = path.split('.') as [string, string | undefined, string | undefined];
    const known = top.get(name);
    if (deeper !== undefined || (known !== undefined && (sub === undefined || known >= 0))) return null;
    if (sub === undefined) top.set(name, lead);
    else {
      if (known === undefined) {
        below.push([]);
        top.set(name, -below.length);
      }
      (below[-1 - (known ?? -below.length)] as [string, number][]).push([sub, lead]);
    }
  }
  return [levelOf([...top]), ...below.map(levelOf)];
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
  /** Where it is noted what a value inside of a nested one is: nobody asks. */
  const anyColumn = timeColumn + 1;
  const mentions = table.mentions === true;
  const mustHave = fields.map((name) => top.names.findIndex((one) => Buffer.from(one).toString() === `"${name}":`));
  if (mustHave.includes(-1)) return null;
  const form = new Uint8Array(columns.length + 2);
  const starts = new Int32Array(columns.length + 1);
  const ends = new Int32Array(columns.length + 1);
  const numbers = new Float64Array(columns.length + 1);
  const depthIsList = new Uint8Array(depthMax);
  const depthKeys = new Int32Array(depthMax);
  const keyStarts = new Int32Array(keysMax);
  const keyEnds = new Int32Array(keysMax);
  const made: (Buffer | null)[] = new Array<Buffer | null>(columns.length).fill(null);
  const asBytes = new Map<string, Buffer>();
  let bytes: Buffer = Buffer.alloc(0);
  let line = 0;

  function matches(name: Uint8Array, at: number): boolean {
    for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
    return true;
  }

  /** After the closing quote of the string whose content begins at `at`; -1 where it has escapes or is none. */
  function stringEnd(at: number): number {
    for (let i = at; ; i++) {
      const byte = bytes[i] as number;
      if (byte === quote) return i + 1;
      if (byte < space || byte === backslash) return -1;
    }
  }

  /** The field whose name begins with the quote at `at`, or -1. */
  function fieldAt(level: Level, at: number): number {
    if (bytes[at] !== quote) return -1;
    const end = stringEnd(at + 1) - 1;
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
    return isNull(at) ? at + 4 : -1;
  }

  const isNull = (at: number): boolean =>
    bytes[at] === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;

  function value(column: number, at: number): number {
    const byte = bytes[at] as number;
    let end = -1;
    if (byte === quote) {
      end = stringEnd(at + 1);
      form[column] = string;
    } else if (byte === minus || (byte >= zero && byte <= nine)) {
      end = integerEnd(at);
      numbers[column] = found;
      form[column] = integer;
    } else if (byte === openObject || byte === openList) {
      end = types[column] === 'json' ? nestedEnd(at) : -1;
      form[column] = nested;
    } else end = word(column, at);
    starts[column] = at;
    ends[column] = end;
    return end;
  }

  function word(column: number, at: number): number {
    if (isNull(at)) {
      form[column] = nothing;
      return at + 4;
    }
    if (bytes[at] === 0x74 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65) {
      form[column] = isTrue;
      return at + 4;
    }
    const isNo =
      bytes[at] === 0x66 &&
      bytes[at + 1] === 0x61 &&
      bytes[at + 2] === 0x6c &&
      bytes[at + 3] === 0x73 &&
      bytes[at + 4] === 0x65;
    form[column] = isFalse;
    return isNo ? at + 5 : -1;
  }

  /** The integer that was read last. */
  let found = 0;
  /** After an integer that JSON writes so; what is written with a point, an exponent or many digits is left alone. */
  function integerEnd(at: number): number {
    const from = bytes[at] === minus ? at + 1 : at;
    let i = from;
    let sum = 0;
    for (; ; i++) {
      const digit = (bytes[i] as number) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      sum = sum * 10 + digit;
    }
    const digits = i - from;
    if (digits === 0 || digits > digitsMax || (bytes[from] === zero && (digits > 1 || from > at))) return -1;
    const after = bytes[i] as number;
    if (after !== comma && after !== closeObject && after !== closeList && after !== space) return -1;
    found = from > at ? -sum : sum;
    return i;
  }

  /** After an object or list that is written as it would be written again; -1 where it is not. */
  function nestedEnd(from: number): number {
    let at = from;
    let depth = -1;
    let keys = 0;
    for (;;) {
      const byte = bytes[at] as number;
      if (byte === openObject || byte === openList) {
        depth += 1;
        if (depth === depthMax) return -1;
        depthIsList[depth] = byte === openList ? 1 : 0;
        depthKeys[depth] = keys;
        at += 1;
        if (bytes[at] !== byte + 2) {
          if (byte === openObject) {
            at = keyEnd(at, depth, keys);
            if (at < 0) return -1;
            keys += 1;
          }
          continue;
        }
        depth -= 1;
        if (depth < 0) return at + 1;
      } else if (byte === quote) at = stringEnd(at + 1) - 1;
      else if (byte === minus || (byte >= zero && byte <= nine)) at = integerEnd(at) - 1;
      else at = word(anyColumn, at) - 1;
      if (at < 0) return -1;
      // `at` is on the last byte of a value.
      for (;;) {
        at += 1;
        const isList = depthIsList[depth] === 1;
        const next = bytes[at] as number;
        if (next === comma) {
          at += 1;
          if (!isList) {
            at = keyEnd(at, depth, keys);
            if (at < 0) return -1;
            keys += 1;
          }
          break;
        }
        if (next !== (isList ? closeList : closeObject)) return -1;
        keys = depthKeys[depth] as number;
        depth -= 1;
        if (depth < 0) return at + 1;
      }
    }
  }

  /** After the key at `at` and its colon; -1 where an object would be written in another order, or names an entity. */
  function keyEnd(at: number, depth: number, keys: number): number {
    const head = (bytes[at + 1] as number) | space;
    if (bytes[at] !== quote || head < 0x61 || head > 0x7a || keys === keysMax) return -1;
    const end = stringEnd(at + 1);
    if (end < 0 || bytes[end] !== colon) return -1;
    for (let key = depthKeys[depth] as number; key < keys; key++) if (isSameKey(key, at + 1, end - 1)) return -1;
    if (mentions && depth === 0 && isMentionField(bytes, at + 1, end - 1)) return -1;
    keyStarts[keys] = at + 1;
    keyEnds[keys] = end - 1;
    return end + 1;
  }

  function isSameKey(key: number, from: number, to: number): boolean {
    const start = keyStarts[key] as number;
    if ((keyEnds[key] as number) - start !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (bytes[start + i] !== bytes[from + i]) return false;
    return true;
  }

  const textOf = (column: number): string =>
    bytes.toString('latin1', (starts[column] as number) + 1, (ends[column] as number) - 1);

  /** Reads what is a time; false where it is none that can be used. */
  function isTimeRead(column: number): boolean {
    const how = form[column];
    if (how === absent || how === nothing) numbers[column] = Number.NaN;
    else if (how === string) numbers[column] = times.read(textOf(column));
    else if (how === integer) numbers[column] = times.read(numbers[column]);
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
    if (type === 'int' || type === 'time') sink.number(numbers[column] as number);
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
