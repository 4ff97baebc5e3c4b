import type { Column } from './columns.ts';
import type { Mention } from './mentions.ts';
import type { SymbolColumn, Symbols } from './symbols.ts';
import { type RowKind, tables } from './tables.ts';

/**
 * Rows on their way to the thread that writes them. One double a cell, and one string for all text of the batch: both cross
 * a thread at the price of a copy of memory, while an array of mixed values would be walked value by value on both sides.
 *
 * A cell is NaN for NULL. Of a number it is the number; of text the length of the next piece of `text`;
 * of a symbol its number, or `-1 - length` of the next piece of `text`.
 */
export interface RowBatch {
  readonly table: RowKind;
  readonly rows: number;
  /** `rows` times off, len, ts and the columns of the table, and extra. */
  readonly cells: Float64Array<ArrayBuffer>;
  readonly text: string;
  /** Entities that rows name outside of their columns. */
  readonly mentions: readonly RowMention[];
}

export interface RowMention extends Mention {
  /** Index in the batch. */
  readonly row: number;
}

/** How a column's cells are read back. */
export type CellForm = 'number' | 'text' | 'symbol';

export const cellForm = (column: Column): CellForm => {
  if (column.interned === true) return 'symbol';
  switch (column.type) {
    case 'int':
    case 'time':
    case 'bool':
    case 'real':
      return 'number';
    case 'symbol':
      return 'symbol';
    case 'id':
    case 'text':
    case 'hex':
    case 'json':
      return 'text';
  }
};

/** Cells of a row before the table's own columns: off, len, ts. */
export const leadingCells = 3;

export const cellsOf = (kind: RowKind): number =>
  leadingCells + tables[kind].columns.length + (tables[kind].extra ? 1 : 0);

const rowsMax = 1_024;
const charsMax = 1 << 18;

/** Collects the rows of one table. A row counts only when `commit` is called, so that a record that fails leaves nothing. */
export class RowSink {
  readonly table: RowKind;
  /** By cell of a row; a cell that holds no symbol never asks. */
  readonly #symbols: readonly SymbolColumn[];
  readonly #width: number;
  #cells: Float64Array<ArrayBuffer>;
  #texts: string[] = [];
  /** Text of rows from ASCII bytes, which comes after `#texts`: one string for many cells. */
  #ascii = Buffer.allocUnsafe(1 << 12);
  #asciiBytes = 0;
  #asciiMark = 0;
  #chars = 0;
  #rows = 0;
  #taken = 0;
  #at = 0;
  #rowAt = 0;
  #textsMark = 0;
  #charsMark = 0;
  #mentions: RowMention[] = [];

  constructor(table: RowKind, symbols: Symbols) {
    this.table = table;
    this.#width = cellsOf(table);
    this.#symbols = Array.from({ length: this.#width }, () => symbols.column());
    this.#cells = new Float64Array(this.#width * 64);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows committed since the sink was made. */
  get total(): number {
    return this.#taken + this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= rowsMax || this.#chars >= charsMax;
  }

  /** Starts a row; one that was started and not committed is forgotten. */
  begin(offset: number, length: number, ts: number): void {
    this.#rowAt = this.#rows * this.#width;
    this.#at = this.#rowAt;
    if (this.#texts.length > this.#textsMark) this.#texts.length = this.#textsMark;
    this.#chars = this.#charsMark;
    this.#asciiBytes = this.#asciiMark;
    if (this.#at + this.#width > this.#cells.length) {
      const larger = new Float64Array(this.#cells.length * 2);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.number(offset);
    this.number(length);
    this.number(ts);
  }

  number(value: number): void {
    // Without a negative zero, which SQLite would not give back.
    this.#cells[this.#at++] = value + 0;
  }

  none(): void {
    this.#cells[this.#at++] = Number.NaN;
  }

  text(value: string): void {
    this.#cells[this.#at++] = value.length;
    this.#push(value);
  }

  /** The text of the bytes, which are ASCII. A row is of strings or of bytes, never of both. */
  asciiText(bytes: Buffer, from: number, to: number): void {
    this.#cells[this.#at++] = to - from;
    this.#append(bytes, from, to);
  }

  asciiSymbol(bytes: Buffer, from: number, to: number): void {
    const number = (this.#symbols[this.#at - this.#rowAt] as SymbolColumn).ofAscii(bytes, from, to);
    this.#cells[this.#at++] = number >= 0 ? number : -1 - (to - from);
    if (number < 0) this.#append(bytes, from, to);
  }

  symbol(value: string): void {
    const number = (this.#symbols[this.#at - this.#rowAt] as SymbolColumn).of(value);
    if (number >= 0) {
      this.#cells[this.#at++] = number;
      return;
    }
    this.#cells[this.#at++] = -1 - value.length;
    this.#push(value);
  }

  #push(value: string): void {
    if (this.#asciiMark > 0) this.#closeAscii();
    this.#texts.push(value);
    this.#chars += value.length;
  }

  #append(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#asciiBytes + length > this.#ascii.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#asciiBytes + length));
      larger.set(this.#ascii.subarray(0, this.#asciiBytes));
      this.#ascii = larger;
    }
    const into = this.#ascii;
    let at = this.#asciiBytes;
    if (length > 48) into.set(bytes.subarray(from, to), at);
    else for (let i = from; i < to; i++) into[at++] = bytes[i] as number;
    this.#asciiBytes += length;
    this.#chars += length;
  }

  /** What was committed as bytes becomes a string, before a string comes after it. */
  #closeAscii(): void {
    this.#texts.push(this.#ascii.toString('latin1', 0, this.#asciiMark));
    this.#textsMark += 1;
    this.#asciiMark = 0;
    this.#asciiBytes = 0;
  }

  /** What the row that was committed last names besides its columns. */
  mention(mentions: readonly Mention[]): void {
    for (const one of mentions) this.#mentions.push({ ...one, row: this.#rows - 1 });
  }

  commit(): void {
    if (this.#at !== (this.#rows + 1) * this.#width) throw new Error(`a row of ${this.table} has the wrong width`);
    this.#rows += 1;
    this.#textsMark = this.#texts.length;
    this.#charsMark = this.#chars;
    this.#asciiMark = this.#asciiBytes;
  }

  /** The rows so far, and an empty sink; null where there are none. */
  take(): RowBatch | null {
    if (this.#rows === 0) return null;
    this.#texts.length = this.#textsMark;
    if (this.#asciiMark > 0) this.#closeAscii();
    const batch: RowBatch = {
      table: this.table,
      rows: this.#rows,
      cells: this.#cells.slice(0, this.#rows * this.#width),
      text: this.#texts.join(''),
      mentions: this.#mentions,
    };
    this.#taken += this.#rows;
    this.#rows = 0;
    this.#texts = [];
    this.#chars = 0;
    this.#textsMark = 0;
    this.#charsMark = 0;
    this.#mentions = [];
    return batch;
  }
}
