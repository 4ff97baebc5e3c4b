/** JSON in bytes and lines that may be anything. */
import { isObject, type JsonObject, parseJson } from '../base/json.ts';
import { type Span, scanJson } from './cut/json-spans.ts';
import type { GapReason } from './kind.ts';

export const listBegins = 0x5b;

/** The object that a line is; undefined where it is none. */
export function objectIn(line: string): JsonObject | undefined {
  try {
    const value = parseJson(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Without a byte order mark and white space at both ends. */
export function trimmed(bytes: Buffer): { readonly offset: number; readonly length: number } {
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let to = bytes.length;
  const blank = (byte: number | undefined): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
  while (from < to && blank(bytes[from])) from += 1;
  while (to > from && blank(bytes[to - 1])) to -= 1;
  return { offset: from, length: to - from };
}

/** What keeps bytes from being a list; null where they are one. Item by item: of a large list only one is held as values. */
export function whyNoList(bytes: Buffer): GapReason | null {
  let why: GapReason | null = null;
  const visitor = {
    value(depth: number, _key: string | null, { offset, length }: Span) {
      if (depth !== 1 || why !== null) return;
      try {
        parseJson(bytes.toString('utf8', offset, offset + length));
      } catch (error) {
        why = error instanceof RangeError ? 'nested_too_deep' : 'not_json';
      }
    },
  };
  return scanJson(bytes, visitor, 1) === 'whole' ? why : 'not_json';
}
