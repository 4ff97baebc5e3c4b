/** SQLite's variable-length integers (its file format, section 1.6): seven bits a byte, the highest first. */

/** Of a whole number from 0 to 2^53. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

/** Writes it where `into[at]` begins, and says where it ends. */
export function putVarint(into: Uint8Array, at: number, value: number): number {
  if (value < 128) {
    into[at] = value;
    return at + 1;
  }
  const end = at + varintLength(value);
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    into[i] = (rest % 128) + (i === end - 1 ? 0 : 128);
    rest = Math.floor(rest / 128);
  }
  return end;
}
