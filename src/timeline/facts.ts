import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import { millisOf } from '../base/time.ts';
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
}

/** Null for a record that the replay cannot place: without a time, a method, a path or a status. */
export function requestFact(row: RequestRow): RequestFact | null {
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
  };
}

/** Requests in total order. */
export function* requestFacts(reader: CaseReader, where?: Where<'request'>): Generator<RequestFact> {
  for (const row of reader.rows('request', where)) {
    const fact = requestFact(row);
    if (fact !== null) yield fact;
  }
}
