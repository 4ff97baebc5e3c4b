/** Writes the events that a selection asks for, a batch at a time. */
import { setImmediate } from 'node:timers/promises';
import { escapeTerminal } from '../base/escape/terminal.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { eventKinds } from '../base/vocabulary.ts';
import type { CaseReader, EventQuery } from '../case/index.ts';
import {
  type EventBatch,
  eventBatches,
  lineOf,
  type OtherFind,
  openSearch,
  otherLineOf,
  placedRefs,
  type Search,
  type SearchStep,
  selectorOf,
} from '../timeline/index.ts';
import { lineText } from './json-output.ts';
import { writeOut } from './output.ts';
import type { Selection } from './selection.ts';
import type { Session } from './session.ts';
import { timelineLines } from './timeline-text.ts';

export type TimelineForm = 'text' | 'ndjson';

type Step = EventBatch | SearchStep;
type Batches = (query: EventQuery) => Generator<Step>;

const isBatch = (step: Step): step is EventBatch => 'events' in step;

function* batchesOf(batches: Batches, { limit, around, after }: Selection): Generator<Step> {
  if (around === null) {
    if (after !== null && after.place === null) return;
    yield* batches({ limit, ...(after?.place ? { after: after.place } : {}) });
    return;
  }
  const half = Math.floor(limit / 2);
  const before: EventBatch[] = [];
  for (const step of batches({ to: around, limit: half, backwards: true })) {
    if (isBatch(step)) before.push(step);
    else yield step;
  }
  for (const batch of before.reverse()) yield { ...batch, events: [...batch.events].reverse() };
  yield* batches({ from: around, limit: limit - half });
}

/** What a search finds beside the events; a filter, or a page around a time, asks for events alone. */
function* othersOf(search: Search | null, selection: Selection): Generator<SearchStep, readonly OtherFind[]> {
  const { filter, around, after } = selection;
  if (search === null || filter.type !== 'all' || around !== null) return [];
  const others = yield* search.others();
  if (after === null || after.place !== null) return others;
  return others.slice(others.findIndex(({ ref }) => ref === after.ref) + 1);
}

const interrupted = fail('interrupted', 'timeline', 'interrupted');

/** The next batch is asked for when the last one has left the process: a reader that stops early stops the work. */
export const writeTimeline = (
  reader: CaseReader,
  selection: Selection,
  session: Session,
  form: TimelineForm,
): Promise<Result<number>> =>
  session.stoppable(async (signal) => {
    const refOf = placedRefs(reader);
    const textOf = timelineLines(session);
    const progress = session.progress();
    const of = reader.totals().events;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const write = (lines: readonly string[]): Promise<void> => Promise.race([writeOut(lines.join('')), aborted]);
    const { limit } = selection;
    const selector = selectorOf(reader, selection.filter, eventKinds);
    const search = selection.search === null ? null : openSearch(reader, selection.search);
    const batches: Batches = (query) => search?.batches(query, selector) ?? eventBatches(reader, query, selector);
    let looked = 0;
    let count = 0;
    let lastRef = '';

    async function writeEvents({ events, looked: rows }: EventBatch): Promise<void> {
      looked += rows;
      count += events.length;
      if (events.length === 0) progress.show({ what: 'looking for events', done: looked, of, unit: 'steps' });
      else progress.clear();
      const lines: string[] = [];
      for (const event of events) {
        lastRef = refOf(event);
        lines.push(form === 'ndjson' ? lineText(lineOf(event, lastRef)) : textOf(event, lastRef));
      }
      await write(lines);
    }

    /** Takes the steps one after another, and gives what they end in; null where it was stopped. */
    async function follow<T>(steps: Generator<Step, T>): Promise<{ readonly end: T } | null> {
      try {
        for (let step = steps.next(); ; step = steps.next()) {
          if (step.done === true) return { end: step.value };
          if (isBatch(step.value)) await writeEvents(step.value);
          else progress.show({ what: 'searching', ...step.value, unit: 'bytes' });
          await setImmediate();
          if (signal.aborted) return null;
        }
      } finally {
        steps.return(undefined as T);
        progress.clear();
      }
    }

    if ((await follow(batchesOf(batches, selection))) === null) return interrupted;
    const beside = count < limit ? await follow(othersOf(search, selection)) : { end: [] };
    if (beside === null) return interrupted;
    const others = beside.end.slice(0, limit - count);
    if (others.length > 0 && form === 'text') await write(['beside the timeline\n']);
    const otherText = timelineLines(session, 'undivided');
    for (const find of others) {
      lastRef = find.ref;
      count += 1;
      await write([
        form === 'ndjson' ? lineText(otherLineOf(find)) : otherText({ ...find, outcome: 'none' }, find.ref),
      ]);
      if (signal.aborted) return interrupted;
    }
    if (form === 'text') {
      if (count === 0) session.note(emptyNote(of, selection));
      else if (count === limit && selection.around === null)
        session.note(`There may be more: --after '${escapeTerminal(lastRef)}'`);
    }
    return ok(0);
  });

const emptyNote = (events: number, { search }: Selection): string =>
  search !== null ? 'Nothing holds these words.' : events === 0 ? 'The archive holds no event.' : 'No event matches.';
