import { fail, ok, type Result } from '../../base/result.ts';
import { type EventKind, eventKinds } from '../../base/vocabulary.ts';
import type { CaseReader, EventQuery } from '../../case/index.ts';
import { type Command, isSet, type Request, textFlag } from '../command.ts';
import { parseCount, parseWord } from '../flags.ts';
import { writeOut } from '../output.ts';
import type { Session } from '../session.ts';

async function queryOf(request: Request, reader: CaseReader, session: Session): Promise<Result<EventQuery>> {
  const { parseMoment } = await import('../../timeline/index.ts');
  const moments = { span: reader.span(), zone: session.zone };
  const query: { -readonly [K in keyof EventQuery]: EventQuery[K] } = { limit: Number.MAX_SAFE_INTEGER };
  for (const bound of ['from', 'to'] as const) {
    const text = textFlag(request, bound);
    if (text === undefined) continue;
    const moment = parseMoment(text, `--${bound}`, moments);
    if (!moment.ok) return moment;
    query[bound] = moment.value;
  }
  const kinds = textFlag(request, 'kind');
  if (kinds !== undefined) {
    const wanted: EventKind[] = [];
    for (const word of kinds.split(',')) {
      const kind = parseWord('--kind', word, eventKinds);
      if (!kind.ok) return kind;
      wanted.push(kind.value);
    }
    query.kinds = wanted;
  }
  const entity = textFlag(request, 'entity');
  if (entity !== undefined) {
    if (!/^[^:]+:./.test(entity))
      return fail('usage', `--entity ${entity}`, 'not an entity', 'Entities are kind:id, for example agent:ag_7.');
    query.entity = entity as `${string}:${string}`;
  }
  const limit = textFlag(request, 'limit');
  if (limit !== undefined) {
    const count = parseCount('--limit', limit);
    if (!count.ok) return count;
    query.limit = count.value;
  }
  const after = textFlag(request, 'after');
  if (after !== undefined) {
    const { cursorAfter } = await import('../cursor.ts');
    const cursor = cursorAfter(reader, after);
    if (!cursor.ok) return cursor;
    query.after = cursor.value;
  }
  return ok(query);
}

export const timeline: Command = {
  name: 'timeline',
  summary: 'events in time order',
  operands: '<archive...>',
  flags: [
    { flags: '--from <time>', text: 'events at or after this time' },
    { flags: '--to <time>', text: 'events before this time' },
    { flags: '--kind <kinds>', text: `some of ${eventKinds.join(',')}` },
    { flags: '--entity <kind:id>', text: 'only events that name this entity' },
    { flags: '--limit <n>', text: 'at most so many' },
    { flags: '--after <ref>', text: 'only what comes after this record: the next page' },
    { flags: '--json', text: 'NDJSON: one event a line' },
  ],
  opens: true,
  notes: `A time is 2026-01-31T12:03:04Z, 2026-01-31, 12:03[:04[.5]] (the first such time of day at or
after the beginning of the evidence), an epoch number, +90s after the beginning of the
evidence, or -10m before its end. Records without a time come last.`,
  examples: [
    'inquest timeline incident.tar.gz --from 12:03 --to 12:10 --kind request,audit',
    'inquest timeline incident.tar.gz --entity agent:ag_7 --limit 50',
    'inquest timeline incident.tar.gz --from=-10m --json',
  ],
  run: async (request, session) => {
    const opened = await session.open(request.operands);
    if (!opened.ok) return opened;
    const reader = opened.value;
    const query = await queryOf(request, reader, session);
    if (!query.ok) return query;
    if (isSet(request, 'json')) {
      const { eventStream, lineOf } = await import('../../timeline/index.ts');
      const { lineText } = await import('../json-output.ts');
      let lines: string[] = [];
      for (const event of eventStream(reader, query.value)) {
        lines.push(lineText(lineOf(event)));
        if (lines.length < 500) continue;
        await writeOut(lines.join(''));
        lines = [];
      }
      await writeOut(lines.join(''));
      return ok(0);
    }
    const { writeTimeline } = await import('../timeline-text.ts');
    await writeTimeline(reader, query.value, session);
    return ok(0);
  },
};
