/**
 * What a replay is asked about a symptom: the closed set of things that a trace can show. A code of null means any
 * refusal, whatever it says: what is left of a symptom behind its first failing check.
 */
export type Predicate =
  | { readonly kind: 'requests_refused'; readonly caller: string; readonly code: string | null; readonly least: number }
  | { readonly kind: 'agent_offline'; readonly agentId: string };

/** Whose refusals count together: the caller where it is named, else the nearest thing that tells callers apart. */
export const callerOf = (request: {
  readonly callerId: string | null;
  readonly agentId: string | null;
  readonly credentialId: string | null;
  readonly ip: string | null;
}): string => request.callerId ?? request.agentId ?? request.credentialId ?? request.ip ?? '';

/** The same in SQL over the view `request`. */
export const callerSql = "coalesce(caller_id, agent_id, credential_id, ip, '')";
