import { type Entity, entityOf } from '../../../base/entity.ts';
import { compareText, inOrder } from '../../../base/order.ts';
import { formatDuration, formatMicros, type Micros, millisOf } from '../../../base/time.ts';
import type { CauseKind, Severity } from '../../../base/vocabulary.ts';
import type { EvidenceNote } from '../../evidence-note.ts';
import type { Silence } from '../../heartbeats.ts';
import { causeOf, firstRefusal } from '../../refused-use.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';

type MessageId = 'refused' | 'not_sent' | 'lease' | 'revoked' | 'missed' | 'untold';

const utter = (silence: Silence): Micros | null =>
  silence.sweepAt ?? silence.recorded[0]?.ts ?? silence.lastAccepted?.ts ?? null;

const byFirst = inOrder<Silence>(
  (a, b) => (utter(a) ?? 0) - (utter(b) ?? 0),
  (a, b) => compareText(a.agentId, b.agentId),
);

/** How often agents are to send, as configured when the last heartbeat was accepted; null where it is not known. */
function intervalUs(situation: Situation, at: Micros): number | null {
  const found = situation.configuration.lookup('heartbeat', '', millisOf(at));
  const interval =
    found.state === 'present' && !found.unknown.includes('interval_ms') ? found.record.interval_ms : null;
  return typeof interval === 'number' && interval > 0 ? interval * 1000 : null;
}

/** How many heartbeats more than the requests' unreadable records are absent: only then is absence evidence. */
function absenceTells(situation: Situation, silence: Silence, until: Micros): boolean {
  const from = silence.lastAccepted?.ts ?? null;
  if (from === null) return false;
  const gaps = situation.reader
    .coverage('requests')
    .filter((span) => span.to >= from && span.from <= until)
    .reduce((sum, span) => sum + span.gaps, 0);
  const interval = intervalUs(situation, from);
  return interval === null ? gaps === 0 : Math.floor((until - from) / interval) > gaps;
}

/** A heartbeat that was recorded as missed, and no more, put nobody offline. */
const wasOffline = ({ sweepAt, recorded }: Silence): boolean =>
  sweepAt !== null || recorded.some(({ note }) => note === 'agent.offline');

function messageOf(situation: Situation, silence: Silence): MessageId {
  if (!wasOffline(silence)) return 'missed';
  if (silence.refused.count > 0) return 'refused';
  if (silence.revoked !== null) return 'revoked';
  const { lastAccepted, ended } = silence;
  const until = ended ?? situation.requestsUntil;
  if (lastAccepted === null || lastAccepted.ts === null || until === null || until <= lastAccepted.ts) return 'untold';
  const interval = intervalUs(situation, lastAccepted.ts);
  // Heartbeats that come as often as they should, and still too late for the lease: the lease is what is short.
  if (ended !== null && interval !== null && ended - lastAccepted.ts < 2 * interval) return 'lease';
  return absenceTells(situation, silence, until) ? 'not_sent' : 'untold';
}

function severityOf(silences: readonly Silence[], message: MessageId): Severity {
  if (message === 'revoked' || message === 'missed') return 'low';
  const back = silences.every(({ ended }) => ended !== null);
  if (message === 'untold') return silences.some(({ recorded }) => recorded.length > 0) ? 'medium' : 'low';
  return back ? 'medium' : 'high';
}

function limitsOf(situation: Situation, silences: readonly Silence[], message: MessageId): readonly string[] {
  const limits: string[] = [];
  const unrecorded = silences.filter(({ sweepAt, recorded }) => sweepAt !== null && recorded.length === 0).length;
  if (unrecorded > 0)
    limits.push(
      situation.isCaptured('audit')
        ? `The audit has no agent.offline for ${unrecorded} of these silences: they follow from the model of the lease alone.`
        : 'The audit is not captured: that the agent went offline follows from the model of the lease alone.',
    );
  if (message !== 'missed' && silences.some(({ sweepAt, lastAccepted }) => sweepAt === null && lastAccepted !== null))
    limits.push(
      'By the lease as configured the agent was not due to be offline, or the lease is not known; the audit says it was.',
    );
  if (message === 'untold')
    limits.push(
      'Whether heartbeats were sent can’t be told: the requests do not cover the silence, or hold no heartbeat of this agent before it.',
    );
  const declared = situation.reader.coverage('requests').every((span) => span.declared);
  if (message === 'not_sent' && !declared)
    limits.push('Rests on the requests being complete between their first and last record.');
  return limits;
}

interface Answers {
  readonly text: string;
  readonly causes: ReadonlyArray<{ readonly kind: CauseKind; readonly entity: Entity }>;
  readonly disagreements: readonly string[];
}

/** What the refused heartbeats were answered, and what the model gives as the reason. */
function answersOf(situation: Situation, silences: readonly Silence[]): Answers {
  const counts = new Map<string, number>();
  const causes = new Map<string, { readonly kind: CauseKind; readonly entity: Entity }>();
  const disagreements = new Set<string>();
  for (const { refused } of silences) {
    for (const { status, code, decision, count } of refused.answers.values()) {
      const answer = `${status}${code === null ? '' : ` ${code}`}`;
      counts.set(answer, (counts.get(answer) ?? 0) + count);
      if (decision === null) continue;
      const refusal = firstRefusal(decision);
      const cause = refusal === null ? null : causeOf(situation, refusal, refused.notes[0]?.ts ?? 0);
      if (cause !== null) causes.set(`${cause.kind} ${cause.entity}`, cause);
      if (decision.kind === 'handler')
        disagreements.add(
          `By the configuration that the archive gives, the heartbeats answered ${answer} would have been accepted.`,
        );
      if (refusal !== null && refusal.status !== status)
        disagreements.add(
          `The heartbeats answered ${answer} would by the configuration be answered ${refusal.status} ${refusal.code}.`,
        );
    }
  }
  const text = [...counts.keys()]
    .sort(compareText)
    .map((answer) => `${counts.get(answer)} × ${answer}`)
    .join(', ');
  return { text, causes: [...causes.values()], disagreements: [...disagreements] };
}

const adviceFor: Readonly<Record<MessageId, (agent: Entity) => string>> = {
  refused: (agent) => `Repair what refuses the heartbeats of ${agent}; it comes back with the first accepted one.`,
  not_sent: (agent) =>
    `Look at the host of ${agent}: process, network and clock. Take its incident bundle before restarting it.`,
  lease: () => 'Compare the heartbeat interval with time to live and grace; raise the lease, or send more often.',
  revoked: (agent) => `${agent} was revoked: take it out of service, or enroll it again if that was not meant.`,
  missed: (agent) => `Look at load and network of ${agent} if it goes on missing single heartbeats.`,
  untold: (agent) =>
    `Get the requests of the time in which ${agent} went offline: they tell whether heartbeats were sent.`,
};

function causesFor(message: MessageId, agent: Entity, answers: Answers): Draft['causes'] {
  switch (message) {
    case 'refused':
      return answers.causes;
    case 'not_sent':
      return [{ kind: 'agent_stopped', entity: agent }];
    case 'lease':
      return [{ kind: 'lease_too_short', entity: entityOf('config', 'heartbeat.ttl_ms') }];
    case 'revoked':
      return [{ kind: 'agent_revoked', entity: agent }];
    case 'missed':
    case 'untold':
      return [];
  }
}

function evidenceOf(silences: readonly Silence[]): readonly EvidenceNote[] {
  const notes = silences.flatMap(({ lastAccepted, recorded, revoked, refused }) => [
    ...(lastAccepted === null ? [] : [{ ...lastAccepted, note: 'last accepted heartbeat' }]),
    ...recorded,
    ...(revoked === null ? [] : [revoked]),
    ...refused.notes,
  ]);
  return [...new Map(notes.map((note) => [note.ref, note])).values()].sort(
    inOrder(
      (a, b) => (a.ts ?? 0) - (b.ts ?? 0),
      (a, b) => compareText(a.ref, b.ref),
    ),
  );
}

function draftOf(situation: Situation, message: MessageId, silences: readonly Silence[]): Draft<MessageId> {
  const [head] = silences;
  const agent = entityOf('agent', head?.agentId ?? '');
  const answers = answersOf(situation, silences);
  const heard = head?.lastAccepted?.ts ?? null;
  const first = head === undefined ? null : utter(head);
  const last = silences.at(-1);
  const back = last?.ended ?? null;
  const recorded = silences.flatMap((silence) => silence.recorded);
  const refused = silences.reduce((sum, silence) => sum + silence.refused.count, 0);
  const lastSign = Math.max(
    first ?? 0,
    ...recorded.map(({ ts }) => ts ?? 0),
    ...silences.flatMap(({ refused: { notes } }) => notes.at(-1)?.ts ?? []),
  );
  return {
    message,
    values: {
      agent,
      heard:
        heard === null ? 'No accepted heartbeat lies before it.' : `Last accepted heartbeat: ${formatMicros(heard)}.`,
      since: first === null ? 'at an unknown time' : formatMicros(first),
      refused,
      beats: refused === 1 ? 'heartbeat was' : 'heartbeats were',
      answers: answers.text,
      times: silences.length === 1 ? 'once' : `${silences.length} times`,
      lasted: heard === null || back === null ? '' : `The silence lasted ${formatDuration(back - heard)}.`,
      ending: back === null ? 'It did not come back within the evidence.' : `It is back since ${formatMicros(back)}.`,
    },
    severity: severityOf(silences, message),
    entities: [agent],
    first,
    last: lastSign === 0 ? null : lastSign,
    count: message === 'refused' ? refused : silences.length,
    evidence: evidenceOf(silences),
    limits: [...limitsOf(situation, silences, message), ...answers.disagreements],
    advice: [{ text: adviceFor[message](agent), source: 'runbook: Agent failures' }],
    causes: causesFor(message, agent, answers),
  };
}

export const missingHeartbeats = defineRule<MessageId>({
  id: 'agent/missing-heartbeats',
  category: 'agent',
  severity: 'high',
  needs: [],
  needsOneOf: ['audit', 'requests'],
  messages: {
    refused: {
      title: '{agent} went offline: its heartbeats are refused',
      summary:
        '{agent} was offline {times}, first at {since}, while it went on sending: {refused} {beats} not accepted ({answers}). {heard} {ending}',
    },
    not_sent: {
      title: '{agent} went offline: it sent no heartbeats',
      summary:
        '{agent} was offline {times}, first at {since}, and no heartbeat of it arrived, not even a refused one. {heard} {lasted} {ending}',
    },
    lease: {
      title: '{agent} went offline between accepted heartbeats',
      summary:
        '{agent} was offline {times}, first at {since}, although its heartbeats came in their interval and were accepted: the lease is shorter than the time between them. {heard} {ending}',
    },
    revoked: {
      title: '{agent} is silent since it was revoked',
      summary: '{agent} was offline {times}, first at {since}; it had been revoked, and sent nothing. {heard}',
    },
    missed: {
      title: '{agent} missed heartbeats and stayed online',
      summary: 'Missed heartbeats of {agent} were recorded {times}, first at {since}, and its lease held. {heard}',
    },
    untold: {
      title: '{agent} went offline',
      summary: '{agent} was offline {times}, first at {since}. {heard} {ending}',
    },
  },
  docs: {
    means:
      'The control plane counts an agent as offline when its lease runs out. That has three very different reasons: the agent sends nothing (stopped, cut off), it sends and is refused (a credential, a limit), or it sends and the lease is too short.',
    decided:
      'Every accepted heartbeat renews the lease by time to live plus grace; the first sweep after the deadline finds the agent offline (the analyzer’s model of the control plane, section 5). A silence is such a sweep, or an `agent.offline` or `agent.heartbeat_missed` of the audit, before the next accepted heartbeat. Refused heartbeats within it make it `refused`; none at all `not_sent`; accepted ones within twice the configured interval `lease`. It is `high` when the agent is not back at the end, `medium` when it is, `low` for an agent that had been revoked and sent nothing, and for a heartbeat that was only recorded as missed. Nothing follows from absence where the requests do not reach, or where unreadable records could be the missing heartbeats: then the finding only says that the agent was offline.',
    todo: 'Refused: repair what refuses them. Not sent: look at the agent’s host, and take its incident bundle before a restart. Lease: compare interval, time to live and grace.',
    notCaptured:
      'With neither `audit` nor `requests` the rule is not evaluated. With `audit` alone it tells that an agent went offline, not why. Without `state` the lease is not known, and only recorded `agent.offline` counts.',
    source: 'The runbook’s section on agent failures: missing heartbeats, and repeated refusals on heartbeat routes.',
  },
  find: (situation) => {
    const groups = new Map<string, { readonly message: MessageId; readonly silences: Silence[] }>();
    for (const silence of [...situation.silences].sort(byFirst)) {
      const message = messageOf(situation, silence);
      const key = `${message} ${silence.agentId}`;
      const own = groups.get(key);
      if (own === undefined) groups.set(key, { message, silences: [silence] });
      else own.silences.push(silence);
    }
    return [...groups.values()].map(({ message, silences }) => draftOf(situation, message, silences));
  },
});
