/** What an extended header says of the entry after it. Values are bytes: a path need not be UTF-8. */
export type PaxFields = readonly (readonly [key: string, value: Buffer])[];

/** The last of a key counts. */
export const paxField = (fields: PaxFields, key: string): Buffer | undefined =>
  fields.findLast(([found]) => found === key)?.[1];

/**
 * `length key=value LF` records (POSIX pax). Null where a record's length does not fit. A value may hold line feeds,
 * which is why the lengths count and not the lines.
 */
export function readPax(body: Buffer): PaxFields | null {
  const fields: [string, Buffer][] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const digits = body.toString('latin1', at, Math.min(space < 0 ? at : space, at + 8));
    const length = /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = body.indexOf(0x3d, space);
    if (space < 0 || equals < 0 || end > body.length || equals >= end || body[end - 1] !== 0x0a)
      return paddingOnly(body, at) ? fields : null;
    fields.push([body.toString('utf8', space + 1, equals), body.subarray(equals + 1, end - 1)]);
    at = end;
  }
  return fields;
}

const paddingOnly = (body: Buffer, from: number): boolean => body.subarray(from).every((byte) => byte === 0);
