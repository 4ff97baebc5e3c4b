/** Writes the events that a selection asks for, a batch at a time. */
import { setImmediate } from 'node:timers/promises';
import { escapeTerminal } from '../base/escape/terminal.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { eventKinds } from '../base/vocabulary.ts';
import type { CaseReader } from '../case/index.ts';
import { type EventBatch, eventBatches, eventPage, lineOf, placedRefs, selectorOf } from '../timeline/index.ts';
import { lineText } from './json-output.ts';
import { writeOut } from './output.ts';
import type { Selection } from './selection.ts';
import type { Session } from './session.ts';
import { timelineLines } from './timeline-text.ts';

export type TimelineForm = 'text' | 'ndjson';

function* batchesOf(reader: CaseReader, { filter, limit, around, after }: Selection): Generator<EventBatch> {
  const selector = selectorOf(reader, filter, eventKinds);
  if (around === null) {
    yield* eventBatches(reader, { limit, ...(after === null ? {} : { after }) }, selector);
    return;
  }
  const before = Math.floor(limit / 2);
  const events = [...eventPage(reader, { to: around, limit: before, backwards: true }, selector)].reverse();
  yield { events, looked: events.length };
  yield* eventBatches(reader, { from: around, limit: limit - before }, selector);
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
    let looked = 0;
    let count = 0;
    let lastRef: string | null = null;
    try {
      for (const batch of batchesOf(reader, selection)) {
        looked += batch.looked;
        count += batch.events.length;
        if (batch.events.length === 0) progress.show({ what: 'looking for events', done: looked, of, unit: 'steps' });
        else progress.clear();
        const lines: string[] = [];
        for (const event of batch.events) {
          lastRef = refOf(event);
          lines.push(form === 'ndjson' ? lineText(lineOf(event, lastRef)) : textOf(event, lastRef));
        }
        await Promise.race([writeOut(lines.join('')), aborted]);
        await setImmediate();
        if (signal.aborted) return interrupted;
      }
    } finally {
      progress.clear();
    }
    if (form === 'text') {
      if (count === 0) session.note(of === 0 ? 'The archive holds no event.' : 'No event matches.');
      else if (count === selection.limit && selection.around === null)
        session.note(`There may be more: --after '${escapeTerminal(lastRef ?? '')}'`);
    }
    return ok(0);
  });
