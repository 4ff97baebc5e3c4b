import type { Column } from './columns.ts';
import type { Mention } from './mentions.ts';
import type { SymbolColumn, Symbols } from './symbols.ts';
import { type RowKind, tables } from './tables.ts';

/**
 * Rows on their way to the thread that writes them. One double a cell, and all text of the batch in one piece: both change hands
 * as they lie in memory, while an array of mixed values would be walked value by value on both sides.
 *
 * A cell is NaN for NULL. Of a number it is the number; of text the length of the next piece of `text` in bytes;
 * of a symbol its number, or `-1 - length` of the next piece of `text`.
 */
export interface RowBatch {
  readonly table: RowKind;
  readonly rows: number;
  /** `rows` times off, len, ts and the columns of the table, and extra. */
  readonly cells: Float64Array<ArrayBuffer>;
  /** UTF-8. */
  readonly text: Uint8Array<ArrayBuffer>;
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

/** Forms of cells, as `cellForms` has them. */
export const numberCell = 0;
export const textCell = 1;
export const symbolCell = 2;

/** How each cell of a row is read back, those before and after the table's own columns among them. */
export function cellForms(kind: RowKind): Uint8Array {
  const forms = new Uint8Array(cellsOf(kind)).fill(numberCell);
  tables[kind].columns.forEach((column: Column, index) => {
    const form = cellForm(column);
    forms[leadingCells + index] = form === 'number' ? numberCell : form === 'text' ? textCell : symbolCell;
  });
  if (tables[kind].extra) forms[forms.length - 1] = textCell;
  return forms;
}

/** Bytes of a batch's text that belong to a cell. */
export function textBytes(form: number, cell: number): number {
  if (form === numberCell || Number.isNaN(cell)) return 0;
  if (form === textCell) return cell;
  return cell < 0 ? -1 - cell : 0;
}

const rowsMax = 1_024;
const bytesMax = 1 << 18;

/** What a UTF-16 unit takes at most in UTF-8. */
const unitBytes = 3;
/** Up to so many bytes a loop is quicker than a call. */
const shortBytes = 48;

/** Collects the rows of one table. A row counts only when `commit` is called, so that a record that fails leaves nothing. */
export class RowSink {
  readonly table: RowKind;
  /** By cell of a row; a cell that holds no symbol never asks. */
  readonly #symbols: readonly SymbolColumn[];
  readonly #width: number;
  #cells: Float64Array<ArrayBuffer>;
  #text = Buffer.allocUnsafe(1 << 12);
  #textAt = 0;
  /** Where the text of the rows ends that were committed. */
  #textMark = 0;
  #rows = 0;
  #taken = 0;
  #at = 0;
  #rowAt = 0;
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
    return this.#rows >= rowsMax || this.#textMark >= bytesMax;
  }

  /** Starts a row; one that was started and not committed is forgotten. */
  begin(offset: number, length: number, ts: number): void {
    this.#rowAt = this.#rows * this.#width;
    this.#at = this.#rowAt;
    this.#textAt = this.#textMark;
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
    this.#cells[this.#at++] = this.#put(value);
  }

  /** The text of the bytes, which are ASCII. */
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
    this.#cells[this.#at++] = number >= 0 ? number : -1 - this.#put(value);
  }

  /** Says how many bytes it takes. */
  #put(value: string): number {
    const { length } = value;
    this.#reserve(length * unitBytes);
    const into = this.#text;
    const start = this.#textAt;
    let done = 0;
    if (length <= shortBytes)
      for (; done < length; done++) {
        const unit = value.charCodeAt(done);
        if (unit > 0x7f) break;
        into[start + done] = unit;
      }
    const bytes = done === length ? length : into.write(value, start, 'utf8');
    this.#textAt = start + bytes;
    return bytes;
  }

  #append(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    this.#reserve(length);
    const into = this.#text;
    let at = this.#textAt;
    if (length > shortBytes) bytes.copy(into, at, from, to);
    else for (let i = from; i < to; i++) into[at++] = bytes[i] as number;
    this.#textAt += length;
  }

  #reserve(bytes: number): void {
    if (this.#textAt + bytes <= this.#text.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#textAt + bytes));
    this.#text.copy(larger, 0, 0, this.#textAt);
    this.#text = larger;
  }

  /** What the row that was committed last names besides its columns. */
  mention(mentions: readonly Mention[]): void {
    for (const one of mentions) this.#mentions.push({ ...one, row: this.#rows - 1 });
  }

  commit(): void {
    if (this.#at !== (this.#rows + 1) * this.#width) throw new Error(`a row of ${this.table} has the wrong width`);
    this.#rows += 1;
    this.#textMark = this.#textAt;
  }

  /** The rows so far, and an empty sink; null where there are none. */
  take(): RowBatch | null {
    if (this.#rows === 0) return null;
    const batch: RowBatch = {
      table: this.table,
      rows: this.#rows,
      cells: this.#cells.slice(0, this.#rows * this.#width),
      text: Uint8Array.prototype.slice.call(this.#text, 0, this.#textMark) as Uint8Array<ArrayBuffer>,
      mentions: this.#mentions,
    };
    this.#taken += this.#rows;
    this.#rows = 0;
    this.#textAt = 0;
    this.#textMark = 0;
    this.#mentions = [];
    return batch;
  }
}
