import * as z from 'zod';
import { advice, caseStamp, entityText, refText, timeText } from '../base/envelope.ts';
import { categories, causeKinds, grades, reasonCodes, strengths, symptomKinds, verdicts } from '../base/vocabulary.ts';

/** What was hurt, by the thresholds of the contract's `causes.md`. */
const symptom = z.object({
  id: z.string(),
  kind: z.enum(symptomKinds),
  entities: z.array(entityText),
  first_ts: timeText,
  count: z.int(),
  refs: z.array(refText),
});
export type Symptom = z.infer<typeof symptom>;

/** One test of a what-if. `holds` is null where it could not be run, with the reason in `text`. */
const testResult = z.object({
  holds: z.boolean().nullable(),
  digest: z.string().nullable(),
  text: z.string(),
});

export const testNames = ['T0', "T0'", 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'] as const;
export type TestName = (typeof testNames)[number];

const causeEntry = z.object({
  rank: z.int(),
  kind: z.enum(causeKinds as [string, ...string[]]),
  entity: entityText,
  category: z.enum(categories),
  verdict: z.enum(verdicts),
  strength: z.enum(strengths).nullable(),
  grade: z.enum(grades),
  symptoms: z.array(z.string()),
  chain: z.array(z.object({ ref: refText, text: z.string() })),
  repair: z.object({
    interventions: z.array(z.record(z.string(), z.unknown())),
    text: z.string(),
    point_of_no_return: timeText.optional(),
  }),
  tests: z.record(z.string(), testResult),
  assumptions: z.array(z.object({ id: z.string(), text: z.string() })),
  certificate: z.string().nullable(),
});
export type CauseEntry = z.infer<typeof causeEntry>;

const inconclusiveEntry = causeEntry.extend({
  reasons: z.array(z.enum(reasonCodes)),
  missing: z.array(z.string()),
});
export type InconclusiveEntry = z.infer<typeof inconclusiveEntry>;

/** `diagnose --json`: the one document behind the JSON, the screens and the report. */
export const diagnosisDocument = z.object({
  format: z.literal('inquest-diagnose'),
  version: z.literal(1),
  case: caseStamp,
  category: z.enum(categories),
  symptoms: z.array(symptom),
  causes: z.array(causeEntry),
  refuted: z.array(causeEntry),
  inconclusive: z.array(inconclusiveEntry),
  changes: z.array(
    z.object({ ref: refText, ts: timeText, text: z.string(), entity: entityText, in_cone: z.boolean() }),
  ),
  ongoing: z.object({ still_failing: z.boolean(), since: timeText.optional(), ended: timeText.optional() }),
  impact: z.array(z.object({ kind: z.string(), hit: z.int(), of: z.int() })),
  unexplained: z.array(z.string()),
  advice: z.array(advice),
});
export type DiagnosisDocument = z.infer<typeof diagnosisDocument>;
