/** triage/: what the runbook asks first, answered from the evidence: health, counters, and the findings of the rules. */
import { type CaseReader, stampOf } from '../case/index.ts';
import type { Health, TriageDocument } from './document.ts';
import { runRules } from './engine.ts';
import { firstPassOf, healthOf, tracksOf } from './first-pass.ts';
import type { Rule } from './rule.ts';
import { registry } from './rules/registry.ts';
import { classify } from './score.ts';
import { situationOf } from './situation.ts';

export {
  type BundleOverview,
  type BundleView,
  bundleOverview,
  type Mark,
  type Statement,
  type Topic,
} from './bundles/index.ts';
export {
  type Counter,
  type EndpointHealth,
  type Finding,
  type FirstPass,
  type Health,
  type TriageDocument,
  triageDocument,
} from './document.ts';
export type { Rule, RuleDocs } from './rule.ts';
export { rulePage } from './rule-page.ts';

/** Every built-in rule, by id. */
export const rules: readonly Rule[] = registry;

/** The health of API and worker alone, for those who need no findings. */
export const health = (reader: CaseReader): Health => healthOf(tracksOf(reader));

/** First pass, findings and categories of a case: the same on every machine. */
export function triage(reader: CaseReader): TriageDocument {
  const situation = situationOf(reader);
  const { findings, not_evaluated } = runRules(rules, situation);
  const { categories, category } = classify(findings);
  return {
    format: 'inquest-triage',
    version: 1,
    case: stampOf(reader),
    first_pass: firstPassOf(reader, situation.probes),
    categories,
    category,
    not_evaluated,
    findings,
  };
}
