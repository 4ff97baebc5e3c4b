/**
 * Where values end in JSON that is written as programs write it: ASCII without escapes, short integers, objects and lists without
 * space. All functions give -1 for anything else, be it JSON or not. The bytes end with a line feed, which no value holds.
 */

const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Integers of more digits may lose some as numbers. */
const digitsMax = 15;
const depthMax = 16;
const keysMax = 64;

/** After the closing quote of the string whose content begins at `at`. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (let i = at; ; i++) {
    const byte = bytes[i] as number;
    if (byte === quote) return i + 1;
    if (byte < space || byte === backslash) return -1;
  }
}

/** After an integer that is written as it would be written again. */
export function integerEnd(bytes: Uint8Array, at: number): number {
  const from = bytes[at] === minus ? at + 1 : at;
  let end = from;
  while ((bytes[end] as number) >= zero && (bytes[end] as number) <= nine) end += 1;
  const digits = end - from;
  if (digits === 0 || digits > digitsMax || (bytes[from] === zero && (digits > 1 || from > at))) return -1;
  const after = bytes[end] as number;
  return after === comma || after === closeObject || after === closeList || after === space ? end : -1;
}

/** Its value. */
export function integerAt(bytes: Uint8Array, from: number, to: number): number {
  const isNegative = bytes[from] === minus;
  let value = 0;
  for (let i = isNegative ? from + 1 : from; i < to; i++) value = value * 10 + (bytes[i] as number) - zero;
  return isNegative ? -value : value;
}

const literals = ['null', 'true', 'false'].map((text) => Buffer.from(text));

/** After `null`, `true` or `false`. */
export function literalEnd(bytes: Uint8Array, at: number): number {
  for (const literal of literals) {
    let length = 0;
    while (length < literal.length && bytes[at + length] === literal[length]) length += 1;
    if (length === literal.length) return at + length;
  }
  return -1;
}

/** Of the objects and lists that are open: whether it is a list, and its first key among all keys of open objects. */
const isList = new Uint8Array(depthMax);
const firstKeys = new Int32Array(depthMax);
const keyStarts = new Int32Array(keysMax);
const keyEnds = new Int32Array(keysMax);

/**
 * After an object or list that is written as `JSON.stringify` would write it again. `refuses`: a field of the object itself that
 * is not wanted.
 */
export function nestedEnd(
  bytes: Buffer,
  from: number,
  refuses: (bytes: Buffer, from: number, to: number) => boolean,
): number {
  let at = from;
  let depth = -1;
  let keys = 0;
  for (;;) {
    const byte = bytes[at] as number;
    if (byte === openObject || byte === openList) {
      depth += 1;
      if (depth === depthMax) return -1;
      isList[depth] = byte === openList ? 1 : 0;
      firstKeys[depth] = keys;
      at += 1;
      const isEmpty = bytes[at] === (byte === openList ? closeList : closeObject);
      if (!isEmpty) {
        if (byte === openObject) {
          at = keyEnd(bytes, at, depth, keys, refuses);
          if (at < 0) return -1;
          keys += 1;
        }
        continue;
      }
      depth -= 1;
      at += 1;
    } else at = scalarEnd(bytes, at);
    if (at < 0) return -1;
    // What follows a value: the end of what holds it, and of what holds that, or the next one.
    for (;;) {
      if (depth < 0) return at;
      const next = bytes[at] as number;
      if (next === comma) break;
      if (next !== (isList[depth] === 1 ? closeList : closeObject)) return -1;
      keys = firstKeys[depth] as number;
      depth -= 1;
      at += 1;
    }
    at += 1;
    if (isList[depth] === 1) continue;
    at = keyEnd(bytes, at, depth, keys, refuses);
    if (at < 0) return -1;
    keys += 1;
  }
}

function scalarEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte === quote) return stringEnd(bytes, at + 1);
  return byte > nine ? literalEnd(bytes, at) : integerEnd(bytes, at);
}

/** After the key at `at` and its colon: one that keeps its place among the others, and stands once. */
function keyEnd(
  bytes: Buffer,
  at: number,
  depth: number,
  keys: number,
  refuses: (bytes: Buffer, from: number, to: number) => boolean,
): number {
  // Keys that are numbers would be written first.
  const head = (bytes[at + 1] as number) | space;
  if (bytes[at] !== quote || head < 0x61 || head > 0x7a || keys === keysMax) return -1;
  const end = stringEnd(bytes, at + 1);
  if (end < 0 || bytes[end] !== colon) return -1;
  for (let key = firstKeys[depth] as number; key < keys; key++) if (isSame(bytes, key, at + 1, end - 1)) return -1;
  if (depth === 0 && refuses(bytes, at + 1, end - 1)) return -1;
  keyStarts[keys] = at + 1;
  keyEnds[keys] = end - 1;
  return end + 1;
}

function isSame(bytes: Uint8Array, key: number, from: number, to: number): boolean {
  const start = keyStarts[key] as number;
  if ((keyEnds[key] as number) - start !== to - from) return false;
  for (let i = 0; i < to - from; i++) if (bytes[start + i] !== bytes[from + i]) return false;
  return true;
}
