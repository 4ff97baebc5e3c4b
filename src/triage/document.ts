import * as z from 'zod';
import { advice, caseStamp, entityText, refText, timeText } from '../base/envelope.ts';
import { categories, causeKinds, severities } from '../base/vocabulary.ts';

/** How a health endpoint did over the evidence. `flapping`: at least 3 changes between ok and failing. */
const endpointHealth = z.object({
  state: z.enum(['ok', 'failing', 'flapping', 'not_captured']),
  failing_spans: z.array(z.object({ from: timeText, to: timeText, probes: z.int(), ref: refText })),
});
export type EndpointHealth = z.infer<typeof endpointHealth>;

const componentHealth = z.object({ healthz: endpointHealth, readyz: endpointHealth });

/** A counter over all its series, resets handled: how far it went and its fastest minute. */
const counter = z.object({ delta: z.int(), peak_per_min: z.int(), ref: refText }).nullable();
export type Counter = z.infer<typeof counter>;

const firstPass = z.object({
  api: componentHealth,
  worker: componentHealth,
  counters: z.object({
    requests: counter,
    auth: counter,
    unauthorized: counter,
    forbidden: counter,
    rate_limited: counter,
  }),
});
export type FirstPass = z.infer<typeof firstPass>;
/** The first pass without its counters. */
export type Health = Omit<FirstPass, 'counters'>;

const finding = z.object({
  id: z.string(),
  rule: z.string(),
  category: z.enum(categories),
  severity: z.enum(severities),
  title: z.string(),
  summary: z.string(),
  entities: z.array(entityText),
  first_ts: timeText.nullable(),
  last_ts: timeText.nullable(),
  count: z.int(),
  evidence: z.array(z.object({ ref: refText, ts: timeText.nullable(), kind: z.string(), note: z.string() })),
  limits: z.array(z.string()),
  advice: z.array(advice),
  causes: z.array(z.object({ kind: z.enum(causeKinds as [string, ...string[]]), entity: entityText })),
});
export type Finding = z.infer<typeof finding>;

/** `triage --json`. */
export const triageDocument = z.object({
  format: z.literal('inquest-triage'),
  version: z.literal(1),
  case: caseStamp,
  first_pass: firstPass,
  categories: z.array(z.object({ category: z.enum(categories), score: z.int(), findings: z.array(z.string()) })),
  category: z.enum(categories),
  not_evaluated: z.array(z.object({ rule: z.string(), missing: z.array(z.string()) })),
  findings: z.array(finding),
});
export type TriageDocument = z.infer<typeof triageDocument>;
