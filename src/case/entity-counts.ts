import { eventKinds } from '../base/vocabulary.ts';
import { type Column, leadingCells, type RowKind, tables } from '../evidence/index.ts';

interface Counter {
  count: Int32Array;
  first: Float64Array;
  last: Float64Array;
}

export interface EntityCount {
  readonly kind: string;
  readonly symbol: number;
  readonly events: number;
  readonly first: number | null;
  readonly last: number | null;
}

export interface EntityCounts {
  /** Counts the entities of one row whose cells begin at `at`. */
  readonly row: (kind: RowKind, cells: Float64Array, at: number) => void;
  readonly all: () => EntityCount[];
  /** Whether an entity came by that is no symbol, so that SQL must count those. */
  readonly overflowed: () => boolean;
}

interface Place {
  readonly cell: number;
  readonly counter: Counter | null;
  /** Cell of the symbol that names the kind. */
  readonly kindCell: number;
}

/** Counts events by entity while rows pass by: grouping a million rows afterwards would take as long as writing them. */
export function createEntityCounts(symbolText: (id: number) => string): EntityCounts {
  const byKind = new Map<string, Counter>();
  const bySymbol = new Map<number, Counter>();
  let overflow = false;

  function counterOf(kind: string): Counter {
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const counter = { count: new Int32Array(64), first: new Float64Array(64), last: new Float64Array(64) };
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
        counter: column.entity === undefined ? null : counterOf(column.entity),
        kindCell: leadingCells + from,
      });
    });
    places.set(kind, found);
  }

  function counterBySymbol(symbol: number): Counter {
    const known = bySymbol.get(symbol);
    if (known !== undefined) return known;
    const counter = counterOf(symbolText(symbol));
    bySymbol.set(symbol, counter);
    return counter;
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
    counter.count[symbol] = (counter.count[symbol] as number) + 1;
    if (Number.isNaN(ts)) return;
    const first = counter.first[symbol] as number;
    const last = counter.last[symbol] as number;
    if (!(first <= ts)) counter.first[symbol] = ts;
    if (!(last >= ts)) counter.last[symbol] = ts;
  }

  return {
    row(kind, cells, at) {
      const found = places.get(kind);
      if (found === undefined || found.length === 0) return;
      const ts = cells[at + 2] as number;
      for (let i = 0; i < found.length; i++) {
        const place = found[i] as Place;
        const symbol = cells[at + place.cell] as number;
        if (Number.isNaN(symbol)) continue;
        let counter = place.counter;
        if (counter === null) {
          const kindSymbol = cells[at + place.kindCell] as number;
          if (Number.isNaN(kindSymbol)) continue;
          if (kindSymbol < 0) {
            overflow = true;
            continue;
          }
          counter = counterBySymbol(kindSymbol);
        }
        if (symbol < 0) {
          overflow = true;
          continue;
        }
        if (!sameBefore(found, i, cells, at, counter, symbol)) add(counter, symbol, ts);
      }
    },
    all() {
      const counts: EntityCount[] = [];
      for (const [kind, counter] of byKind)
        for (let symbol = 0; symbol < counter.count.length; symbol++) {
          const events = counter.count[symbol] as number;
          if (events === 0) continue;
          const first = counter.first[symbol] as number;
          counts.push({
            kind,
            symbol,
            events,
            first: Number.isNaN(first) ? null : first,
            last: Number.isNaN(first) ? null : (counter.last[symbol] as number),
          });
        }
      return counts;
    },
    overflowed: () => overflow,
  };

  /** An entity that a record names twice is still one event. */
  function sameBefore(
    found: readonly Place[],
    upTo: number,
    cells: Float64Array,
    at: number,
    counter: Counter,
    symbol: number,
  ): boolean {
    for (let i = 0; i < upTo; i++) {
      const place = found[i] as Place;
      if (cells[at + place.cell] !== symbol) continue;
      const kindSymbol = place.counter === null ? (cells[at + place.kindCell] as number) : -1;
      const other = place.counter ?? (kindSymbol >= 0 ? bySymbol.get(kindSymbol) : undefined);
      if (other === counter) return true;
    }
    return false;
  }
}
