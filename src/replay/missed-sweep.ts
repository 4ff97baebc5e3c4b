import { compareText } from '../base/order.ts';
import { type Millis, millisOf } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { firstSweepAfter, leaseAt, leaseDeadline } from '../control-plane/index.ts';
import { requestFacts } from '../timeline/index.ts';
import { absenceOf, graceMs } from './absence.ts';
import { agentOf, configurationOf } from './cone.ts';

/** A sweep that found an agent's lease run out, where no audit tells of it. */
export interface MissedSweep {
  readonly agentId: string;
  readonly at: Millis;
  /** The last accepted heartbeat before it. */
  readonly heardRef: string;
  /** Whether an accepted heartbeat followed. */
  readonly heardAgain: boolean;
}

interface Heard {
  readonly at: Millis;
  readonly ref: string;
  /** Time to the accepted heartbeat before; null for the first. */
  readonly gap: Millis | null;
  refused: number;
}

const heartbeatPath = /\/agents\/[^/]+\/heartbeats?(?:\?|$)/;

/**
 * Agents whose accepted heartbeats stayed out for longer than their lease, told by the requests alone, in order of time
 * (the analyzer's model, section 5). Only where the audit was not kept: where it was, it says who went offline.
 */
export function missedSweeps(reader: CaseReader): readonly MissedSweep[] {
  const requests = reader.coverage('requests');
  const audited = reader.coverage('audit').map((one) => millisOf(one.to));
  const auditedTo = audited.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...audited) + graceMs;
  const known = Math.max(...requests.map((one) => millisOf(one.to)));
  if (requests.length === 0 || known <= auditedTo) return [];
  const configuration = configurationOf(reader);
  const heard = new Map<string, Heard>();
  const missed: MissedSweep[] = [];
  const settle = (agentId: string, last: Heard, next: Millis | null): void => {
    const lease = leaseAt(configuration, last.at);
    if (lease.state === 'unknown') return;
    const at = firstSweepAfter(leaseDeadline(last.at, lease), lease.sweepMs);
    if (at > (next === null ? known : next - 1) || at <= auditedTo) return;
    // Heartbeats that came and were refused were not accepted; of others it must be known that none came.
    const absent = last.refused > 0 ? Number.POSITIVE_INFINITY : last.gap === null ? 0 : (at - last.at) / last.gap;
    if (absenceOf(reader, last.at, at, Math.floor(absent)).missing !== null) return;
    missed.push({ agentId, at, heardRef: last.ref, heardAgain: next !== null });
  };
  for (const { arrival, outcome } of requestFacts(reader)) {
    if (!heartbeatPath.test(arrival.route ?? arrival.path)) continue;
    const agentId = agentOf(arrival);
    if (agentId === null) continue;
    const last = heard.get(agentId);
    if (outcome.status >= 400) {
      if (last !== undefined) last.refused++;
      continue;
    }
    if (last !== undefined) settle(agentId, last, arrival.at);
    heard.set(agentId, {
      at: arrival.at,
      ref: arrival.ref,
      gap: last === undefined ? null : arrival.at - last.at,
      refused: 0,
    });
  }
  for (const [agentId, last] of heard) settle(agentId, last, null);
  return missed.sort((a, b) => a.at - b.at || compareText(a.agentId, b.agentId));
}
