import { eventKinds } from '../base/vocabulary.ts';
import { type Column, cellForm, leadingCells, type RowKind, tables } from '../evidence/index.ts';
import { textAt } from './byte-views.ts';

interface Counter {
  /** Whether a record names an entity of the kind at all. */
  isNamed: boolean;
  count: Int32Array;
  first: Float64Array;
  last: Float64Array;
}

/** Where the text of a row's cells lies: `starts` by cell of the row. */
export interface RowText {
  readonly text: Uint8Array;
  readonly starts: Int32Array;
}

export interface EntityCount {
  readonly kind: string;
  readonly symbol: number;
  readonly events: number;
  readonly first: number | null;
  readonly last: number | null;
}

export interface EntityCounts {
  /** Counts the entities of one row of the kind, whose cells begin at `at`. Null where its rows name none. */
  readonly ofRows: (kind: RowKind) => ((cells: Float64Array, at: number, text: RowText) => void) | null;
  readonly each: () => IterableIterator<EntityCount>;
  /** Kinds of which an entity was named, by symbol or by text. */
  readonly kinds: () => string[];
}

interface Place {
  readonly cell: number;
  /** Whether the column holds text and no symbols. */
  readonly isText: boolean;
  readonly counter: Counter | null;
  /** Cell of the symbol that names the kind. */
  readonly kindCell: number;
}

/**
 * Counts events by entity while rows pass by, of those that are symbols: grouping a million rows afterwards would take as long
 * as writing them. Entities whose ids are text are nearly all different; the view counts them when it is asked.
 */
export function createEntityCounts(symbolText: (id: number) => string): EntityCounts {
  const byKind = new Map<string, Counter>();
  const bySymbol: Counter[] = [];
  function counterOf(kind: string): Counter {
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const counter = {
      isNamed: false,
      count: new Int32Array(64),
      first: new Float64Array(64),
      last: new Float64Array(64),
    };
    byKind.set(kind, counter);
    return counter;
  }

  const places = new Map<RowKind, readonly Place[]>();
  for (const kind of eventKinds) {
    const columns: readonly Column[] = tables[kind].columns;
    const found: Place[] = [];
    columns.forEach((column, index) => {
      if (column.role === undefined) return;
      const from = columns.findIndex((other) => other.name === column.entityFrom);
      found.push({
        cell: leadingCells + index,
        isText: cellForm(column) === 'text',
        counter: column.entity === undefined ? null : counterOf(column.entity),
        kindCell: leadingCells + from,
      });
    });
    places.set(kind, found);
  }

  function counterBySymbol(symbol: number): Counter {
    bySymbol[symbol] ??= counterOf(symbolText(symbol));
    return bySymbol[symbol] as Counter;
  }

  function add(counter: Counter, symbol: number, ts: number): void {
    if (symbol >= counter.count.length) {
      const size = Math.max(symbol + 1, counter.count.length * 2);
      const grown = { count: new Int32Array(size), first: new Float64Array(size), last: new Float64Array(size) };
      grown.count.set(counter.count);
      grown.first.set(counter.first);
      grown.last.set(counter.last);
      Object.assign(counter, grown);
    }
    if (counter.count[symbol] === 0) {
      counter.first[symbol] = Number.NaN;
      counter.last[symbol] = Number.NaN;
    }
    counter.isNamed = true;
    counter.count[symbol] = (counter.count[symbol] as number) + 1;
    if (Number.isNaN(ts)) return;
    const first = counter.first[symbol] as number;
    const last = counter.last[symbol] as number;
    if (!(first <= ts)) counter.first[symbol] = ts;
    if (!(last >= ts)) counter.last[symbol] = ts;
  }

  /** An entity that a record names twice is one event: by a number before, or by text, which is counted where it lies. */
  function isNamedElsewhere(
    places: readonly Place[],
    own: number,
    cells: Float64Array,
    at: number,
    counter: Counter,
    { text, starts }: RowText,
  ): boolean {
    const symbol = cells[at + (places[own] as Place).cell] as number;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as Place;
      if (i === own) continue;
      const cell = cells[at + place.cell] as number;
      if (Number.isNaN(cell)) continue;
      const isText = place.isText || cell < 0;
      if (isText ? false : i > own || cell !== symbol) continue;
      const kindSymbol = place.counter === null ? (cells[at + place.kindCell] as number) : -1;
      const other = place.counter ?? (kindSymbol >= 0 ? counterBySymbol(kindSymbol) : undefined);
      if (other !== counter) continue;
      if (!isText) return true;
      const length = place.isText ? cell : -1 - cell;
      const known = symbolText(symbol);
      if (known.length <= length && textAt(text, starts[place.cell] as number, length) === known) return true;
    }
    return false;
  }

  function countRow(found: readonly Place[], cells: Float64Array, at: number, rowText: RowText): void {
    const ts = cells[at + 2] as number;
    for (let i = 0; i < found.length; i++) {
      const place = found[i] as Place;
      const symbol = cells[at + place.cell] as number;
      if (Number.isNaN(symbol)) continue;
      let counter = place.counter;
      if (counter === null) {
        const kindSymbol = cells[at + place.kindCell] as number;
        if (!(kindSymbol >= 0)) continue;
        counter = counterBySymbol(kindSymbol);
      }
      if (place.isText || symbol < 0) {
        counter.isNamed = true;
        continue;
      }
      if (!isNamedElsewhere(found, i, cells, at, counter, rowText)) add(counter, symbol, ts);
    }
  }

  return {
    ofRows(kind) {
      const found = places.get(kind) ?? [];
      return found.length === 0 ? null : (cells, at, rowText) => countRow(found, cells, at, rowText);
    },
    *each() {
      for (const [kind, counter] of byKind)
        for (let symbol = 0; symbol < counter.count.length; symbol++) {
          const events = counter.count[symbol] as number;
          if (events === 0) continue;
          const first = counter.first[symbol] as number;
          yield {
            kind,
            symbol,
            events,
            first: Number.isNaN(first) ? null : first,
            last: Number.isNaN(first) ? null : (counter.last[symbol] as number),
          };
        }
    },
    kinds: () => [...byKind].filter(([, counter]) => counter.isNamed).map(([kind]) => kind),
  };
}
