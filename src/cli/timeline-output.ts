/** Writes the events that a selection asks for, a batch at a time. */
import { setImmediate } from 'node:timers/promises';
import { escapeTerminal } from '../base/escape/terminal.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { eventKinds } from '../base/vocabulary.ts';
import type { CaseReader } from '../case/index.ts';
import {
  type EventBatch,
  eventBatches,
  eventPage,
  type Finds,
  foundBy,
  lineOf,
  otherLineOf,
  placedRefs,
  type Selector,
  searchPattern,
  searchSteps,
  selectorOf,
} from '../timeline/index.ts';
import { lineText } from './json-output.ts';
import { writeOut } from './output.ts';
import type { ProgressLine } from './progress.ts';
import type { Selection } from './selection.ts';
import type { Session } from './session.ts';
import { timelineLines } from './timeline-text.ts';

export type TimelineForm = 'text' | 'ndjson';

function* batchesOf(
  reader: CaseReader,
  selector: Selector,
  { limit, around, after }: Selection,
): Generator<EventBatch> {
  if (around === null) {
    if (after !== null && after.place === null) return;
    yield* eventBatches(reader, { limit, ...(after?.place ? { after: after.place } : {}) }, selector);
    return;
  }
  const before = Math.floor(limit / 2);
  const events = [...eventPage(reader, { to: around, limit: before, backwards: true }, selector)].reverse();
  yield { events, looked: events.length };
  yield* eventBatches(reader, { from: around, limit: limit - before }, selector);
}

/** What a search finds beside the events; a filter, or a page around a time, asks for events alone. */
function othersOf(finds: Finds, { filter, around, after }: Selection): Finds['others'] {
  if (filter.type !== 'all' || around !== null) return [];
  if (after === null || after.place !== null) return finds.others;
  const at = finds.others.findIndex(({ ref }) => ref === after.ref);
  return finds.others.slice(at + 1);
}

const noFinds: Finds = { numbers: [], others: [] };
const interrupted = fail('interrupted', 'timeline', 'interrupted');

/** Looks through the evidence; null when it was stopped. */
async function found(
  reader: CaseReader,
  words: string,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<Finds | null> {
  const steps = searchSteps(reader, searchPattern(words));
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      progress.show({ what: 'searching', ...step.value, unit: 'bytes' });
      await setImmediate();
      if (signal.aborted) return null;
    }
  } finally {
    progress.clear();
  }
}

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
    let looked = 0;
    let count = 0;
    let lastRef = '';
    const { search, limit } = selection;
    const finds = search === null ? noFinds : await found(reader, search, progress, signal);
    if (finds === null) return interrupted;
    const base = selectorOf(reader, selection.filter, eventKinds);
    const selector = search === null ? base : foundBy(base, finds);
    try {
      for (const batch of batchesOf(reader, selector, selection)) {
        looked += batch.looked;
        count += batch.events.length;
        if (batch.events.length === 0) progress.show({ what: 'looking for events', done: looked, of, unit: 'steps' });
        else progress.clear();
        const lines: string[] = [];
        for (const event of batch.events) {
          lastRef = refOf(event);
          lines.push(form === 'ndjson' ? lineText(lineOf(event, lastRef)) : textOf(event, lastRef));
        }
        await write(lines);
        await setImmediate();
        if (signal.aborted) return interrupted;
      }
    } finally {
      progress.clear();
    }
    const others = othersOf(finds, selection).slice(0, limit - count);
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
