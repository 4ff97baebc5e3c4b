import type { JsonObject } from '../../base/json.ts';
import { leadingFields } from './decode.ts';
import { containerAt, valueEnd } from './span.ts';

const recordsMax = 100;

/** The first records of MessagePack, also the fields so far of one that the bytes break off in; none where it is none. */
export function leadingRecords(bytes: Buffer): JsonObject[] {
  const records: JsonObject[] = [];
  const first = containerAt(bytes, 0);
  if (first === null) return records;
  let at = first.map ? 0 : first.at;
  while (at < bytes.length && records.length < recordsMax) {
    const fields = leadingFields(bytes.subarray(at));
    if (fields !== null) records.push(fields);
    const end = valueEnd(bytes, at);
    if (end < 0) break;
    at = end;
  }
  return records;
}
