import fc from 'fast-check';

/** One thing that happens to bytes on their way. Places are parts of the length, so that they fit any bytes. */
type Damage = (bytes: Buffer) => Buffer;

const part = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Buffer, place: number): number => Math.min(bytes.length, Math.floor(place * (bytes.length + 1)));
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '\0',
      '\n',
      '\r\n',
      '"',
      '\\',
      '{',
      ']',
      ',',
      '\ufeff',
      '\u2028',
      '1e999',
      '-',
      '18446744073709551616',
      '=',
      '<13>',
      '# {',
      '\u001b[2J',
      '{"$bin":"*"}',
    )
    .map((text) => Buffer.from(text)),
  fc.constantFrom(0xc1, 0xdd, 0xc6, 0xdf, 0xff, 0x80, 0xc9).map((byte) => Buffer.from([byte, 0xff, 0xff, 0xff, 0xff])),
);

const damage: fc.Arbitrary<Damage> = fc.oneof(
  part.map(
    (to): Damage =>
      (bytes) =>
        bytes.subarray(0, at(bytes, to)),
  ),
  fc.tuple(part, fc.integer({ min: 0, max: 7 })).map(
    ([place, bit]): Damage =>
      (bytes) => {
        const flipped = Buffer.from(bytes);
        const here = at(bytes, place);
        if (here < flipped.length) flipped[here] = (flipped[here] as number) ^ (1 << bit);
        return flipped;
      },
  ),
  fc.tuple(part, noise).map(
    ([place, more]): Damage =>
      (bytes) => {
        const here = at(bytes, place);
        return Buffer.concat([bytes.subarray(0, here), more, bytes.subarray(here)]);
      },
  ),
  fc.tuple(part, noise).map(
    ([place, other]): Damage =>
      (bytes) => {
        const here = at(bytes, place);
        return Buffer.concat([bytes.subarray(0, here), other, bytes.subarray(here + other.length)]);
      },
  ),
  fc.tuple(part, part).map(
    ([a, b]): Damage =>
      (bytes) => {
        const [from, to] = [at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b))];
        return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
      },
  ),
  fc.tuple(part, part).map(
    ([a, b]): Damage =>
      (bytes) => {
        const [from, to] = [at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b))];
        return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
      },
  ),
);

/** The bytes, damaged up to four times. */
export const damaged = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc.array(damage, { minLength: 1, maxLength: 4 }).map((all) => all.reduce((now, one) => one(now), bytes));
