import { isObject, type Json, type JsonObject, parseJson } from '../base/json.ts';
import { decode, decodeWhole } from './msgpack/decode.ts';

/** What the bytes of one record say, as JSON; undefined where they are neither JSON nor MessagePack. */
export function parseRecord(bytes: Buffer): Json | undefined {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    return decodeWhole(bytes);
  }
}

/** A record with the bytes of its fields that are `bin`; null where it is no record. */
export function recordParts(
  bytes: Buffer,
): { readonly record: JsonObject; readonly binary: ReadonlyMap<string, Buffer> } | null {
  const record = parseRecord(bytes);
  if (!isObject(record)) return null;
  return { record, binary: (bytes[0] as number) >= 0x80 ? decode(bytes).binary : new Map() };
}
