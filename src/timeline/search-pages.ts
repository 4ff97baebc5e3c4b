/** Pages of what a search finds. */
import type { CaseReader, EventQuery } from '../case/index.ts';
import { type EventBatch, eventBatches } from './events.ts';
import { heldWord, type Selector } from './filter/index.ts';
import { holding } from './holding.ts';
import { type Finds, foundBy, type OtherFind, type SearchStep, searchPattern, searchSteps } from './search.ts';

export interface Search {
  /** The events of the query that pass and hold the words, a batch at a time; or how far a look through everything is. */
  readonly batches: (query: EventQuery, selector: Selector) => Generator<EventBatch | SearchStep>;
  /** What holds them and is no event. */
  readonly others: () => Generator<SearchStep, readonly OtherFind[]>;
}

/**
 * A word that stands nearly everywhere fills a page with the first events that are looked at, one by one in their order; all
 * others are found by a look through all bytes, which is made once, and only when it is needed. Both find the same.
 */
export function openSearch(reader: CaseReader, words: string): Search {
  const pattern = searchPattern(words);
  let finds: Finds | null = null;
  function* everything(): Generator<SearchStep, Finds> {
    finds ??= yield* searchSteps(reader, pattern);
    return finds;
  }
  return {
    *batches(query, selector) {
      let rest = query;
      if (finds === null && reader.spread(heldWord(pattern)) >= spreadLeast) {
        const { events } = reader.totals();
        let [looked, found] = [0, 0];
        for (const batch of eventBatches(reader, query, holding(reader, selector, pattern))) {
          yield batch;
          looked += batch.looked;
          found += batch.events.length;
          if (batch.next === null || found === query.limit) return;
          rest = { ...query, limit: query.limit - found, after: batch.next };
          if (looked >= lookedLeast && !isNear(rest.limit, found / looked, events)) break;
        }
      }
      yield* eventBatches(reader, rest, foundBy(selector, yield* everything()));
    },
    *others() {
      return (yield* everything()).others;
    },
  };
}

/** A word that lies in a smaller share of the blocks of bytes is soon found there. */
const spreadLeast = 1 / 8;
/** So many events tell how often the words are met. */
const lookedLeast = 1_000;
/** To look at this share of the events takes no longer than to look through all bytes. */
const walkedMost = 1 / 8;

/** Whether so many more are likely to be met soon. */
const isNear = (wanted: number, rate: number, events: number): boolean => wanted <= rate * events * walkedMost;
