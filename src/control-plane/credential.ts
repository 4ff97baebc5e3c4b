import { countBefore } from '../base/bisect.ts';
import { entityOf } from '../base/entity.ts';
import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Millis } from '../base/time.ts';
import type { Configuration, Lookup, UnknownReason } from './configuration-types.ts';
import { readInteger, readText, readTime } from './field.ts';
import { type Finding, fieldNotKnown, notKnown, refused } from './finding.ts';

type Present = Extract<Lookup, { readonly state: 'present' }>;

/** The credential that a request presents, as far as the archive tells. */
export type Presented =
  | { readonly state: 'id'; readonly id: string; readonly reads: readonly string[] }
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly reason: UnknownReason; readonly reads: readonly string[] };

/** The record of the credential where there is one, and what check 3 says. */
export interface CredentialCheck {
  readonly id: string | null;
  readonly found: Present | null;
  readonly findings: readonly Finding[];
}

/**
 * The id that the record names; where it names none, an anonymous caller presents none, and an agent the one that the
 * state gives it.
 */
export function presentedCredential(configuration: Configuration, request: RequestFacts): Presented {
  const { credentialId } = request;
  if (isRedacted(credentialId)) return { state: 'unknown', reason: 'redacted', reads: [request.ref] };
  if (credentialId !== null) return { state: 'id', id: credentialId, reads: [] };
  if (request.callerKind === 'anonymous') return { state: 'none' };
  const agentId = request.callerKind === 'agent' ? (request.callerId ?? request.agentId) : null;
  if (agentId !== null) {
    const agent = configuration.lookup('agents', agentId, request.at);
    const id = readText(agent, 'credential_id');
    if (id.known && id.value !== undefined) return { state: 'id', id: id.value, reads: agent.reads };
    if (!id.known && id.reason === 'redacted') return { state: 'unknown', reason: 'redacted', reads: agent.reads };
  }
  return { state: 'unknown', reason: 'not_captured', reads: [request.ref] };
}

function lifetime(id: string, found: Present, at: Millis): Finding[] {
  const entity = entityOf('credential', id);
  const findings: Finding[] = [];
  const issued = readTime(found, 'issued_at');
  if (!issued.known) findings.push(fieldNotKnown('credential', 'credentials', issued, found));
  else if (issued.value !== undefined && issued.value > at)
    findings.push(refused('credential', 'credential_not_issued', entity, found.reads));
  for (const [field, detail] of [
    ['revoked_at', 'credential_revoked'],
    ['expires_at', 'credential_expired'],
  ] as const) {
    const until = readTime(found, field);
    if (!until.known) findings.push(fieldNotKnown('credential', 'credentials', until, found));
    else if (until.value !== undefined && until.value <= at)
      findings.push(refused('credential', detail, entity, found.reads));
  }
  return findings;
}

/** Uses left of an enrollment token; `max_uses` absent: 1 (the analyzer's model, section 1). */
function usesLeft(configuration: Configuration, id: string, found: Present, at: Millis): Finding[] {
  const kind = readText(found, 'kind');
  if (!kind.known) return [fieldNotKnown('credential', 'credentials', kind, found)];
  if (kind.value !== 'enrollment') return [];
  const most = readInteger(found, 'max_uses');
  if (!most.known) return [fieldNotKnown('credential', 'credentials', most, found)];
  const uses = configuration.uses(id, at);
  if (!uses.known) return [notKnown('credential', 'state.credentials', uses.reason, uses.reads)];
  if (uses.uses < (most.value ?? 1)) return [];
  return [refused('credential', 'token_exhausted', entityOf('credential', id), uses.reads)];
}

function agentRevoked(configuration: Configuration, found: Present, at: Millis): Finding[] {
  const agentId = readText(found, 'agent_id');
  if (!agentId.known) return [fieldNotKnown('credential', 'credentials', agentId, found)];
  if (agentId.value === undefined) return [];
  const agent = configuration.lookup('agents', agentId.value, at);
  if (agent.state === 'unknown') return [notKnown('credential', agent.missing, 'not_captured', agent.reads)];
  const revoked = readTime(agent, 'revoked_at');
  if (!revoked.known) return [fieldNotKnown('credential', 'agents', revoked, agent)];
  if (revoked.value === undefined || revoked.value > at) return [];
  return [refused('credential', 'agent_revoked', entityOf('agent', agentId.value), agent.reads)];
}

/** Whether a sorted list holds it. */
function isAmong(sorted: readonly string[], wanted: string): boolean {
  return sorted[countBefore(sorted.length, (place) => (sorted[place] as string) < wanted)] === wanted;
}

/** Of an id that has no record at t: not yet issued, gone, or never known. */
function absence(configuration: Configuration, id: string, reads: readonly string[]): Finding {
  const entity = entityOf('credential', id);
  if (!isAmong(configuration.keys('credentials'), id))
    return refused('credential', 'credential_unknown', entity, reads);
  const atLast = configuration.lookup('credentials', id, Number.POSITIVE_INFINITY);
  const detail = atLast.state === 'absent' ? 'credential_revoked' : 'credential_not_issued';
  return refused('credential', detail, entity, reads);
}

/** Check 3 of the analyzer's model, section 2: all that is wrong with the credential, in the order of the table. */
export function checkCredential(configuration: Configuration, request: RequestFacts): CredentialCheck {
  const presented = presentedCredential(configuration, request);
  if (presented.state === 'none')
    return { id: null, found: null, findings: [refused('credential', 'credential_absent', null, [request.ref])] };
  if (presented.state === 'unknown') {
    const finding = notKnown('credential', 'requests.credential_id', presented.reason, presented.reads);
    return { id: null, found: null, findings: [finding] };
  }
  const { id } = presented;
  const found = configuration.lookup('credentials', id, request.at);
  if (found.state === 'unknown')
    return { id, found: null, findings: [notKnown('credential', found.missing, 'not_captured', found.reads)] };
  if (found.state === 'absent') return { id, found: null, findings: [absence(configuration, id, found.reads)] };
  const { at } = request;
  const findings = [
    ...lifetime(id, found, at),
    ...usesLeft(configuration, id, found, at),
    ...agentRevoked(configuration, found, at),
  ];
  return { id, found, findings };
}
