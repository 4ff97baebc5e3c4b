import { isUtf8 } from 'node:buffer';
import type { Json, JsonObject } from '../../base/json.ts';
import { formatMicros } from '../../base/time.ts';
import { containerAt, valueEnd } from './span.ts';

/**
 * What JSON has no word for is kept as an object of one key: `{"$bin": base64}`, `{"$ext": {"type", "data": base64}}`,
 * `{"$str": base64}` for a string that is no UTF-8, `{"$float": "NaN" | "Infinity" | "-Infinity"}`. Pairs of a map whose key
 * is no string stand in `"$map": [[key, value]]` beside the others. Timestamps are RFC 3339.
 */
export interface Decoded {
  readonly value: Json;
  /** The fields of a record that were `bin`, as bytes. */
  readonly binary: ReadonlyMap<string, Buffer>;
}

/** Deeper values are not read: JSON's own readers and writers recurse. */
export const depthMax = 256;

/** Thrown where a value is nested deeper than `depthMax`. */
export class TooDeep extends RangeError {}

/** Decodes the value that fills the bytes; they hold it whole (`valueEnd`). Throws `TooDeep`. */
export function decode(bytes: Buffer): Decoded {
  const binary = new Map<string, Buffer>();
  const reader: Reader = { bytes, at: 0, binary };
  return { value: read(reader, 0), binary };
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
  readonly binary: Map<string, Buffer>;
}

/** The fields of the map at the beginning that lie whole in the bytes; null where there is no map. */
export function leadingFields(bytes: Buffer): JsonObject | null {
  const map = containerAt(bytes, 0);
  if (map === null || !map.map) return null;
  const fields = Object.create(null) as Record<string, Json>;
  for (let at = map.at, i = 0; i < map.count; i++) {
    const valueAt = valueEnd(bytes, at);
    const end = valueAt < 0 ? -1 : valueEnd(bytes, valueAt);
    if (end < 0) break;
    try {
      const key = decode(bytes.subarray(at, valueAt)).value;
      if (typeof key === 'string') fields[key] = decode(bytes.subarray(valueAt, end)).value;
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
    }
    at = end;
  }
  return fields;
}

/** A record as `show` parses it: one MessagePack map and nothing after it, else undefined. */
export function decodeWhole(bytes: Buffer): Json | undefined {
  if (containerAt(bytes, 0) === null || valueEnd(bytes, 0) !== bytes.length) return undefined;
  try {
    return decode(bytes).value;
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}

function read(from: Reader, depth: number): Json {
  if (depth > depthMax) throw new TooDeep(`nested deeper than ${depthMax}`);
  const { bytes } = from;
  const first = bytes[from.at] as number;
  if (first < 0x80) return skip(from, 1, first);
  if (first >= 0xe0) return skip(from, 1, first - 256);
  if (first < 0x90) return readMap(from, skip(from, 1, first & 15), depth);
  if (first < 0xa0) return readList(from, skip(from, 1, first & 15), depth);
  if (first < 0xc0) return readText(from, 1, first & 31);
  const at = from.at + 1;
  switch (first) {
    case 0xc0:
      return skip(from, 1, null);
    case 0xc2:
      return skip(from, 1, false);
    case 0xc3:
      return skip(from, 1, true);
    case 0xc4:
      return readBin(from, 2, bytes.readUInt8(at));
    case 0xc5:
      return readBin(from, 3, bytes.readUInt16BE(at));
    case 0xc6:
      return readBin(from, 5, bytes.readUInt32BE(at));
    case 0xc7:
      return readExt(from, 2, bytes.readUInt8(at));
    case 0xc8:
      return readExt(from, 3, bytes.readUInt16BE(at));
    case 0xc9:
      return readExt(from, 5, bytes.readUInt32BE(at));
    case 0xca:
      return skip(from, 5, real(bytes.readFloatBE(at)));
    case 0xcb:
      return skip(from, 9, real(bytes.readDoubleBE(at)));
    case 0xcc:
      return skip(from, 2, bytes.readUInt8(at));
    case 0xcd:
      return skip(from, 3, bytes.readUInt16BE(at));
    case 0xce:
      return skip(from, 5, bytes.readUInt32BE(at));
    case 0xcf:
      return skip(from, 9, integer(bytes.readBigUInt64BE(at)));
    case 0xd0:
      return skip(from, 2, bytes.readInt8(at));
    case 0xd1:
      return skip(from, 3, bytes.readInt16BE(at));
    case 0xd2:
      return skip(from, 5, bytes.readInt32BE(at));
    case 0xd3:
      return skip(from, 9, integer(bytes.readBigInt64BE(at)));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return readExt(from, 1, 1 << (first - 0xd4));
    case 0xd9:
      return readText(from, 2, bytes.readUInt8(at));
    case 0xda:
      return readText(from, 3, bytes.readUInt16BE(at));
    case 0xdb:
      return readText(from, 5, bytes.readUInt32BE(at));
    case 0xdc:
      return readList(from, skip(from, 3, bytes.readUInt16BE(at)), depth);
    case 0xdd:
      return readList(from, skip(from, 5, bytes.readUInt32BE(at)), depth);
    case 0xde:
      return readMap(from, skip(from, 3, bytes.readUInt16BE(at)), depth);
    case 0xdf:
      return readMap(from, skip(from, 5, bytes.readUInt32BE(at)), depth);
    default:
      throw new TypeError('decode: the bytes were not walked before');
  }
}

function skip<T>(from: Reader, size: number, value: T): T {
  from.at += size;
  return value;
}

const integer = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const real = (value: number): Json => (Number.isFinite(value) ? value : { $float: String(value) });

function takeBytes(from: Reader, header: number, size: number): Buffer {
  const start = from.at + header;
  from.at = start + size;
  return from.bytes.subarray(start, start + size);
}

function readText(from: Reader, header: number, size: number): Json {
  const bytes = takeBytes(from, header, size);
  return isUtf8(bytes) ? bytes.toString('utf8') : { $str: bytes.toString('base64') };
}

const readBin = (from: Reader, header: number, size: number): Json => ({
  $bin: takeBytes(from, header, size).toString('base64'),
});

function readList(from: Reader, count: number, depth: number): Json {
  const items: Json[] = [];
  for (let i = 0; i < count; i++) items.push(read(from, depth + 1));
  return items;
}

const isBin = (byte: number | undefined): boolean => byte === 0xc4 || byte === 0xc5 || byte === 0xc6;

function readMap(from: Reader, count: number, depth: number): Json {
  const fields = Object.create(null) as Record<string, Json>;
  const odd: Json[] = [];
  for (let i = 0; i < count; i++) {
    const key = read(from, depth + 1);
    const bin = depth === 0 && typeof key === 'string' && isBin(from.bytes[from.at]);
    const valueAt = from.at;
    const value = read(from, depth + 1);
    if (typeof key !== 'string') odd.push([key, value]);
    else {
      fields[key] = value;
      if (bin) from.binary.set(key, binAt(from.bytes, valueAt, from.at));
      else if (depth === 0) from.binary.delete(key);
    }
  }
  if (odd.length === 0) return fields;
  if (fields.$map === undefined) fields.$map = odd;
  else return { $map: [...Object.entries(fields), ...odd] as readonly Json[] };
  return fields;
}

const binAt = (bytes: Buffer, at: number, end: number): Buffer =>
  bytes.subarray(at + ([2, 3, 5][(bytes[at] as number) - 0xc4] as number), end);

const timestampType = -1;

function readExt(from: Reader, header: number, size: number): Json {
  const type = from.bytes.readInt8(from.at + header);
  const data = takeBytes(from, header + 1, size);
  const time = type === timestampType ? timestamp(data) : null;
  return time ?? { $ext: { type, data: data.toString('base64') } };
}

// The first and the last second that RFC 3339 has a spelling for.
const secondMin = -62_167_219_200n;
const secondMax = 253_402_300_799n;

/** The three forms of the timestamp extension, as RFC 3339 with as many digits as are not zero; null where it is none. */
function timestamp(data: Buffer): string | null {
  let second: bigint;
  let nano = 0;
  if (data.length === 4) second = BigInt(data.readUInt32BE(0));
  else if (data.length === 8) {
    const packed = data.readBigUInt64BE(0);
    nano = Number(packed >> 34n);
    second = packed & 0x3_ffff_ffffn;
  } else if (data.length === 12) {
    nano = data.readUInt32BE(0);
    second = data.readBigInt64BE(4);
  } else return null;
  if (nano > 999_999_999 || second < secondMin || second > secondMax) return null;
  const whole = formatMicros(Number(second) * 1_000_000);
  if (nano === 0) return whole;
  const digits = String(nano).padStart(9, '0').replace(/0+$/, '');
  return `${whole.slice(0, -1)}.${digits}Z`;
}
