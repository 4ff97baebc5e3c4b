/** The timeline of an open case. */
import { escapeBytes } from '../../base/escape/terminal.ts';
import { formatRef } from '../../base/ref.ts';
import { maskJson, maskText } from '../../base/secrets.ts';
import { eventKinds } from '../../base/vocabulary.ts';
import type { Zone } from '../../base/zone.ts';
import {
  type CaseReader,
  countSteps,
  entityPage,
  eventPage,
  everything,
  filterWords,
  type Moments,
  parseEntity,
  parseFilter,
  type RecordDetail,
  recordLinks,
  recordTitles,
  type Selector,
  selectorOf,
  type TimelineEvent,
} from '../../timeline/index.ts';
import { prettyJson } from './pretty-json.ts';
import type { RecordView, TimelineSource } from './source.ts';

/** Nobody reads further on a screen; `show` prints a record whole. */
const shownBytes = 256 * 1024;
const shownLinks = 12;

/** Neighbours of an entity are counted over so many events: a page is drawn while a person waits. */
const lookedForNeighbours = 500;

export function timelineSource(reader: CaseReader, zone: Zone): TimelineSource {
  const moments: Moments = { span: reader.span(), zone };
  const through = (selector: Selector): TimelineSource => {
    const page: TimelineSource['page'] = (from, backwards, limit) =>
      eventPage(
        reader,
        { limit, backwards, ...(from === null ? {} : { after: { n: from.n, kind: from.kind } }) },
        selector,
      );
    const itself = (place: Pick<TimelineEvent, 'n' | 'kind'>): TimelineEvent | null => {
      const [before] = eventPage(reader, { limit: 1, backwards: true, after: place }, selector);
      const [event] = page(before ?? null, false, 1);
      return event?.n === place.n && event.kind === place.kind ? event : null;
    };
    return {
      page,
      has: (event) => itself(event) !== null,
      locate(ref) {
        const [place] = reader.eventsAt(ref);
        return place === undefined ? null : itself(place);
      },
      filtered(text) {
        const filter = parseFilter(text, moments);
        return filter.ok
          ? { ok: true, value: through(selectorOf(reader, filter.value, eventKinds)) }
          : { ok: false, error: filter.error };
      },
      filterWords,
      counting: () => countSteps(reader, selector),
      entity(name) {
        const entity = parseEntity(name);
        return entity === null ? null : entityPage(reader, entity, lookedForNeighbours);
      },
      record(ref) {
        const found = reader.record(ref);
        return found.ok ? recordView(reader, found.value) : null;
      },
    };
  };
  return through(selectorOf(reader, everything, eventKinds));
}

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
