import { isUtf8 } from 'node:buffer';
import type { JsonObject } from '../base/json.ts';
import { scanJson } from './cut/json-spans.ts';
import { lineBytesMax } from './cut/lines.ts';
import type { UserDialect } from './dialects/index.ts';
import { objectIn } from './json-text.ts';
import type { BytesKind, JsonKind, Kind, LineKind, TextKind } from './kind.ts';
import { registry } from './kinds/registry.ts';
import { leadingRecords } from './msgpack/lead.ts';
import type { MemberReading, RecognisedBy } from './reader-types.ts';
import { builtInName, compileSpellings, type Spellings } from './spellings.ts';

const isJsonKind = (kind: Kind): kind is JsonKind => 'emit' in kind;
const isLineKind = (kind: Kind): kind is LineKind => 'open' in kind;
const isTextKind = (kind: Kind): kind is TextKind => 'emitText' in kind;
const isBytesKind = (kind: Kind): kind is BytesKind => 'emitBytes' in kind;

const inTurn = [...(registry as readonly Kind[])].sort((a, b) => a.order - b.order);
const jsonKinds = inTurn.filter(isJsonKind);
const lineKinds = inTurn.filter(isLineKind);
const textKinds = inTurn.filter(isTextKind);
const bytesKinds = inTurn.filter(isBytesKind);

/** The kinds of one reading: as the users' dialects spell them, then as the contract does. */
export const spellingsOf = (users: readonly UserDialect[]): Spellings => compileSpellings(users, jsonKinds);

/** The kind of a record by its content. */
export function kindOfRecord(spellings: Spellings, record: JsonObject, path: string): JsonKind | null {
  for (const kinds of spellings.user) for (const kind of kinds) if (kind.accepts(record, path)) return kind;
  for (const kind of spellings.builtIn) if (kind.accepts(record, path)) return kind;
  return null;
}

/**
 * How a record is read that is not of its member's kind: as another kind of the same dialect, or as the member's all the same.
 * Of the contract's kinds logs take only what nobody else does.
 */
export function otherKind(spellings: Spellings, own: JsonKind, record: JsonObject, path: string): JsonKind {
  const { spelling } = own;
  if (spelling === undefined) {
    const other = spellings.builtIn.find((kind) => kind.accepts(record, path));
    return other === undefined || other.kind === 'logs' ? own : other;
  }
  const kinds = spellings.user.find((some) => some.includes(own)) ?? [];
  return kinds.find((kind) => kind.accepts(record, path)) ?? own;
}

const jsonName = /\.(?:ndjson|jsonl|json)(?:\.\w+)?$/;

/** The kind as lines of text that may stand among its JSON; undefined where the name promises JSON alone. */
export const textFormOf = (own: JsonKind, path: string): LineKind | undefined =>
  jsonName.test(path) ? undefined : lineKinds.find(({ kind }) => kind === own.kind);

/** The kind as JSON that may stand among its lines of text. */
export const jsonFormOf = (spellings: Spellings, own: LineKind): JsonKind | undefined =>
  spellings.builtIn.find(({ kind }) => kind === own.kind);

/** How a member is read. `lines`: JSON lines. `values`: MessagePack. `document`: one JSON value, or one array of records. */
export type Reading =
  | { readonly form: 'lines'; readonly kind: JsonKind; readonly by: RecognisedBy }
  | { readonly form: 'values'; readonly kind: JsonKind; readonly by: RecognisedBy }
  /** The path's kind, which counts where the content tells none. */
  | { readonly form: 'document'; readonly kind: JsonKind | null; readonly by: RecognisedBy }
  | { readonly form: 'text-lines'; readonly kind: LineKind; readonly by: RecognisedBy }
  | { readonly form: 'text'; readonly kind: TextKind; readonly by: RecognisedBy }
  | { readonly form: 'bytes'; readonly kind: BytesKind; readonly by: RecognisedBy }
  | { readonly form: 'raw' };

/** So many bytes of a member are looked at; more only while its first line has no end. */
export const headBytes = 64 * 1024;

/** What a kind is recognised by: however the bytes come in chunks, it is the same. */
export function lookedAt(held: Buffer): Buffer {
  const firstLine = held.subarray(0, lineBytesMax).indexOf(10) + 1;
  return held.subarray(0, firstLine > 0 ? Math.max(headBytes, firstLine) : lineBytesMax);
}

const raw: Reading = { form: 'raw' };

/**
 * Looks at a member's first bytes and its path. Content decides; the path decides for the names that the product documents,
 * and where the content tells nothing. `complete`: the head is the whole member.
 */
export function recognise(spellings: Spellings, path: string, head: Buffer, complete: boolean): Reading {
  const text = textKinds.find((kind) => kind.ownPath.test(path));
  if (text !== undefined) return { form: 'text', kind: text, by: 'name' };
  const own = spellings.builtIn.find((kind) => kind.ownPath?.test(path) === true);
  if (own !== undefined) return { form: 'document', kind: own, by: 'name' };
  if (isCompressed(head)) return raw;
  const packedBytes = bytesKinds.find((kind) => kind.beginsBytes(head));
  if (packedBytes !== undefined) return { form: 'bytes', kind: packedBytes, by: 'content' };
  const reading = byContent(spellings, path, head, complete);
  const named = reading.form === 'raw' ? bytesKinds.find((kind) => kind.path.test(path)) : undefined;
  return named === undefined ? reading : { form: 'bytes', kind: named, by: 'path' };
}

function byContent(spellings: Spellings, path: string, head: Buffer, complete: boolean): Reading {
  const bytes = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
  const lines = wholeLines(bytes, complete);
  const opening = firstByte(bytes);
  const byPath = spellings.builtIn.find((kind) => kind.path.test(path));

  if (opening === 123 || opening === 91) {
    const records = lines.map(objectIn);
    // One value over several lines, or an array: the first line alone is then no record.
    const firstLine = records[0];
    if (firstLine === undefined) {
      const scan = scanJson(bytes, null);
      if (scan === 'whole' || (scan === 'prefix' && (!complete || lines.length === 0)))
        return { form: 'document', kind: byPath ?? null, by: 'path' };
    }
    for (const record of records) {
      const kind = record === undefined ? null : kindOfRecord(spellings, record, path);
      if (kind !== null) return { form: 'lines', kind, by: 'content' };
    }
    if (byPath !== undefined) return { form: /\.json$/.test(path) ? 'document' : 'lines', kind: byPath, by: 'path' };
    return byLines(path, lines, bytes.length);
  }

  const packed = kindOfPacked(spellings, bytes, path);
  if (packed !== null) return { form: 'values', kind: packed, by: 'content' };
  if (byPath !== undefined && /\.msgpack$/.test(path)) return { form: 'values', kind: byPath, by: 'path' };

  const first = lines[0];
  const own =
    first === undefined || jsonName.test(path) ? undefined : lineKinds.find((kind) => decides(kind, first, path));
  if (own !== undefined) return { form: 'text-lines', kind: own, by: 'content' };
  for (const line of lines) {
    const record = line.startsWith('{') ? objectIn(line) : undefined;
    const kind = record === undefined ? null : kindOfRecord(spellings, record, path);
    if (kind !== null) return { form: 'lines', kind, by: 'content' };
  }
  if (byPath !== undefined) return { form: /\.json$/.test(path) ? 'document' : 'lines', kind: byPath, by: 'path' };
  const document = textKinds.find((kind) => kind.begins?.(lines) === true);
  if (document !== undefined) return { form: 'text', kind: document, by: 'content' };
  return byLines(path, lines, bytes.length);
}

/** Whether the first line tells the kind, so that objects further down do not. */
const decides = (kind: LineKind, line: string, path: string): boolean =>
  kind.isOwn(line) || (kind.path.test(path) && kind.begins([line]));

/** A time in brackets, or a metric's name in quotes, begins like JSON and is none. */
function byLines(path: string, lines: readonly string[], bytes: number): Reading {
  const lineKind = lineKinds.find((kind) => kind.begins(lines));
  if (lineKind !== undefined) return { form: 'text-lines', kind: lineKind, by: 'content' };
  const named = lines.length > 0 || bytes === 0 ? lineKinds.find((kind) => kind.path.test(path)) : undefined;
  return named === undefined ? raw : { form: 'text-lines', kind: named, by: 'path' };
}

/** The kind of MessagePack records: text begins with none of their first bytes, but for a few scripts. */
function kindOfPacked(spellings: Spellings, head: Buffer, path: string): JsonKind | null {
  for (const record of leadingRecords(head)) {
    const kind = kindOfRecord(spellings, record, path);
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

/** How many records of a member were read as that kind. */
function readingOf(kind: Kind, by: RecognisedBy, records: number): MemberReading {
  const spelling = 'spelling' in kind ? kind.spelling : undefined;
  return { kind: kind.kind, dialect: spelling?.dialect ?? builtInName, by, test: spelling?.test ?? '', records };
}

/** How a member was read: by its own kind, and records of others by theirs. */
export function readingsOf(
  main: Kind,
  by: RecognisedBy,
  records: number,
  strays: ReadonlyMap<JsonKind, number>,
): readonly MemberReading[] {
  const other = [...strays].map(([kind, count]) => readingOf(kind, 'content', count));
  const own = records - other.reduce((sum, one) => sum + one.records, 0);
  return [readingOf(main, by, own), ...other];
}
