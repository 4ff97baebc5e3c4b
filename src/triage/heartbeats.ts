import { isObject } from '../base/json.ts';
import { type Micros, millisOf } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { type Configuration, type Decision, firstSweepAfter, leaseAt } from '../control-plane/index.ts';
import type { AuditRow, RequestRow } from '../evidence/index.ts';
import { type EvidenceNote, evidenceMax } from './evidence-note.ts';

/** Heartbeats of one silence that were sent and did not get through, by answer. */
export interface RefusedBeats {
  count: number;
  readonly notes: EvidenceNote[];
  /** Status and code as observed, with the model's reason for the first of each. */
  readonly answers: Map<
    string,
    { readonly status: number; readonly code: string | null; readonly decision: Decision | null; count: number }
  >;
}

/** A span in which an agent's lease ran out. */
export interface Silence {
  readonly agentId: string;
  /** The last heartbeat that was accepted before it; null where the evidence holds none. */
  readonly lastAccepted: EvidenceNote | null;
  /** When the model's sweep finds the lease expired; null where the lease is not known. */
  readonly sweepAt: Micros | null;
  /** `agent.offline` and `agent.heartbeat_missed` of the audit. */
  readonly recorded: readonly EvidenceNote[];
  readonly refused: RefusedBeats;
  /** The next accepted heartbeat; null where the evidence ends without one. */
  readonly ended: Micros | null;
  /** When the agent was revoked, if it was before this silence could end. */
  readonly revoked: EvidenceNote | null;
}

export interface HeartbeatWatch {
  readonly see: (row: RequestRow, ts: Micros, status: number, decision: Decision | null) => void;
  /** By first sign, then agent. `until`: absence proves nothing after it. */
  readonly end: (until: Micros | null) => readonly Silence[];
}

interface Agent {
  accepted: EvidenceNote | null;
  /** First sweep after the deadline that the last accepted heartbeat set. */
  sweepAt: Micros | null;
  refused: RefusedBeats;
  /** Index of the first recorded sign that no silence has taken. */
  taken: number;
}

const agentsMax = 100_000;
const heartbeatPath = /^\/(?:api\/)?v\d+\/agents\/([^/?]+)\/heartbeat\/?(?:\?.*)?$/;

const isBeat = (row: RequestRow): boolean => row.method === 'POST' && heartbeatPath.test(row.route ?? row.path ?? '');

function agentOf(row: RequestRow): string | null {
  if (row.agent_id !== null) return row.agent_id;
  if (row.caller_kind === 'agent' && row.caller_id !== null) return row.caller_id;
  return heartbeatPath.exec(row.path ?? '')?.[1] ?? null;
}

const noBeats = (): RefusedBeats => ({ count: 0, notes: [], answers: new Map() });

/** Signs of the audit about agents: enrolled (counts as a heartbeat), offline, missed, revoked. */
interface AuditSigns {
  readonly offline: EvidenceNote[];
  readonly enrolled: EvidenceNote[];
  revoked: EvidenceNote | null;
}

function auditSigns(reader: CaseReader): ReadonlyMap<string, AuditSigns> {
  const signs = new Map<string, AuditSigns>();
  const action = ['agent.offline', 'agent.heartbeat_missed', 'agent.enrolled', 'agent.revoked'];
  for (const row of reader.rows('audit', { equals: { action } })) {
    const id = row.resource_id ?? idInDetails(row);
    if (row.ts === null || id === null || row.outcome === 'failure' || row.outcome === 'denied') continue;
    let own = signs.get(id);
    if (own === undefined) {
      if (signs.size >= agentsMax) continue;
      own = { offline: [], enrolled: [], revoked: null };
      signs.set(id, own);
    }
    const note: EvidenceNote = { ref: row.ref, ts: row.ts, kind: 'audit', note: row.action ?? '' };
    if (row.action === 'agent.enrolled') own.enrolled.push(note);
    else if (row.action === 'agent.revoked') own.revoked ??= note;
    else own.offline.push(note);
  }
  return signs;
}

function idInDetails(row: AuditRow): string | null {
  const id = isObject(row.details) ? row.details.agent_id : undefined;
  return typeof id === 'string' ? id : null;
}

/**
 * Follows the lease of every agent through the requests (the analyzer's model, section 5) and holds it against what the
 * audit recorded. A silence is a sweep past the deadline, or a recorded `agent.offline`, before the next accepted heartbeat.
 */
export function watchHeartbeats(reader: CaseReader, configuration: Configuration): HeartbeatWatch {
  const signs = auditSigns(reader);
  const agents = new Map<string, Agent>();
  const silences: Silence[] = [];

  const agentFor = (id: string): Agent | null => {
    const known = agents.get(id);
    if (known !== undefined) return known;
    if (agents.size >= agentsMax) return null;
    const fresh: Agent = { accepted: null, sweepAt: null, refused: noBeats(), taken: 0 };
    agents.set(id, fresh);
    return fresh;
  };

  /** The silence that ended at `ended` (or did not end before `until`), if there was one. */
  const settle = (id: string, agent: Agent, ended: Micros | null, until: Micros): void => {
    const own = signs.get(id);
    const recorded: EvidenceNote[] = [];
    for (
      let sign = own?.offline[agent.taken];
      sign !== undefined && (ended === null || (sign.ts ?? 0) <= ended);
      sign = own?.offline[agent.taken]
    ) {
      recorded.push(sign);
      agent.taken += 1;
    }
    const swept = agent.sweepAt !== null && agent.sweepAt <= until;
    if (!swept && recorded.length === 0) return;
    const revoked = own?.revoked ?? null;
    silences.push({
      agentId: id,
      lastAccepted: agent.accepted,
      sweepAt: swept ? agent.sweepAt : null,
      recorded,
      refused: agent.refused,
      ended,
      revoked: revoked !== null && (revoked.ts ?? 0) <= (ended ?? until) ? revoked : null,
    });
  };

  const accept = (id: string, agent: Agent, note: EvidenceNote, ts: Micros): void => {
    settle(id, agent, ts, ts);
    agent.accepted = note;
    agent.refused = noBeats();
    const at = millisOf(ts);
    const lease = leaseAt(configuration, at);
    agent.sweepAt =
      lease.state === 'unknown' ? null : firstSweepAfter(at + lease.ttlMs + lease.graceMs, lease.sweepMs) * 1000;
  };

  /** An enrollment in the audit that lies before this heartbeat opened the lease first. */
  const enrolledBefore = (id: string, agent: Agent, ts: Micros): void => {
    const enrolled = signs.get(id)?.enrolled.findLast((note) => (note.ts ?? ts) <= ts);
    if (enrolled === undefined || enrolled.ts === null) return;
    if (agent.accepted === null || enrolled.ts > (agent.accepted.ts ?? ts)) accept(id, agent, enrolled, enrolled.ts);
  };

  return {
    see: (row, ts, status, decision) => {
      if (!isBeat(row)) return;
      const id = agentOf(row);
      const agent = id === null ? null : agentFor(id);
      if (id === null || agent === null) return;
      enrolledBefore(id, agent, ts);
      if (status < 400) {
        accept(id, agent, { ref: row.ref, ts, kind: 'request', note: 'accepted heartbeat' }, ts);
        return;
      }
      const { refused } = agent;
      refused.count += 1;
      const code = row.error_code;
      if (refused.notes.length < evidenceMax)
        refused.notes.push({ ref: row.ref, ts, kind: 'request', note: `heartbeat: ${status} ${code ?? ''}`.trim() });
      const key = `${status} ${code ?? ''}`;
      const answer = refused.answers.get(key);
      if (answer !== undefined) answer.count += 1;
      else if (refused.answers.size < evidenceMax) refused.answers.set(key, { status, code, decision, count: 1 });
    },
    end: (until) => {
      const last = until ?? Number.NEGATIVE_INFINITY;
      for (const id of signs.keys()) agentFor(id);
      for (const [id, agent] of agents) {
        enrolledBefore(id, agent, last);
        settle(id, agent, null, last);
      }
      return silences;
    },
  };
}
