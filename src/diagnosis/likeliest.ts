import { formatMillis, millisOf } from '../base/time.ts';
import { type CauseKind, causeCategory, type ReasonCode } from '../base/vocabulary.ts';
import type { RefusalDetail } from '../control-plane/index.ts';
import { type Answer, ownRefusals, readingsOf } from '../replay/index.ts';
import type { InconclusiveEntry } from './document.ts';
import type { NumberedSymptom } from './symptoms/index.ts';

/** The cause that each failing check speaks of; null where the request itself is at fault. */
const kindOfDetail: Readonly<Record<RefusalDetail, CauseKind | null>> = {
  payload_too_large: null,
  rate_limited: 'limit_cut',
  credential_absent: 'credential_unknown',
  credential_unknown: 'credential_unknown',
  credential_not_issued: 'credential_unknown',
  credential_revoked: 'credential_revoked',
  credential_expired: 'credential_expired',
  token_exhausted: 'enrollment_token_exhausted',
  agent_revoked: 'agent_revoked',
  kind_not_allowed: 'credential_scope_missing',
  wrong_agent: 'credential_wrong_environment',
  wrong_environment: 'credential_wrong_environment',
  scope_missing: 'credential_scope_missing',
  membership_missing: 'membership_missing',
  role_insufficient: 'role_insufficient',
};

/** The cause that a code alone suggests. */
const kindOfCode: Readonly<Record<string, CauseKind>> = {
  unauthorized: 'credential_expired',
  forbidden_scope: 'credential_scope_missing',
  forbidden_environment: 'credential_wrong_environment',
  forbidden_role: 'membership_missing',
};

/**
 * An entry for a symptom that no tested cause explains: the likeliest kind and entity all the same, and what it lacks
 * (formats.md 6).
 */
export function likeliest(symptom: NumberedSymptom, answer: Answer): InconclusiveEntry {
  const { baseline, question } = answer;
  const { cone, factual, factualShown, grade } = baseline;
  const { kind, entity } = suspect(symptom, answer);
  const readings = factualShown.holds === false ? [] : readingsOf(factual, question.predicate);
  const reasons = new Set<ReasonCode>(readings.map((reading) => reading.reason));
  const missing = new Set(readings.map((reading) => reading.missing));
  if (factualShown.holds === null && readings.length === 0) {
    reasons.add('not_captured');
    missing.add('requests');
  }
  const beyond = factualShown.holds === false && millisOf(symptom.first) > cone.until;
  if (beyond) {
    // Past the last request nothing can be predicted: what was not kept would decide.
    reasons.add('not_captured');
    missing.add(`requests@${formatMillis(cone.until)}/${formatMillis(millisOf(symptom.first))}`);
  } else if (factualShown.holds === false) reasons.add('not_reproduced');
  if (factualShown.holds === true && readings.length === 0) {
    reasons.add(grade === 'F1' ? 'low_fidelity' : 'not_modelled');
  }
  const text =
    factualShown.holds === true
      ? `the replay shows the symptom (${factualShown.count})`
      : missing.size > 0
        ? `what would decide is not in the archive: ${[...missing].sort().join(', ')}`
        : 'the replay does not show the symptom';
  return {
    rank: 0,
    kind,
    entity,
    category: causeCategory[kind],
    verdict: 'inconclusive',
    strength: null,
    grade,
    symptoms: [symptom.id],
    chain: symptom.refs.slice(0, 1).map((ref) => ({ ref, text: symptom.text })),
    repair: { interventions: [], text: 'none tried' },
    tests: { T0: { holds: factualShown.holds, digest: factual.digest, text } },
    assumptions: [],
    certificate: null,
    reasons: [...reasons].sort(),
    missing: [...missing].sort(),
  };
}

function suspect(symptom: NumberedSymptom, answer: Answer): { readonly kind: CauseKind; readonly entity: string } {
  const { predicate } = answer.question;
  for (const { failing } of ownRefusals(answer.baseline.factual, predicate)) {
    const [first] = failing;
    const kind = first === undefined ? null : kindOfDetail[first.detail];
    if (first !== undefined && kind !== null) return { kind, entity: first.entity };
  }
  if (predicate.kind === 'agent_offline' && (answer.baseline.factual.limited.get(predicate.agentId) ?? 0) > 0) {
    return { kind: 'limit_cut', entity: 'config:rate_limits.agent' };
  }
  if (predicate.kind === 'agent_offline') return { kind: 'agent_stopped', entity: `agent:${predicate.agentId}` };
  const kind = kindOfCode[symptom.code ?? ''] ?? 'credential_unknown';
  const credential = symptom.entities.find((entity) => entity.startsWith('credential:'));
  return { kind, entity: credential ?? symptom.entities[0] ?? `caller:${predicate.caller}` };
}
