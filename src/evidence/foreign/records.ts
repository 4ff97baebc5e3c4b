import { isUtf8 } from 'node:buffer';
import { isObject, type Json, parseJson } from '../../base/json.ts';
import { cutLines } from '../cut/lines.ts';
import { cutValues } from '../cut/msgpack.ts';
import { decode } from '../msgpack/decode.ts';
import { leadingRecords } from '../msgpack/lead.ts';
import { addRecord, depthMax, emptySketch, type Sketch } from './sketch.ts';
import { thinRecords } from './thin.ts';

/** What a member is made of, when no kind knows it. */
export type Form = 'JSON lines' | 'JSON' | 'MessagePack' | 'text' | 'bytes' | 'empty';

export interface Look {
  readonly form: Form;
  /** Empty where there are no records. */
  readonly sketch: Sketch;
}

/** A document is looked into when it is not larger than this. */
export const lookedAtMax = 16 * 1024 * 1024;
/** So much of a member of many records is looked at, at most and at least, and so much of all members. */
const manyMax = 4 * 1024 * 1024;
const manyMin = 16 * 1024;
const allMax = 32 * 1024 * 1024;

/** How much of a member is looked at, when so much of others was: a part of what is left, so that time does not grow with an archive. */
export const shareAfter = (looked: number): number =>
  Math.max(manyMin, Math.min(manyMax, Math.floor((allMax - looked) / 4)));

/** A record that is longer keeps data in its keys, or another file. */
const recordMax = 1024 * 1024;

/** Sketches the records of a member that lie in its first `share` bytes, or its one document. `whole`: these are all its bytes. */
export function lookInto(bytes: Buffer, whole: boolean, share: number): Look {
  const sketch = emptySketch();
  if (bytes.length === 0) return { form: 'empty', sketch };
  const text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const first = text.find((byte) => byte > 32);
  if (first === 123 || first === 91) {
    if (linesInto(sketch, text.subarray(0, share)) > 0) return { form: 'JSON lines', sketch };
    const document = whole ? documentOf(text, share) : null;
    return document === null ? { form: 'text', sketch } : { form: 'JSON', sketch: document };
  }
  if (leadingRecords(text.subarray(0, 64 * 1024)).length > 0) {
    packedInto(sketch, text.subarray(0, share));
    if (sketch.records > 0) return { form: 'MessagePack', sketch };
  }
  const head = text.subarray(0, 64 * 1024);
  return { form: head.includes(0) || !isUtf8(upToLine(head)) ? 'bytes' : 'text', sketch };
}

const upToLine = (head: Buffer): Buffer => {
  const end = head.lastIndexOf(10);
  return end < 0 ? head.subarray(0, Math.max(0, head.length - 3)) : head.subarray(0, end);
};

/** Records of JSON lines; one value over several lines has none. */
function linesInto(sketch: Sketch, text: Buffer): number {
  const cutter = cutLines({
    line(line) {
      if (line.length > recordMax || !line.startsWith('{')) return;
      const value = parsed(line);
      if (isObject(value)) addRecord(sketch, value, line.length);
    },
    badUtf8: () => undefined,
    tooLong: () => undefined,
  });
  cutter.feed(text);
  cutter.end();
  return sketch.records;
}

/** Null where it is no document that holds records. Of a list the records in the first `share` bytes. */
function documentOf(text: Buffer, share: number): Sketch | null {
  const sketch = emptySketch();
  let looked = 0;
  const isJson =
    isUtf8(text) &&
    thinRecords(text, depthMax + 1, (record, bytes) => {
      if (looked < share) addRecord(sketch, record, bytes);
      looked += bytes;
    });
  return isJson && sketch.records > 0 ? sketch : null;
}

function packedInto(sketch: Sketch, bytes: Buffer): void {
  const cutter = cutValues(
    {
      value(value) {
        if (value.length > recordMax) return;
        try {
          const { value: record } = decode(value);
          if (isObject(record)) addRecord(sketch, record, value.length);
        } catch {
          // Nested too deep to be read: it would be a gap.
        }
      },
      damaged: () => undefined,
      tooLarge: () => undefined,
      cutOff: () => undefined,
    },
    lookedAtMax,
  );
  cutter.feed(bytes);
  cutter.end();
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
