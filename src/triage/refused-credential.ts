import { type Entity, entityOf } from '../base/entity.ts';
import { compareText } from '../base/order.ts';
import { formatMicros, type Micros, millisOf, parseMicros } from '../base/time.ts';
import type { Severity } from '../base/vocabulary.ts';
import type { RefusalDetail } from '../control-plane/index.ts';
import type { EvidenceNote } from './evidence-note.ts';
import {
  causeOf,
  entitiesOf,
  firstRefusal,
  hiddenBehind,
  limitsOf,
  type RefusedUse,
  refusalNotes,
  refusedUses,
  sharedValues,
} from './refused-use.ts';
import type { Draft } from './rule.ts';
import type { Situation } from './situation.ts';
import type { RefusalGroup } from './traffic.ts';
import type { KnownChange } from './what-changed.ts';

/** What the rules on ended credentials share: one looks at expiry, one at revocation. */
export interface EndOfCredential {
  readonly detail: Extract<RefusalDetail, 'credential_expired' | 'credential_revoked'>;
  /** The field of the record that holds when it ended. */
  readonly field: 'expires_at' | 'revoked_at';
  readonly verb: string;
  readonly recorded: (situation: Situation, credentialId: string, until: Micros) => KnownChange | null;
  readonly advice: (use: RefusedUse) => string;
}

export type EndMessage = 'used' | 'unused';

/** A 401 that the model explains by this end of the credential. */
const fits =
  (end: EndOfCredential) =>
  ({ status, decision }: RefusalGroup): boolean =>
    status === 401 && firstRefusal(decision)?.detail === end.detail;

const endedAt = (situation: Situation, end: EndOfCredential, credentialId: string, at: Micros): Micros | null => {
  const found = situation.configuration.lookup('credentials', credentialId, millisOf(at));
  return found.state === 'present' ? parseMicros(found.record[end.field]) : null;
};

const stateNote = (situation: Situation, credentialId: string): readonly EvidenceNote[] =>
  situation.reader
    .state('credentials')
    .filter(({ key }) => key === credentialId)
    .slice(0, 1)
    .map(({ ref }) => ({ ref, ts: null, kind: 'state', note: 'the credential at the capture' }));

function used(situation: Situation, end: EndOfCredential, use: RefusedUse): Draft<EndMessage> {
  const id = use.credentialId;
  const at = id === null ? null : endedAt(situation, end, id, use.first);
  const change = id === null ? null : end.recorded(situation, id, use.first);
  const hidden = hiddenBehind(use);
  const refusals = use.groups.flatMap(({ decision, first }) =>
    decision.kind === 'refused' ? decision.failing.map((refusal) => ({ refusal, first })) : [],
  );
  const causes = new Map(
    refusals.flatMap(({ refusal, first }) => {
      const cause = causeOf(situation, refusal, first);
      return cause === null ? [] : [[`${cause.kind} ${cause.entity}`, cause] as const];
    }),
  );
  return {
    message: 'used',
    values: {
      ...sharedValues(use),
      verb: end.verb,
      at: at === null ? 'at a time that is not known' : `at ${formatMicros(at)}`,
      changed: change === null ? '' : change.text,
      hidden:
        hidden.length === 0
          ? ''
          : `Behind it the next check would fail: ${hidden.map(({ detail, lacking }) => `${detail.replaceAll('_', ' ')}${lacking === undefined ? '' : ` (${lacking})`}`).join(', ')}.`,
    },
    severity: use.severity,
    category: use.category,
    entities: entitiesOf(use),
    first: use.first,
    last: use.last,
    count: use.count,
    evidence: [
      ...(change === null ? [] : [change.note]),
      ...(id === null ? [] : stateNote(situation, id)),
      ...refusalNotes(use),
    ],
    limits: limitsOf(situation, use, end.detail),
    advice: [
      {
        text: end.advice(use),
        source: use.category === 'agent' ? 'runbook: Agent failures' : 'runbook: Auth failures',
      },
    ],
    causes: [...causes.values()],
  };
}

/** Sessions and enrollment tokens end by design; keys of agents and of automation are meant to be replaced before. */
const quietSeverity = (kind: unknown): Severity => (kind === 'agent_runtime' || kind === 'api_key' ? 'low' : 'info');

function unused(
  situation: Situation,
  end: EndOfCredential,
  refused: ReadonlySet<string>,
): readonly Draft<EndMessage>[] {
  const span = situation.reader.span();
  if (span === null) return [];
  return situation.reader
    .state('credentials')
    .flatMap(({ key, body, ref }): readonly Draft<EndMessage>[] => {
      const at = endedAt(situation, end, key, span.to);
      if (at === null || at < span.from || at > span.to || refused.has(key)) return [];
      const change = end.recorded(situation, key, span.to);
      const entity: Entity = entityOf('credential', key);
      return [
        {
          message: 'unused',
          values: { entity, verb: end.verb, at: formatMicros(at), changed: change === null ? '' : change.text },
          severity: quietSeverity(body.kind),
          entities: [entity],
          first: at,
          last: at,
          count: 1,
          evidence: [
            ...(change === null ? [] : [change.note]),
            { ref, ts: null, kind: 'state', note: 'the credential at the capture' },
          ],
          limits: [],
          advice: [],
          causes: [],
        },
      ];
    })
    .sort((a, b) => (a.first ?? 0) - (b.first ?? 0) || compareText(a.entities.join(), b.entities.join()));
}

/** Credentials that were used after their end, then those that ended within the evidence and were not missed. */
export function endedCredentials(situation: Situation, end: EndOfCredential): readonly Draft<EndMessage>[] {
  const uses = refusedUses(situation, fits(end));
  const refused = new Set(uses.flatMap(({ credentialId }) => credentialId ?? []));
  return [...uses.map((use) => used(situation, end, use)), ...unused(situation, end, refused)];
}
