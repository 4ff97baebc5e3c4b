import { eventKinds } from '../../base/vocabulary.ts';
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
} from '../../evidence/index.ts';
import { textAt } from '../byte-views.ts';
import type { NumberedBatch } from '../protocol.ts';
import { createHitWriter, kindMix } from './hits.ts';
import { createPostingWriter } from './postings.ts';
import type { AcceleratorRow } from './tables.ts';

/** What rows are found by: makes the rows of `posting` and `hit` of the batches that pass by, in the order of their numbers. */
export interface RowKeys {
  readonly add: (batch: NumberedBatch) => void;
  readonly end: () => void;
}

/** A column whose texts are found by their hash. */
interface KeyCell {
  readonly cell: number;
  readonly isSymbol: boolean;
  /** What hashes of entities of a constant kind are mixed with; 0 for ids of none. */
  readonly mix: number;
  /** Cell of the symbol that names the kind, or -1. */
  readonly kindCell: number;
}

interface Plan {
  readonly width: number;
  readonly forms: Uint8Array;
  /** Columns of symbols: those that hold JSON are found otherwise. */
  readonly isPosted: Uint8Array;
  readonly keys: readonly KeyCell[];
  /** Where the text of a cell begins in the batch's. */
  readonly starts: Int32Array;
}

function planOf(kind: RowKind): Plan {
  const columns: readonly Column[] = tables[kind].columns;
  const width = cellsOf(kind);
  const isPosted = new Uint8Array(width);
  columns.forEach((column, index) => {
    isPosted[leadingCells + index] = column.type === 'symbol' ? 1 : 0;
  });
  return { width, forms: cellForms(kind), isPosted, keys: keyCells(kind, columns), starts: new Int32Array(width) };
}

function keyCells(kind: RowKind, columns: readonly Column[]): readonly KeyCell[] {
  const isEvent = (eventKinds as readonly string[]).includes(kind);
  return columns.flatMap((column, index): KeyCell[] => {
    if (column.type !== 'id' && column.type !== 'symbol') return [];
    const from = columns.findIndex((other) => other.name === column.entityFrom);
    return [
      {
        cell: leadingCells + index,
        isSymbol: column.type === 'symbol',
        mix: column.entity === undefined || !isEvent ? 0 : kindMix(column.entity),
        kindCell: from < 0 || !isEvent ? -1 : leadingCells + from,
      },
    ];
  });
}

/** `symbolText` knows every symbol that a batch holds. */
export function createRowKeys(symbolText: (id: number) => string, write: (row: AcceleratorRow) => void): RowKeys {
  const postings = createPostingWriter((id, z) => write({ table: 'posting', id, z }));
  const hits = createHitWriter((id, z) => write({ table: 'hit', id, z }));
  const plans = new Map<RowKind, Plan>();
  const mixes: number[] = [];

  function mixOf(
    { mix, kindCell }: KeyCell,
    cells: Float64Array,
    at: number,
    text: Uint8Array,
    starts: Int32Array,
  ): number {
    if (kindCell < 0) return mix;
    const symbol = cells[at + kindCell] as number;
    if (Number.isNaN(symbol)) return 0;
    if (symbol < 0) {
      const start = starts[kindCell] as number;
      return kindMix(textAt(text, start, -1 - symbol));
    }
    mixes[symbol] ??= kindMix(symbolText(symbol));
    return mixes[symbol] as number;
  }

  return {
    add({ table, cells, text, rows, firstN }) {
      const plan = plans.get(table) ?? planOf(table);
      plans.set(table, plan);
      const { width, forms, isPosted, keys, starts } = plan;
      let from = 0;
      for (let row = 0; row < rows; row++) {
        const at = row * width;
        const n = firstN + row;
        for (let i = leadingCells; i < width; i++) {
          const cell = cells[at + i] as number;
          const form = forms[i] as number;
          if (form === numberCell || Number.isNaN(cell)) continue;
          if (form === symbolCell && cell >= 0) {
            if (isPosted[i] === 1) postings.add(cell, n);
            continue;
          }
          starts[i] = from;
          from += textBytes(form, cell);
        }
        for (const key of keys) {
          const cell = cells[at + key.cell] as number;
          if (Number.isNaN(cell) || (key.isSymbol && cell >= 0)) continue;
          const start = starts[key.cell] as number;
          hits.add(text, start, start + (key.isSymbol ? -1 - cell : cell), mixOf(key, cells, at, text, starts), n);
        }
      }
    },
    end() {
      hits.end();
      postings.end();
    },
  };
}
