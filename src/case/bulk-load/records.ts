/** Rows of a batch as the records of SQLite's file format, section 2.1. */
import {
  type Column,
  cellForms,
  cellsOf,
  leadingCells,
  numberCell,
  type RowKind,
  symbolCell,
  tables,
  textBytes,
  textCell,
} from '../../evidence/index.ts';
import { bufferOf } from '../byte-views.ts';
import type { NumberedBatch } from '../protocol.ts';
import { putVarint } from './varint.ts';

/** Serial types of what is no text and no blob. */
const serialNull = 0;
const serialInt64 = 6;
const serialDouble = 7;
const serialZero = 8;
const serialOne = 9;

/** Bytes of the longest number, and of the longest serial type. */
const numberBytes = 8;
const serialBytes = 9;
/** Room for the length of a record's head, which stands before it. */
const lengthBytes = 2;
/** Up to so many bytes a loop is quicker than a call. */
const shortBytes = 64;

/** A record in two parts, valid until the next is made: serial types from `from` to before `to`, and the first `length` bytes of values. */
export interface RecordParts {
  readonly types: Buffer;
  from: number;
  to: number;
  values: Buffer;
  length: number;
}

/** The rows of a batch, one after another. */
export interface RecordWalk {
  /** Where the text of each cell begins in the batch's, of the row that was made last. */
  readonly starts: Int32Array;
  readonly next: () => RecordParts;
}

/** Makes the records of a table's batches: the number that is the row's key, then every cell. */
export function createRecords(kind: RowKind): (batch: NumberedBatch) => RecordWalk {
  const width = cellsOf(kind);
  const forms = cellForms(kind);
  const isHex = new Uint8Array(width);
  tables[kind].columns.forEach((column: Column, index) => {
    if (column.type === 'hex') isHex[leadingCells + index] = 1;
  });

  const starts = new Int32Array(width);
  const types = Buffer.alloc(lengthBytes + 1 + width * serialBytes);
  const parts: RecordParts = { types, from: 0, to: 0, values: Buffer.alloc(0), length: 0 };

  return ({ cells, text }) => {
    const most = text.length + width * numberBytes;
    if (parts.values.length < most) parts.values = Buffer.allocUnsafe(most * 2);
    const bytes = bufferOf(text);
    const into = parts.values;
    let row = 0;
    let textAt = 0;

    function next(): RecordParts {
      const first = row * width;
      row += 1;
      let typeAt = lengthBytes;
      // The key stands in the tree, not in the record.
      types[typeAt++] = serialNull;
      let at = 0;
      for (let i = 0; i < width; i++) {
        const cell = cells[first + i] as number;
        if (Number.isNaN(cell)) {
          types[typeAt++] = serialNull;
          continue;
        }
        const form = forms[i] as number;
        if (form === numberCell || (form === symbolCell && cell >= 0)) {
          const serial = serialOf(cell);
          types[typeAt++] = serial;
          at = putNumber(into, at, cell, serial);
          continue;
        }
        const length = textBytes(form, cell);
        starts[i] = textAt;
        const end = textAt + length;
        let size = isHex[i] === 1 ? packHex(bytes, textAt, end, into, at) : notPacked;
        const isText = form === textCell && size === notPacked;
        if (size === notPacked) {
          size = length;
          if (length > shortBytes) bytes.copy(into, at, textAt, end);
          else for (let from = textAt, to = at; from < end; ) into[to++] = bytes[from++] as number;
        }
        textAt = end;
        at += size;
        typeAt = putVarint(types, typeAt, size * 2 + (isText ? 13 : 12));
      }
      const before = typeAt - lengthBytes + 1 < 0x80 ? 1 : 2;
      parts.from = lengthBytes - before;
      parts.to = typeAt;
      parts.length = at;
      putVarint(types, parts.from, parts.to - parts.from);
      return parts;
    }
    return { starts, next };
  };
}

/** The shortest serial type that holds the number exactly. */
function serialOf(value: number): number {
  if (value === 0) return serialZero;
  if (value === 1) return serialOne;
  if (value !== (value | 0)) return Number.isSafeInteger(value) ? serialInt64 : serialDouble;
  // The types of whole numbers of one to four bytes are 1 to 4.
  if (value >= -0x80 && value < 0x80) return 1;
  if (value >= -0x8000 && value < 0x8000) return 2;
  return value >= -0x80_0000 && value < 0x80_0000 ? 3 : 4;
}

/** Says where it ends. */
function putNumber(into: Buffer, start: number, value: number, serial: number): number {
  if (serial >= serialZero) return start;
  if (serial === serialDouble) return into.writeDoubleBE(value, start);
  let at = start;
  if (serial === serialInt64) at = putNumber(into, at, Math.floor(value / 0x1_0000_0000), 4);
  for (let shift = (serial === serialInt64 ? 3 : serial - 1) * 8; shift >= 0; shift -= 8) into[at++] = value >> shift;
  return at;
}

const notPacked = -1;
const notHex = 255;
/** Values of the digits of lower-case hexadecimal. */
const digits = new Uint8Array(256).fill(notHex);
for (let value = 0; value < 16; value++) digits[value.toString(16).charCodeAt(0)] = value;

/** Writes the bytes that lower-case hexadecimal says, and says how many; `notPacked` where the text is something else. */
function packHex(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  if (start === end || (end - start) % 2 !== 0) return notPacked;
  let wrong = 0;
  for (let i = start, to = at; i < end; i += 2) {
    const high = digits[from[i] as number] as number;
    const low = digits[from[i + 1] as number] as number;
    wrong |= high | low;
    into[to++] = (high << 4) | low;
  }
  return wrong > 15 ? notPacked : (end - start) / 2;
}
