import { isUtf8 } from 'node:buffer';
import { isObject, type JsonObject, parseJson } from '../base/json.ts';
import { scanJson } from './cut/json-spans.ts';
import type { BytesKind, JsonKind, Kind, LineKind, TextKind } from './kind.ts';
import { registry } from './kinds/registry.ts';
import { leadingRecords } from './msgpack/lead.ts';

const isJsonKind = (kind: Kind): kind is JsonKind => 'emit' in kind;
const isLineKind = (kind: Kind): kind is LineKind => 'open' in kind;
const isTextKind = (kind: Kind): kind is TextKind => 'emitText' in kind;
const isBytesKind = (kind: Kind): kind is BytesKind => 'emitBytes' in kind;

const inTurn = [...(registry as readonly Kind[])].sort((a, b) => a.order - b.order);
const jsonKinds = inTurn.filter(isJsonKind);
const lineKinds = inTurn.filter(isLineKind);
const textKinds = inTurn.filter(isTextKind);
const bytesKinds = inTurn.filter(isBytesKind);

/** The kind of a record by its content. */
export function kindOfRecord(record: JsonObject): JsonKind | null {
  for (const kind of jsonKinds) if (kind.accepts(record)) return kind;
  return null;
}

/** How a member is read. `lines`: JSON lines. `values`: MessagePack. `document`: one JSON value, or one array of records. */
export type Reading =
  | { readonly form: 'lines'; readonly kind: JsonKind }
  | { readonly form: 'values'; readonly kind: JsonKind }
  | { readonly form: 'document'; readonly kind: JsonKind | null }
  | { readonly form: 'text-lines'; readonly kind: LineKind }
  | { readonly form: 'text'; readonly kind: TextKind }
  | { readonly form: 'bytes'; readonly kind: BytesKind }
  | { readonly form: 'raw' };

/** So many bytes of a member are looked at; more only while its first line has no end. */
export const headBytes = 64 * 1024;

const raw: Reading = { form: 'raw' };

/**
 * Looks at a member's first bytes and its path. Content decides; the path decides for the names that the product documents,
 * and where the content tells nothing. `complete`: the head is the whole member.
 */
export function recognise(path: string, head: Buffer, complete: boolean): Reading {
  const text = textKinds.find((kind) => kind.ownPath.test(path));
  if (text !== undefined) return { form: 'text', kind: text };
  const own = jsonKinds.find((kind) => kind.ownPath?.test(path) === true);
  if (own !== undefined) return { form: 'document', kind: own };
  if (isCompressed(head)) return raw;
  const packedBytes = bytesKinds.find((kind) => kind.beginsBytes(head));
  if (packedBytes !== undefined) return { form: 'bytes', kind: packedBytes };
  const reading = byContent(path, head, complete);
  const named = reading.form === 'raw' ? bytesKinds.find((kind) => kind.path.test(path)) : undefined;
  return named === undefined ? reading : { form: 'bytes', kind: named };
}

function byContent(path: string, head: Buffer, complete: boolean): Reading {
  const bytes = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
  const lines = wholeLines(bytes, complete);
  const first = firstByte(bytes);
  const byPath = jsonKinds.find((kind) => kind.path.test(path));

  if (first === 123 || first === 91) {
    const records = lines.map(parsedObject);
    // One value over several lines, or an array: the first line alone is then no record.
    const firstLine = records[0];
    if (firstLine === undefined) {
      const scan = scanJson(bytes, null);
      if (scan === 'whole' || (scan === 'prefix' && (!complete || lines.length === 0)))
        return { form: 'document', kind: byPath ?? null };
    }
    for (const record of records) {
      const kind = record === undefined ? null : kindOfRecord(record);
      if (kind !== null) return { form: 'lines', kind };
    }
    if (byPath !== undefined) return { form: /\.json$/.test(path) ? 'document' : 'lines', kind: byPath };
    return raw;
  }

  const packed = kindOfPacked(bytes);
  if (packed !== null) return { form: 'values', kind: packed };
  if (byPath !== undefined && /\.msgpack$/.test(path)) return { form: 'values', kind: byPath };

  for (const line of lines) {
    const record = line.startsWith('{') ? parsedObject(line) : undefined;
    const kind = record === undefined ? null : kindOfRecord(record);
    if (kind !== null) return { form: 'lines', kind };
  }
  if (byPath !== undefined) return { form: /\.json$/.test(path) ? 'document' : 'lines', kind: byPath };
  const document = textKinds.find((kind) => kind.begins?.(lines) === true);
  if (document !== undefined) return { form: 'text', kind: document };
  const lineKind = lineKinds.find((kind) => kind.begins(lines));
  const named =
    lineKind ?? (lines.length > 0 || bytes.length === 0 ? lineKinds.find((kind) => kind.path.test(path)) : undefined);
  return named === undefined ? raw : { form: 'text-lines', kind: named };
}

/** The kind of MessagePack records: text begins with none of their first bytes, but for a few scripts. */
function kindOfPacked(head: Buffer): JsonKind | null {
  for (const record of leadingRecords(head)) {
    const kind = kindOfRecord(record);
    if (kind !== null) return kind;
  }
  return null;
}

function isCompressed(head: Buffer): boolean {
  const magic = head.subarray(0, 4).toString('latin1');
  return magic.startsWith('\x1f\x8b') || magic === '\x28\xb5\x2f\xfd' || magic === 'PK\x03\x04';
}

function firstByte(bytes: Buffer): number | undefined {
  for (const byte of bytes) if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte;
  return undefined;
}

/** Non-blank lines that lie whole in the head and are UTF-8. */
function wholeLines(bytes: Buffer, complete: boolean): string[] {
  const last = complete ? bytes.length : bytes.lastIndexOf(10) + 1;
  const lines: string[] = [];
  for (let from = 0; from < last; ) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = last;
    const line = bytes.subarray(from, end);
    if (line.length > 0 && isUtf8(line) && !line.includes(0)) {
      const text = line.toString('utf8').trimEnd();
      if (text !== '') lines.push(text);
    }
    from = end + 1;
  }
  return lines;
}

function parsedObject(line: string): JsonObject | undefined {
  try {
    const value = parseJson(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
