import * as z from 'zod';
import { entityText, refText, timeText } from '../base/envelope.ts';
import { type EventKind, eventKinds, outcomes } from '../base/vocabulary.ts';
import { type RowKind, rowKinds } from '../evidence/index.ts';

/** What a search also finds, beside the events of the timeline. */
export type OtherKind = Exclude<RowKind, EventKind> | 'unrecognised';
export const otherKinds: readonly OtherKind[] = [
  ...rowKinds.filter((kind): kind is Exclude<RowKind, EventKind> => !(eventKinds as readonly string[]).includes(kind)),
  'unrecognised',
];

/** One line of `timeline --json`. An undated record has no time and comes last. */
export const timelineLine = z.object({
  ref: refText,
  ts: timeText.nullable(),
  end_ts: timeText.optional(),
  skew_ms: z.int().optional(),
  /** A kind of event; of what a search finds beside them, what it is. */
  kind: z.enum([...eventKinds, ...otherKinds]),
  action: z.string().nullable(),
  outcome: z.enum(outcomes),
  component: z.string().optional(),
  host: z.string().optional(),
  entities: z.array(entityText),
  title: z.string(),
  gap: z.literal(true).optional(),
});
export type TimelineLine = z.infer<typeof timelineLine>;
