/** Holds a diagnosis against what was injected, by the contract alone. */
import type { DiagnosisDocument } from '../../src/diagnosis/index.ts';
import type { Evidence } from './evidence.ts';
import type { Truth } from './truth.ts';
import type { Plan } from './world.ts';

export interface Findings {
  /** What must never be. */
  readonly violations: readonly string[];
  /** Where a proof was possible and none was given. */
  readonly timid: readonly string[];
}

const categoryOf: Readonly<Record<string, string>> = {
  credential_scope_missing: 'auth',
  credential_expired: 'auth',
  credential_revoked: 'auth',
  agent_stopped: 'agent',
  agent_revoked: 'agent',
  lease_too_short: 'agent',
};

const named = (one: { readonly kind: string; readonly entity: string }): string => `${one.kind}@${one.entity}`;

export function check(
  plan: Plan,
  evidence: Evidence,
  truth: Truth,
  document: DiagnosisDocument,
  severities: readonly string[],
): Findings {
  const violations: string[] = [];
  const timid: string[] = [];
  const faults = plan.faults.filter((fault) => fault.kind !== 'noise');
  const causal = new Set(faults.filter((fault) => truth.causal.has(fault.id)).map(named));
  const necessary = faults.filter((fault) => truth.necessary.has(fault.id)).map(named);

  for (const cause of document.causes) {
    if (!causal.has(named(cause))) violations.push(`false ${cause.verdict}: ${named(cause)}`);
  }
  for (const refuted of document.refuted) {
    if (causal.has(named(refuted))) violations.push(`true cause refuted: ${named(refuted)}`);
  }
  if (evidence.dark === 'no_state' || evidence.dark === 'no_requests') {
    for (const cause of document.causes) violations.push(`${cause.verdict} in the dark: ${named(cause)}`);
  }
  for (const open of document.inconclusive) {
    if (open.reasons.length === 0) violations.push(`inconclusive without a reason: ${named(open)}`);
    if (open.reasons.includes('not_captured') && open.missing.length === 0)
      violations.push(`nothing named as missing: ${named(open)}`);
  }

  if (truth.symptoms.length === 0 && evidence.dark === null) {
    if (document.causes.length + document.inconclusive.length > 0)
      violations.push(`a cause where nothing was hurt: ${[...document.causes, ...document.inconclusive].map(named)}`);
    if (document.symptoms.length === 0 && document.category !== 'none')
      violations.push(`category ${document.category} where nothing was hurt`);
    const loud = severities.filter((severity) => severity !== 'low' && severity !== 'info');
    if (document.symptoms.length === 0 && loud.length > 0)
      violations.push(`triage is loud where nothing was hurt: ${loud}`);
  }
  if (evidence.dark === null) {
    const confirmed = new Set(document.causes.filter((one) => one.verdict === 'confirmed').map(named));
    const told = new Set([...document.causes].map(named));
    for (const one of necessary) if (!confirmed.has(one)) timid.push(`not confirmed: ${one}`);
    for (const one of causal) if (!told.has(one) && !necessary.includes(one)) timid.push(`not named: ${one}`);
    const [first] = document.causes;
    if (first !== undefined && document.category !== categoryOf[first.kind])
      violations.push(`category ${document.category} of ${named(first)}`);
  } else if (evidence.dark === 'no_audit' && truth.symptoms.length > 0 && document.symptoms.length === 0) {
    violations.push('nothing told without an audit, though the requests tell it');
  } else if (
    document.causes.length === 0 &&
    document.inconclusive.length === 0 &&
    document.symptoms.some((one) => one.kind === 'requests_refused' || one.kind === 'agent_offline')
  ) {
    violations.push('a symptom without a word on its cause');
  }
  return { violations, timid };
}
