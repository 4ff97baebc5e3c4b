import type Database from 'better-sqlite3';
import { type Hits, openHits, sortedOnce } from './accelerators/hits.ts';
import { type Messages, messageExpression, openMessages } from './accelerators/messages.ts';
import { openPostings, type Postings, slice } from './accelerators/postings.ts';
import { hasTable } from './connect.ts';
import type { SymbolTexts } from './symbol-texts.ts';

/** Numbers of records that may be wanted: all that are, and few others. Rows decide. */
export interface NumberSet {
  /** Rising, from `first` to `last`. */
  readonly within: (first: number, last: number) => readonly number[];
}

/** So many numbers of words are held; more are asked for run by run. */
const fewMax = 4_096;

/** Where records lie that hold a text in a column of ids or symbols. Null where the accelerators were dropped. */
export interface Finder {
  /** As the id of an entity of that kind. */
  readonly entity: (kind: string, id: string) => NumberSet | null;
  /** The same of those alone whose column holds the id as text, and not as a symbol. */
  readonly asText: (kind: string, id: string) => NumberSet | null;
  /** In any column. */
  readonly key: (text: string) => NumberSet | null;
  /** In message-like text; null also where the words are none that the index knows. */
  readonly words: (text: string, begun: boolean) => NumberSet | null;
}

export function openFinder(db: Database.Database, symbols: SymbolTexts): Finder {
  let open: { readonly hits: Hits; readonly postings: Postings } | null | undefined;

  function find(text: string, kind: string | null): NumberSet | null {
    open ??= hasTable(db, 'hit') && hasTable(db, 'posting') ? { hits: openHits(db), postings: openPostings(db) } : null;
    if (open === null) return null;
    const { hits, postings } = open;
    const found = hits.find(text, kind);
    const symbol = symbols.number(text);
    if (symbol === null) return { within: (first, last) => slice(found, first, last) };
    return {
      within(first, last) {
        const listed = postings.within(symbol, first, last);
        const named = slice(found, first, last);
        return named.length === 0 ? listed : sortedOnce([...listed, ...named]);
      },
    };
  }

  let messages: Messages | null | undefined;
  function words(text: string, begun: boolean): NumberSet | null {
    messages ??= hasTable(db, 'text') ? openMessages(db) : null;
    const expression = messageExpression(text, begun);
    if (messages === null || expression === null) return null;
    const { within } = messages;
    const few = within(expression, 0, Number.MAX_SAFE_INTEGER, fewMax);
    return few.length < fewMax
      ? { within: (first, last) => slice(few, first, last) }
      : { within: (first, last) => within(expression, first, last, Number.MAX_SAFE_INTEGER) };
  }

  function asText(kind: string, id: string): NumberSet | null {
    open ??= hasTable(db, 'hit') && hasTable(db, 'posting') ? { hits: openHits(db), postings: openPostings(db) } : null;
    const found = open?.hits.find(id, kind);
    return found === undefined ? null : { within: (first, last) => slice(found, first, last) };
  }

  return { entity: (kind, id) => find(id, kind), asText, key: (text) => find(text, null), words };
}

/** A list in any order. */
export function listOf(numbers: readonly number[]): NumberSet {
  const sorted = sortedOnce([...numbers]);
  return { within: (first, last) => slice(sorted, first, last) };
}

export const both = (a: NumberSet, b: NumberSet): NumberSet => ({
  within(first, last) {
    const found = a.within(first, last);
    // So few rows are sooner looked at than the other list is read.
    if (found.length <= fewMax) return found;
    const others = new Set(b.within(first, last));
    return found.filter((n) => others.has(n));
  },
});

export const either = (sets: readonly NumberSet[]): NumberSet => ({
  within: (first, last) => sortedOnce(sets.flatMap((one) => one.within(first, last))),
});
