/** Where the parts of a JSON document lie in its bytes, without building the document. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface Visitor {
  /** An item of an array, or the value of a key (`key` is its raw text between the quotes), at a depth up to `depth`. */
  readonly value: (depth: number, key: string | null, span: Span) => void;
}

/** `whole`: one value and nothing after it. `prefix`: the bytes end within the value. `broken`: no JSON. */
export type Scan = 'whole' | 'prefix' | 'broken';

type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

const space = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

const literalByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) ||
  (byte >= 97 && byte <= 122) ||
  (byte >= 65 && byte <= 90) ||
  byte === 43 ||
  byte === 45 ||
  byte === 46;

/**
 * Walks one JSON value without recursion, so that no depth of nesting can exhaust the stack. It checks the structure
 * (brackets, commas, colons, strings without raw control characters); scalars are left to the parser.
 */
export function scanJson(bytes: Buffer, visitor: Visitor | null, depthMax = 2): Scan {
  const inObject: boolean[] = [];
  const starts: number[] = [];
  const keys: (string | null)[] = [];
  let key: string | null = null;
  let expect = 'value' as Expect;
  let i = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;

  const done = (from: number, to: number, name: string | null): void => {
    if (visitor !== null && inObject.length <= depthMax)
      visitor.value(inObject.length, name, { offset: from, length: to - from });
    expect = inObject.length === 0 ? 'nothing' : 'comma-or-end';
  };

  while (i < bytes.length) {
    const byte = bytes[i] as number;
    if (space(byte)) {
      i += 1;
      continue;
    }
    if (expect === 'nothing') return 'broken';
    if (expect === 'comma-or-end') {
      if (byte === 44) expect = inObject.at(-1) === true ? 'key' : 'value';
      else if (byte === (inObject.at(-1) === true ? 125 : 93)) {
        inObject.pop();
        done(starts.pop() as number, i + 1, keys.pop() as string | null);
      } else return 'broken';
      i += 1;
      continue;
    }
    if (expect === 'colon') {
      if (byte !== 58) return 'broken';
      expect = 'value';
      i += 1;
      continue;
    }
    const closes: number = expect === 'key-or-end' ? 125 : expect === 'value-or-end' ? 93 : -1;
    if (byte === closes) {
      inObject.pop();
      done(starts.pop() as number, i + 1, keys.pop() as string | null);
      i += 1;
      continue;
    }
    if (byte === 34) {
      const end = stringEnd(bytes, i + 1);
      if (end === -1) return 'prefix';
      if (end === -2) return 'broken';
      if (expect === 'key' || expect === 'key-or-end') {
        key = inObject.length <= depthMax ? bytes.toString('utf8', i + 1, end) : null;
        expect = 'colon';
      } else {
        const name = key;
        key = null;
        done(i, end + 1, name);
      }
      i = end + 1;
      continue;
    }
    if (expect === 'key' || expect === 'key-or-end') return 'broken';
    if (byte === 123 || byte === 91) {
      inObject.push(byte === 123);
      starts.push(i);
      keys.push(key);
      key = null;
      expect = byte === 123 ? 'key-or-end' : 'value-or-end';
      i += 1;
      continue;
    }
    let end = i;
    while (end < bytes.length && literalByte(bytes[end] as number)) end += 1;
    if (end === i) return 'broken';
    const name = key;
    key = null;
    done(i, end, name);
    i = end;
  }
  return expect === 'nothing' ? 'whole' : 'prefix';
}

/** Index of the closing quote; -1 where the bytes end first, -2 at a raw control character. */
function stringEnd(bytes: Buffer, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === 34) return i;
    if (byte === 92) i += 1;
    else if (byte < 32) return -2;
  }
  return -1;
}
