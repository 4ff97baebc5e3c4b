import { splitEntity } from '../base/entity.ts';
import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import { type Millis, millisOf } from '../base/time.ts';
import type { CaseReader, Where } from '../case/index.ts';
import type { RequestRow } from '../evidence/index.ts';

/** What was observed to come of it. */
export interface RequestOutcome {
  readonly status: number;
  /** Null where the record names none. */
  readonly code: string | null;
  readonly retryAfterS: number | null;
  readonly limitRemaining: number | null;
}

export interface RequestFact {
  readonly arrival: RequestFacts;
  readonly outcome: RequestOutcome;
  readonly requestId: string | null;
  readonly retryOf: string | null;
  /** How far the clock that told its time was off; null where nothing shows that it was. */
  readonly offset: ClockOffset | null;
}

/** What a host's clock showed minus what the control plane's showed, at least and at most. */
export interface ClockOffset {
  readonly least: Millis;
  readonly most: Millis;
}

/** By host: those that are known to be off, and ran evenly. */
function offsetsOf(reader: CaseReader): ReadonlyMap<string, ClockOffset> {
  const found = new Map<string, ClockOffset>();
  for (const { clock, state, epochs } of reader.clocks()) {
    const [epoch] = epochs;
    if (state !== 'known' || epoch === undefined || epoch.correction === 0) continue;
    if (epoch.least === null || epoch.most === null) continue;
    const { kind, id } = splitEntity(clock);
    if (kind === 'host') found.set(id, { least: millisOf(epoch.least), most: millisOf(epoch.most) + 1 });
  }
  return found;
}

/** Null for a record that the replay cannot place: without a time, a method, a path or a status. */
export function requestFact(row: RequestRow, offset: ClockOffset | null = null): RequestFact | null {
  if (row.ts === null || row.method === null || row.path === null || row.status === null) return null;
  return {
    arrival: {
      at: millisOf(row.ts),
      ref: row.ref,
      method: row.method,
      path: row.path,
      route: row.route,
      bytesIn: row.bytes_in,
      callerKind: row.caller_kind,
      callerId: row.caller_id,
      credentialId: row.credential_id,
      ip: row.ip,
      orgId: row.org_id,
      projectId: row.project_id,
      environmentId: row.environment_id,
      agentId: row.agent_id,
    },
    outcome: {
      status: row.status,
      code: isRedacted(row.error_code) ? null : row.error_code,
      retryAfterS: row.retry_after_s,
      limitRemaining: row.limit_remaining,
    },
    requestId: row.request_id,
    retryOf: row.retry_of,
    offset,
  };
}

/** Requests in total order. */
export function* requestFacts(reader: CaseReader, where?: Where<'request'>): Generator<RequestFact> {
  const offsets = offsetsOf(reader);
  for (const row of reader.rows('request', where)) {
    const fact = requestFact(row, offsets.get(row.host ?? '') ?? null);
    if (fact !== null) yield fact;
  }
}
