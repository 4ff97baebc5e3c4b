import * as z from 'zod';
import { splitEntity } from '../../base/entity.ts';
import { caseStamp, entityText, refText, timeText } from '../../base/envelope.ts';
import { maskText } from '../../base/secrets.ts';
import { formatMicros, type Micros } from '../../base/time.ts';
import { type CaseReader, stampOf } from '../../case/index.ts';
import { type EntityPage, lineOf, type TimelineEvent } from '../../timeline/index.ts';
import { timelineLine } from './timeline-document.ts';

/** `entity --json`. */
export const entityDocument = z.object({
  format: z.literal('inquest-entity'),
  version: z.literal(1),
  case: caseStamp,
  entity: entityText,
  kind: z.string(),
  id: z.string(),
  first_ts: timeText.nullable(),
  last_ts: timeText.nullable(),
  /** Of the whole timeline, how many name it. */
  events: z.int(),
  /** The last that is known. */
  state: z.string().nullable(),
  /** In order of time, those without one last. */
  states: z.array(z.object({ ts: timeText.nullable(), state: z.string(), text: z.string(), ref: refText })),
  /** Its own records in captured states. */
  captured: z.array(z.object({ section: z.string(), ref: refText, record: z.unknown() })),
  /** Others that the same records name, those with most events first; with 0 events from a captured state alone. */
  neighbours: z.array(
    z.object({
      entity: entityText,
      roles: z.array(z.string()),
      events: z.int(),
      first_ts: timeText.nullable(),
      last_ts: timeText.nullable(),
    }),
  ),
  /** So many of its events, the first, were looked at for neighbours. */
  neighbours_of: z.int(),
  /** A page of its events, in order. */
  timeline: z.array(timelineLine),
  /** What `--after` goes on from; null at the end. */
  next: refText.nullable(),
});
export type EntityDocument = z.infer<typeof entityDocument>;

export interface EventsPage {
  readonly events: readonly { readonly event: TimelineEvent; readonly ref: string }[];
  readonly next: string | null;
}

const timeOf = (ts: Micros | null): string | null => (ts === null ? null : formatMicros(ts));

export function entityDocumentOf(reader: CaseReader, page: EntityPage, { events, next }: EventsPage): EntityDocument {
  const entity = maskText(page.entity);
  return {
    format: 'inquest-entity',
    version: 1,
    case: stampOf(reader),
    entity,
    ...splitEntity(entity),
    first_ts: timeOf(page.first_ts),
    last_ts: timeOf(page.last_ts),
    events: page.events,
    state: page.state,
    states: page.states.map(({ ts, state, text, ref }) => ({ ts: timeOf(ts), state, text, ref })),
    captured: page.captured.map(({ section, ref, record }) => ({ section, ref, record })),
    neighbours: page.neighbours.map((one) => ({
      entity: one.entity,
      roles: [...one.roles],
      events: one.events,
      first_ts: timeOf(one.first_ts),
      last_ts: timeOf(one.last_ts),
    })),
    neighbours_of: page.looked,
    timeline: events.map(({ event, ref }) => lineOf(event, ref)),
    next,
  };
}
