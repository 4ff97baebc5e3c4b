/** The timeline of an open case. */
import { escapeBytes } from '../../base/escape/terminal.ts';
import { formatRef } from '../../base/ref.ts';
import { maskJson, maskText } from '../../base/secrets.ts';
import { type EventKind, eventKinds } from '../../base/vocabulary.ts';
import type { CaseReader, RecordDetail } from '../../timeline/index.ts';
import { eventPage, recordLinks, recordTitles, type TimelineEvent } from '../../timeline/index.ts';
import { prettyJson } from './pretty-json.ts';
import type { RecordView, TimelineSource } from './source.ts';

/** Nobody reads further on a screen; `show` prints a record whole. */
const shownBytes = 256 * 1024;
const shownLinks = 12;

export function timelineSource(reader: CaseReader): TimelineSource {
  const page: TimelineSource['page'] = (from, backwards, limit) =>
    eventPage(reader, { limit, backwards, ...(from === null ? {} : { after: { n: from.n, kind: from.kind } }) });

  const locate = (ref: string): TimelineEvent | null => {
    const found = reader.record(ref);
    if (!found.ok) return null;
    const row = found.value.rows.find((one) => isEventKind(one.kind));
    if (row === undefined || !isEventKind(row.kind)) return null;
    const [before] = eventPage(reader, { limit: 1, backwards: true, after: { n: row.row.n, kind: row.kind } });
    const [event] = page(before ?? null, false, 1);
    return event ?? null;
  };

  const record = (ref: string): RecordView | null => {
    const found = reader.record(ref);
    return found.ok ? recordView(reader, found.value) : null;
  };

  return { page, locate, record };
}

const isEventKind = (kind: string): kind is EventKind => (eventKinds as readonly string[]).includes(kind);

function recordView(reader: CaseReader, detail: RecordDetail): RecordView {
  const { member } = detail;
  const titles = recordTitles(reader, detail);
  const dated = titles.find((title) => title.ts !== null);
  return {
    ref: formatRef(detail.ref),
    ts: dated?.ts ?? null,
    recorded: dated?.recorded ?? null,
    facts: [
      ...titles.slice(0, shownLinks).map((title) => [title.kind, title.title] as const),
      ...(member.host === null ? [] : [['host', member.host] as const]),
    ],
    links: recordLinks(reader, detail)
      .slice(0, shownLinks)
      .map((link) => ({
        relation: link.relation,
        target: link.entity ?? link.ref ?? '',
        ...(link.direction === undefined ? {} : { direction: link.direction }),
        ...(link.title === undefined ? {} : { title: link.title }),
      })),
    body: bodyOf(detail),
  };
}

function bodyOf({ raw, json }: RecordDetail): readonly string[] {
  const over = raw.length > shownBytes ? [`(the first ${shownBytes / 1024} KiB of ${raw.length} bytes)`] : [];
  // Cut JSON is no JSON, so a huge record is shown as its text.
  if (json !== undefined && over.length === 0) return prettyJson(maskJson(json));
  return [...over, ...maskText(escapeBytes(raw.subarray(0, shownBytes))).split('\n')];
}
