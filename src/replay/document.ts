import * as z from 'zod';
import { caseStamp, entityText, refText, timeText } from '../base/envelope.ts';
import { causeKinds, grades, reasonCodes, strengths, verdicts } from '../base/vocabulary.ts';

const outcome = z.object({ holds: z.boolean().nullable(), digest: z.string().nullable(), text: z.string() });

const divergence = z.object({
  class: z.enum([
    'model_gap',
    'evidence_missing',
    'clock_skew',
    'config_mismatch',
    'external_unknown',
    'tamper_or_corruption',
    'our_bug',
  ]),
  ts: timeText,
  entity: entityText,
  observed: z.string().nullable(),
  predicted: z.string().nullable(),
  rule: z.string(),
  reads: z.array(refText),
  ref: refText,
});

/** How well the factual replay met the evidence: per mille where it is a share, milliseconds where it is a time. */
const factual = z.object({
  grade: z.enum(grades),
  coverage: z.int(),
  fitness: z.int(),
  cone_fitness: z.int(),
  timing: z.object({ median_ms: z.int(), max_ms: z.int() }),
  order: z.int(),
  unobservable: z.int(),
  fitted: z.int(),
  evidence_power: z.int(),
  matched: z.object({ refused: z.int(), accepted: z.int() }),
  digest: z.string(),
  divergences: z.array(divergence),
});

const whatIf = z.object({
  cause: z.object({ kind: z.enum(causeKinds as [string, ...string[]]), entity: entityText }),
  symptom: z.string(),
  hypothesis: z.string(),
  verdict: z.enum(verdicts),
  strength: z.enum(strengths).nullable(),
  grade: z.enum(grades),
  tests: z.record(z.string(), outcome),
  contingency: z.array(z.string()),
  reasons: z.array(z.enum(reasonCodes)),
  missing: z.array(z.string()),
  assumptions: z.array(z.object({ id: z.string(), text: z.string() })),
  certificate: z.string().nullable(),
});
export type WhatIf = z.infer<typeof whatIf>;

/** `replay --json`. */
export const replayDocument = z.object({
  format: z.literal('inquest-replay'),
  version: z.literal(1),
  case: caseStamp,
  factual,
  what_ifs: z.array(whatIf),
});
export type ReplayDocument = z.infer<typeof replayDocument>;
