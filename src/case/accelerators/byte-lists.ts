/** Lists of numbers that are bytes, as the journal writes a text that is not printable. */

const comma = 0x2c;
const zero = 0x30;
const nine = 0x39;
const bracketEnd = 0x5d;
/** Characters of a number. A byte is spelt in three of them, or oddly. */
const isNumberByte = new Uint8Array(256);
for (const character of '0123456789.eE+-') isNumberByte[character.charCodeAt(0)] = 1;
const numberMax = 64;

const isBlank = (code: number | undefined): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/** Filled and lent, since lists are many. */
let listed = new Uint8Array(1024);

/**
 * What the list says whose first item begins at `from`, lent up to the next call. `unread` where the bytes end before it does, or
 * a number is too long to be read; null where it is no list of bytes.
 */
export function bytesListed(text: Uint8Array, from: number, to: number): Uint8Array | 'unread' | null {
  let count = 0;
  let at = from;
  for (;;) {
    while (at < to && isBlank(text[at])) at += 1;
    const start = at;
    let value = 0;
    while (at < to && isDigit(text[at] as number)) {
      value = value * 10 + (text[at] as number) - zero;
      at += 1;
    }
    if (at === start || isNumberByte[text[at] as number] === 1) {
      while (at < to && isNumberByte[text[at] as number] === 1) at += 1;
      value = numberIn(text, start, Math.min(at, start + numberMax));
    }
    if (at - start > numberMax) return 'unread';
    while (at < to && isBlank(text[at])) at += 1;
    if (at === to) return 'unread';
    if (!(value <= 255 && value >= 0 && Number.isInteger(value))) return null;
    if (count === listed.length) listed = doubled(listed);
    listed[count] = value;
    count += 1;
    if (text[at] === bracketEnd) return listed.subarray(0, count);
    if (text[at] !== comma) return null;
    at += 1;
  }
}

const isDigit = (code: number): boolean => code >= zero && code <= nine;

/** NaN where there is none. */
const numberIn = (text: Uint8Array, from: number, to: number): number =>
  from === to ? Number.NaN : Number(String.fromCharCode(...text.subarray(from, to)));

function doubled(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** Whether a list that began before may reach beyond `to`. */
export function mayGoOn(text: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text[at] as number;
    if (isNumberByte[code] === 0 && code !== comma && !isBlank(code)) return false;
  }
  return true;
}
