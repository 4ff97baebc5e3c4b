import type Database from 'better-sqlite3';
import { eventKinds } from '../base/vocabulary.ts';
import {
  type Column,
  cellForm,
  cellsOf,
  isPackableHex,
  leadingCells,
  type RowKind,
  tables,
} from '../evidence/index.ts';
import type { BucketWriter } from './accelerators/buckets.ts';
import type { MessageWriter } from './accelerators/messages.ts';
import type { EntityCounts, RowText } from './entity-counts.ts';
import { outcomeReader } from './outcomes.ts';
import type { NumberedBatch } from './protocol.ts';
import { storedColumns } from './rows.ts';
import { tableName } from './schema.ts';

/** What is counted and noted while rows pass by. */
export interface Along {
  readonly entities: EntityCounts;
  readonly buckets: BucketWriter;
  readonly messages: MessageWriter;
  readonly symbolText: (id: number) => string;
}

type Value = number | string | Buffer | null;

/** How the cells of a column are read back. */
const asNumber = 0;
const asText = 1;
const asSymbol = 2;
const asHex = 3;

/**
 * Parameters a statement binds at once: several rows, since a statement's own cost is several times a row's. They are given as
 * arguments, which are handed over sooner than an array's elements, as long as they are few.
 */
const parametersMax = 256;

/** How rows are inserted that have values in some cells alone. */
interface Insertion {
  /** Cells that are bound; the others are NULL in every row. */
  readonly filled: Uint16Array;
  readonly rowsAtOnce: number;
  readonly many: Database.Statement;
  readonly one: Database.Statement;
  /** Room for the parameters of both. */
  readonly values: Value[];
  readonly single: Value[];
}

/** Cells that some row of the batch has: to bind NULL takes longer than to bind a number. */
function filledCells(cells: Float64Array, width: number): Uint16Array {
  const has = new Uint8Array(width);
  for (let at = 0; at < cells.length; at += width)
    for (let i = 0; i < width; i++) if (!Number.isNaN(cells[at + i] as number)) has[i] = 1;
  return Uint16Array.from(Array.from(has.keys()).filter((i) => has[i] === 1));
}

function insertion(db: Database.Database, kind: RowKind, filled: Uint16Array): Insertion {
  const names = ['off', 'len', 'ts', ...storedColumns(kind)];
  const width = filled.length + 1;
  const rowsAtOnce = Math.max(1, Math.floor(parametersMax / width));
  const into = `${tableName(kind)} (n, ${Array.from(filled, (i) => names[i]).join(', ')})`;
  const tuple = `(${Array(width).fill('?').join(',')})`;
  const statement = (rows: number): Database.Statement =>
    db.prepare(`INSERT INTO ${into} VALUES ${Array(rows).fill(tuple).join(',')}`);
  return {
    filled,
    rowsAtOnce,
    many: statement(rowsAtOnce),
    one: statement(1),
    values: new Array<Value>(rowsAtOnce * width).fill(null),
    single: new Array<Value>(width).fill(null),
  };
}

/** Writes batches of one table. */
export function createLoader(db: Database.Database, kind: RowKind, along: Along): (batch: NumberedBatch) => void {
  const { entities, buckets, messages } = along;
  const table = tables[kind];
  const width = cellsOf(kind);
  const columns: readonly Column[] = table.columns;
  const decode = new Uint8Array(width);
  const isMessage = new Uint8Array(width);
  columns.forEach((column, index) => {
    const cell = leadingCells + index;
    const form = cellForm(column);
    decode[cell] = column.type === 'hex' ? asHex : form === 'number' ? asNumber : form === 'text' ? asText : asSymbol;
    isMessage[cell] = column.message === true ? 1 : 0;
  });
  if (table.extra) decode[width - 1] = asText;

  // Rows that get their time from their member are counted at the end, when it is known.
  const event = eventKinds.find((one) => one === kind);
  const outcomeOf =
    event !== undefined && !('timeOfMember' in table) ? outcomeReader(db, event, along.symbolText) : null;

  const insertions = new Map<string, Insertion>();
  const insertionOf = (cells: Float64Array): Insertion => {
    const filled = filledCells(cells, width);
    const key = filled.join();
    const known = insertions.get(key);
    if (known !== undefined) return known;
    const made = insertion(db, kind, filled);
    insertions.set(key, made);
    return made;
  };
  const starts = new Int32Array(width);

  return ({ cells, text, rows, firstN }) => {
    const { filled, rowsAtOnce, many, one, values, single } = insertionOf(cells);
    let textAt = 0;
    const rowText: RowText = { text, starts };

    function fill(into: Value[], base: number, row: number): void {
      const at = row * width;
      const n = firstN + row;
      into[base] = n;
      for (let j = 0; j < filled.length; j++) {
        const i = filled[j] as number;
        const cell = cells[at + i] as number;
        let value: Value = null;
        if (!Number.isNaN(cell)) {
          const how = decode[i];
          if (how === asNumber || (how === asSymbol && cell >= 0)) value = cell;
          else {
            const length = how === asSymbol ? -1 - cell : cell;
            starts[i] = textAt;
            const piece = text.slice(textAt, textAt + length);
            textAt += length;
            if (how === asText) {
              value = piece;
              if (isMessage[i] === 1) messages.add(n, piece);
            } else if (how === asSymbol) value = Buffer.from(piece, 'utf8');
            else value = isPackableHex(piece) ? Buffer.from(piece, 'hex') : piece;
          }
        }
        into[base + 1 + j] = value;
      }
      entities.row(kind, cells, at, rowText);
      if (outcomeOf === null) return;
      const ts = cells[at + 2] as number;
      if (Number.isNaN(ts)) return;
      const sort = outcomeOf(cells, at, (cell) => {
        const length = cells[at + cell] as number;
        const start = starts[cell] as number;
        return text.slice(start, start + (length < 0 ? -1 - length : length));
      });
      buckets.add(ts, sort);
    }

    let row = 0;
    for (; row + rowsAtOnce <= rows; row += rowsAtOnce) {
      for (let i = 0; i < rowsAtOnce; i++) fill(values, i * (filled.length + 1), row + i);
      many.run(...values);
    }
    for (; row < rows; row++) {
      fill(single, 0, row);
      one.run(...single);
    }
  };
}
