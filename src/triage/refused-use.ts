import { type Entity, entityOf, splitEntity } from '../base/entity.ts';
import { isObject } from '../base/json.ts';
import { compareText, inOrder } from '../base/order.ts';
import { formatMicros, type Micros, millisOf } from '../base/time.ts';
import type { Category, CauseKind, Severity } from '../base/vocabulary.ts';
import type { Decision, Refusal } from '../control-plane/index.ts';
import { type EvidenceNote, evidenceMax } from './evidence-note.ts';
import type { Situation } from './situation.ts';
import type { RefusalGroup } from './traffic.ts';

/** Refusals of one credential (or, where none was presented or told, of one caller) that have one reason. */
export interface RefusedUse {
  readonly entity: Entity;
  readonly credentialId: string | null;
  /** By first refusal. */
  readonly groups: readonly RefusalGroup[];
  readonly count: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly callers: readonly Entity[];
  /** `METHOD route`. */
  readonly routes: readonly string[];
  /** Requests of these callers on these routes that went through after the first refusal. */
  readonly passedSince: number;
  readonly stillFailing: boolean;
  /** When the last of the routes worked again; null while one still fails. */
  readonly ended: Micros | null;
  readonly severity: Severity;
  readonly category: Category;
}

/** Symptom thresholds of the contract's causes.md: refusals of one caller with one code; enrollments are counted apart. */
const refusedMin = 5;
const enrollmentMin = 3;

/** What the runbook calls agent failures: heartbeat, artifact, signing-key and deployment routes of an agent, and enrollment. */
const agentRoute = /\/agents\/[^/]+\/(?:heartbeat|artifacts?|signing-keys?|deployments?)(?:\/|$)/;

export const firstRefusal = (decision: Decision): Refusal | null =>
  decision.kind === 'refused' ? decision.first : null;

const callerOf = (group: RefusalGroup): Entity => {
  const { callerKind, callerId } = group.channel;
  if (callerKind === 'agent' && (callerId ?? group.agentId) !== null)
    return entityOf('agent', callerId ?? group.agentId ?? '');
  return entityOf('caller', callerId ?? callerKind ?? 'unknown');
};

const isEnrollment = (group: RefusalGroup): boolean => group.channel.callerKind === 'enrollment';

/** The most uncorrected refusals that one caller had with one code, as parts of the threshold. */
function isSymptom(groups: readonly RefusalGroup[]): boolean {
  const sums = new Map<string, { count: number; readonly min: number }>();
  for (const group of groups) {
    const key = `${callerOf(group)} ${group.status} ${group.code ?? ''}`;
    const sum = sums.get(key) ?? { count: 0, min: isEnrollment(group) ? enrollmentMin : refusedMin };
    sum.count += group.count - group.corrected;
    sums.set(key, sum);
  }
  return [...sums.values()].some(({ count, min }) => count >= min);
}

function severityOf(groups: readonly RefusalGroup[], stillFailing: boolean): Severity {
  if (!isSymptom(groups)) return 'low';
  return stillFailing ? 'high' : 'medium';
}

function categoryOf(groups: readonly RefusalGroup[]): Category {
  const agents = groups.some(
    (group) => isEnrollment(group) || (group.channel.callerKind === 'agent' && agentRoute.test(group.channel.route)),
  );
  return agents ? 'agent' : 'auth';
}

const sorted = <T extends string>(values: Iterable<T>): T[] => [...new Set(values)].sort(compareText);

function useOf(groups: readonly RefusalGroup[]): RefusedUse | null {
  const [head] = groups;
  if (head === undefined) return null;
  const channels = [...new Set(groups.map((group) => group.channel))];
  const failing = channels.some(({ lastPassed, lastRefused }) => lastPassed === null || lastPassed < lastRefused);
  const credentialId = credentialOf(head);
  return {
    entity: credentialId === null ? callerOf(head) : entityOf('credential', credentialId),
    credentialId,
    groups,
    count: groups.reduce((sum, group) => sum + group.count, 0),
    first: Math.min(...groups.map((group) => group.first)),
    last: Math.max(...groups.map((group) => group.last)),
    callers: sorted(groups.map(callerOf)),
    routes: sorted(channels.map(({ method, route }) => `${method} ${route}`)),
    passedSince: channels.reduce((sum, channel) => sum + channel.passedSince, 0),
    stillFailing: failing,
    ended: failing ? null : Math.max(...channels.map(({ lastPassed }) => lastPassed ?? 0)),
    severity: severityOf(groups, failing),
    category: categoryOf(groups),
  };
}

function credentialIn(entity: string | null): string | null {
  const { kind, id } = splitEntity(entity ?? '');
  return kind === 'credential' ? id : null;
}

/** The credential that was presented, else the one that the model finds at fault. */
const credentialOf = ({ channel, decision }: RefusalGroup): string | null =>
  channel.credentialId ?? credentialIn(firstRefusal(decision)?.entity ?? null);

/** The refusals that `fits`, put together by credential; where the record names none, by caller. By first refusal. */
export function refusedUses(situation: Situation, fits: (group: RefusalGroup) => boolean): readonly RefusedUse[] {
  const byOwner = new Map<string, RefusalGroup[]>();
  for (const group of situation.traffic.refusals) {
    if (!fits(group)) continue;
    const credential = credentialOf(group);
    const owner = credential === null ? callerOf(group) : entityOf('credential', credential);
    const own = byOwner.get(owner);
    if (own === undefined) byOwner.set(owner, [group]);
    else own.push(group);
  }
  return [...byOwner.values()]
    .flatMap((groups) => useOf(groups) ?? [])
    .sort(
      inOrder(
        (a, b) => a.first - b.first,
        (a, b) => compareText(a.entity, b.entity),
      ),
    );
}

/** The first refusals of a use, in order of time, at most `evidenceMax`. */
export const refusalNotes = (use: RefusedUse): readonly EvidenceNote[] =>
  use.groups
    .flatMap((group) => group.notes)
    .sort(
      inOrder(
        (a, b) => (a.ts ?? 0) - (b.ts ?? 0),
        (a, b) => compareText(a.ref, b.ref),
      ),
    )
    .slice(0, evidenceMax);

/** Who, the credential, and their callers: what the finding is about. */
export const entitiesOf = (use: RefusedUse): readonly Entity[] => [...new Set([use.entity, ...use.callers])];

const listed = (items: readonly string[], most = 3): string =>
  items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;

/** Values that every message about refused requests shares. */
export function sharedValues(use: RefusedUse): Readonly<Record<string, string | number>> {
  const since = use.count + use.passedSince;
  return {
    entity: use.entity,
    callers: listed(use.callers),
    routes: listed(use.routes),
    count: use.count,
    of: since,
    requests: since === 1 ? 'request' : 'requests',
    first: formatMicros(use.first),
    last: formatMicros(use.last),
    ending:
      use.ended === null
        ? `Still refused at the last try (${formatMicros(use.last)}).`
        : `Ended: they get through again since ${formatMicros(use.ended)} or before.`,
  };
}

/** What the finding can't tell: where the model does not say what was observed, and what was not followed. */
export function limitsOf(situation: Situation, use: RefusedUse, expected: string): readonly string[] {
  const limits: string[] = [];
  const { refusalsCut } = situation.traffic;
  if (refusalsCut > 0) limits.push(`${refusalsCut} refusals of still more callers or routes are counted nowhere.`);
  let passed = 0;
  let unmatched = 0;
  const missing = new Set<string>();
  const others = new Map<string, number>();
  for (const { decision, count } of use.groups) {
    if (decision.kind === 'handler') passed += count;
    else if (decision.kind === 'not_predicted') unmatched += count;
    else if (decision.kind === 'unknown')
      missing.add(`${decision.missing} (${decision.reason === 'redacted' ? 'redacted' : 'not captured'})`);
    else if (decision.first.detail !== expected)
      others.set(decision.first.detail, (others.get(decision.first.detail) ?? 0) + count);
  }
  if (passed > 0)
    limits.push(
      `By the configuration that the archive gives, ${passed} of the ${use.count} would not have been refused.`,
    );
  if (unmatched > 0)
    limits.push(
      `${unmatched} of the ${use.count} match no route of the archive's configuration: nothing is predicted of them.`,
    );
  if (missing.size > 0)
    limits.push(`Why they were refused can't be checked against the configuration: ${sorted(missing).join(', ')}.`);
  for (const detail of sorted(others.keys()))
    limits.push(
      `For ${others.get(detail)} of the ${use.count} the configuration gives another reason: ${detail.replaceAll('_', ' ')}.`,
    );
  return limits;
}

/** Other checks that the same requests would fail once the first is repaired. */
export function hiddenBehind(use: RefusedUse): readonly Refusal[] {
  const hidden = new Map<string, Refusal>();
  for (const { decision } of use.groups) {
    if (decision.kind !== 'refused') continue;
    for (const refusal of decision.failing.slice(1))
      hidden.set(`${refusal.detail} ${refusal.entity} ${refusal.lacking}`, refusal);
  }
  return [...hidden.keys()].sort(compareText).flatMap((key) => hidden.get(key) ?? []);
}

/** The hypothesis that a refusal suggests; null where no cause of the vocabulary has that reason. */
export function causeOf(
  situation: Situation,
  refusal: Refusal,
  at: Micros,
): { readonly kind: CauseKind; readonly entity: Entity } | null {
  const { entity } = refusal;
  if (entity === null) return null;
  const token = isToken(situation, entity, at);
  const kind = causeKindOf(refusal.detail, token);
  return kind === null ? null : { kind, entity: entity as Entity };
}

function isToken(situation: Situation, entity: string, at: Micros): boolean {
  const credential = credentialIn(entity);
  if (credential === null) return false;
  const found = situation.configuration.lookup('credentials', credential, millisOf(at));
  return found.state === 'present' && isObject(found.record) && found.record.kind === 'enrollment';
}

function causeKindOf(detail: Refusal['detail'], token: boolean): CauseKind | null {
  switch (detail) {
    case 'credential_expired':
      return token ? 'enrollment_token_expired' : 'credential_expired';
    case 'credential_revoked':
      return token ? 'enrollment_token_revoked' : 'credential_revoked';
    case 'token_exhausted':
      return 'enrollment_token_exhausted';
    case 'credential_unknown':
      return 'credential_unknown';
    case 'scope_missing':
      return 'credential_scope_missing';
    case 'wrong_agent':
    case 'wrong_environment':
      return 'credential_wrong_environment';
    case 'agent_revoked':
      return 'agent_revoked';
    case 'membership_missing':
      return 'membership_missing';
    case 'role_insufficient':
      return 'role_insufficient';
    default:
      return null;
  }
}
