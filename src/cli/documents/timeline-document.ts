import * as z from 'zod';
import { entityText, refText, timeText } from '../../base/envelope.ts';
import { eventKinds, outcomes } from '../../base/vocabulary.ts';
import { otherKinds, type TimelineLine } from '../../timeline/index.ts';

/** The schema of a line of `timeline --json`. */
export const timelineLine = z.object({
  ref: refText,
  ts: timeText.nullable(),
  end_ts: timeText.optional(),
  skew_ms: z.int().optional(),
  kind: z.enum([...eventKinds, ...otherKinds]),
  action: z.string().nullable(),
  outcome: z.enum(outcomes),
  component: z.string().optional(),
  host: z.string().optional(),
  entities: z.array(entityText),
  title: z.string(),
  gap: z.literal(true).optional(),
}) satisfies z.ZodType<TimelineLine>;
