import { isUtf8 } from 'node:buffer';
import { isObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { cutLines } from '../cut/lines.ts';
import { cutValues } from '../cut/msgpack.ts';
import { decode } from '../msgpack/decode.ts';
import { leadingRecords } from '../msgpack/lead.ts';
import { addRecord, emptySketch, type Sketch } from './sketch.ts';

/** What a member is made of, when no kind knows it. */
export type Form = 'JSON lines' | 'JSON' | 'MessagePack' | 'text' | 'bytes' | 'empty';

export interface Look {
  readonly form: Form;
  /** Empty where there are no records. */
  readonly sketch: Sketch;
}

/** A document is looked into when it is not larger than this. */
export const lookedAtMax = 16 * 1024 * 1024;
/** So much of a member of many records is looked at. */
const manyMax = 4 * 1024 * 1024;
/** A record that is longer keeps data in its keys, or another file. */
const recordMax = 1024 * 1024;

/** Sketches the records of a member. `whole`: these are all its bytes. */
export function lookInto(bytes: Buffer, whole: boolean): Look {
  const sketch = emptySketch();
  if (bytes.length === 0) return { form: 'empty', sketch };
  const text = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const first = text.find((byte) => byte > 32);
  if (first === 123 || first === 91) {
    if (linesInto(sketch, text.subarray(0, manyMax)) > 0) return { form: 'JSON lines', sketch };
    if (whole && documentInto(sketch, text)) return { form: 'JSON', sketch };
    return { form: 'text', sketch };
  }
  if (leadingRecords(text.subarray(0, 64 * 1024)).length > 0) {
    packedInto(sketch, text.subarray(0, manyMax));
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

function documentInto(sketch: Sketch, text: Buffer): boolean {
  const value = isUtf8(text) ? parsed(text.toString('utf8')) : undefined;
  const records = Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : isObject(value) ? [value] : [];
  for (const record of records) addRecord(sketch, record as JsonObject, Math.floor(text.length / records.length));
  return records.length > 0;
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
