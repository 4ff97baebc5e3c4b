/** Where a page of the timeline goes on. */
import { fail, ok, type Result } from '../base/result.ts';
import { type EventKind, eventKinds } from '../base/vocabulary.ts';
import type { CaseReader } from '../case/index.ts';
import { nearestFailure } from './nearest.ts';

const isEventKind = (kind: string): kind is EventKind => (eventKinds as readonly string[]).includes(kind);

/** `ref#n` names one of several events of a record: a job is also its attempts and calls. Without it, the latest counts. */
export function cursorAfter(
  reader: CaseReader,
  text: string,
): Result<{ readonly n: number; readonly kind: EventKind }> {
  const number = /#(\d+)$/.exec(text)?.[1];
  const record = reader.record(text);
  if (!record.ok) return nearestFailure(reader, text, record.error);
  const events = record.value.rows.flatMap(({ kind, row }) =>
    isEventKind(kind) ? [{ kind, n: row.n, ts: row.ts }] : [],
  );
  const named = number === undefined ? undefined : events.find((event) => event.n === Number(number));
  if (named !== undefined) return ok({ n: named.n, kind: named.kind });
  const last = events.sort((a, b) => (a.ts ?? Infinity) - (b.ts ?? Infinity) || a.n - b.n).at(-1);
  return last === undefined
    ? fail('usage', `--after ${text}`, 'the record is no event of the timeline')
    : ok({ n: last.n, kind: last.kind });
}
