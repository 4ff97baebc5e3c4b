import { type Json, parseJson } from '../base/json.ts';
import { decodeWhole } from './msgpack/decode.ts';

/** What the bytes of one record say, as JSON; undefined where they are neither JSON nor MessagePack. */
export function parseRecord(bytes: Buffer): Json | undefined {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    return decodeWhole(bytes);
  }
}
