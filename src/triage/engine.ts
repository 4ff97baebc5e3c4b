import { compareText, inOrder } from '../base/order.ts';
import { formatMicros } from '../base/time.ts';
import { type EvidenceKind, severities } from '../base/vocabulary.ts';
import type { Finding, TriageDocument } from './document.ts';
import { evidenceMax } from './evidence-note.ts';
import type { Draft, Rule } from './rule.ts';
import type { Situation } from './situation.ts';

/** Findings that one rule may give; a rule that finds more tells so in the last one's limits. */
const findingsMax = 200;

const placeholder = /\{([a-z_]+)\}/g;

/** Fills a message's places. A place without a value is a defect of its rule. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  const text = template.replace(placeholder, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new TypeError(`message "${template}" has no value for {${name}}`);
    return String(value);
  });
  return text.replace(/ {2,}/g, ' ').trim();
}

const byTime = (a: number | null, b: number | null): number => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a - b);

interface Found {
  readonly rule: Rule;
  readonly draft: Draft;
}

const foundOrder = inOrder<Found>(
  (a, b) => severities.indexOf(a.draft.severity) - severities.indexOf(b.draft.severity),
  (a, b) => byTime(a.draft.first, b.draft.first),
  (a, b) => compareText(a.rule.id, b.rule.id),
  (a, b) => compareText(a.draft.entities.join('\n'), b.draft.entities.join('\n')),
  (a, b) => compareText(a.draft.message, b.draft.message),
);

/** What the rule can't do without and the evidence does not have. */
function missingFor(rule: Rule, situation: Situation): readonly string[] {
  const isMissing = (kind: EvidenceKind): boolean => !situation.isCaptured(kind);
  const anyOf = rule.needsOneOf ?? [];
  return [...rule.needs.filter(isMissing), ...(anyOf.every(isMissing) ? anyOf : [])];
}

function draftsOf(rule: Rule, situation: Situation): readonly Draft[] {
  const all = rule.find(situation);
  if (all.length <= findingsMax) return all;
  const kept = all.slice(0, findingsMax);
  const last = kept[findingsMax - 1];
  const more = `${all.length - findingsMax} more findings of this rule are not listed.`;
  return last === undefined ? kept : [...kept.slice(0, -1), { ...last, limits: [...last.limits, more] }];
}

function finish({ rule, draft }: Found, place: number): Finding {
  const message = rule.messages[draft.message];
  if (message === undefined) throw new TypeError(`rule ${rule.id} has no message "${draft.message}"`);
  const { severity, values, entities, first, last, count } = draft;
  return {
    id: `f${place + 1}`,
    rule: rule.id,
    category: draft.category ?? rule.category,
    severity,
    title: fill(message.title, values),
    summary: fill(message.summary, values),
    entities: [...entities],
    first_ts: first === null ? null : formatMicros(first),
    last_ts: last === null ? null : formatMicros(last),
    count,
    evidence: draft.evidence
      .slice(0, evidenceMax)
      .map(({ ref, ts, kind, note }) => ({ ref, ts: ts === null ? null : formatMicros(ts), kind, note })),
    limits: [...draft.limits],
    advice: draft.advice.map(({ text, source }) => ({ text, source })),
    causes: draft.causes.map(({ kind, entity }) => ({ kind, entity })),
  };
}

/** Runs every rule whose evidence is there. Findings are numbered by severity, then time, then rule and entities. */
export function runRules(
  rules: readonly Rule[],
  situation: Situation,
): Pick<TriageDocument, 'findings' | 'not_evaluated'> {
  const found: Found[] = [];
  const notEvaluated: TriageDocument['not_evaluated'] = [];
  for (const rule of rules) {
    const missing = missingFor(rule, situation);
    if (missing.length > 0) notEvaluated.push({ rule: rule.id, missing: [...missing] });
    else found.push(...draftsOf(rule, situation).map((draft) => ({ rule, draft })));
  }
  return { findings: found.sort(foundOrder).map(finish), not_evaluated: notEvaluated };
}
