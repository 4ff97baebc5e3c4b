/** What the API decides about a request before its handler: the checks in their order, the first failing one answers. */
import type { Limiter } from './limiters.ts';
import type { Credential, RateLimit, Route, State } from './records.ts';

export interface Asked {
  readonly time: number;
  readonly route: Route;
  readonly credentialId?: string;
  readonly ip: string;
  readonly bytesIn?: number;
  readonly pathAgentId?: string;
  readonly pathEnvironmentId?: string;
}

export interface RateView {
  readonly limit: number;
  readonly remaining: number;
}

export type Decision =
  | { readonly granted: true; readonly rate?: RateView }
  | {
      readonly granted: false;
      readonly status: number;
      readonly code: string;
      readonly rate?: RateView;
      readonly waitMs?: number;
    };

const mebibyte = 1024 * 1024;

const isValid = (credential: Credential, time: number): boolean =>
  credential.issued_at <= time &&
  (credential.expires_at === undefined || time < credential.expires_at) &&
  (credential.kind !== 'enrollment' || (credential.uses ?? 0) < (credential.max_uses ?? 1));

function refusalOfCredential(
  state: State,
  asked: Asked,
): { readonly status: number; readonly code: string } | undefined {
  const { route } = asked;
  const credential = asked.credentialId === undefined ? undefined : state.credentials.get(asked.credentialId);
  if (credential === undefined || !isValid(credential, asked.time)) return { status: 401, code: 'unauthorized' };
  if (!route.credential_kinds.includes(credential.kind)) return { status: 403, code: 'forbidden_scope' };
  const elsewhere = (bound: string | undefined, asked: string | undefined): boolean =>
    bound !== undefined && asked !== undefined && bound !== asked;
  if (
    elsewhere(credential.agent_id, asked.pathAgentId) ||
    elsewhere(credential.environment_id, asked.pathEnvironmentId)
  )
    return { status: 403, code: 'forbidden_environment' };
  if (route.scope !== undefined && !credential.scopes.includes(route.scope))
    return { status: 403, code: 'forbidden_scope' };
  if (credential.kind === 'operator' && route.permission !== undefined) {
    const membership = state.memberships.get(`${credential.principal_id}/${state.organization.id}`);
    const permissions = membership === undefined ? [] : (state.roles.get(membership.role)?.permissions ?? []);
    if (!permissions.includes(route.permission)) return { status: 403, code: 'forbidden_role' };
  }
  return undefined;
}

export function decide(state: State, limiter: Limiter, asked: Asked): Decision {
  const { route, time } = asked;
  const largest = (route.group === 'artifact' ? 64 : 4) * mebibyte;
  if ((asked.bytesIn ?? 0) > largest) return { granted: false, status: 413, code: 'payload_too_large' };

  const limit = state.rate_limits.get(route.group);
  const keyOf = (limit: RateLimit): string => (limit.key === 'ip' ? asked.ip : (asked.credentialId ?? ''));
  const limited = (
    position: RateLimit['position'],
  ): { readonly rate: RateView; readonly waitMs: number; readonly passed: boolean } | undefined => {
    if (limit?.position !== position) return undefined;
    const hit = limiter.hit(limit, keyOf(limit), time);
    return { rate: { limit: limit.limit, remaining: hit.remaining }, waitMs: hit.waitMs, passed: hit.passed };
  };
  const tooMany = { granted: false, status: 429, code: 'rate_limited' } as const;

  const before = limited('before_auth');
  if (before?.passed === false) return { ...tooMany, rate: before.rate, waitMs: before.waitMs };
  const refusal = route.credential_kinds.length === 0 ? undefined : refusalOfCredential(state, asked);
  if (refusal !== undefined) return { granted: false, ...refusal };
  const after = limited('after_auth');
  if (after?.passed === false) return { ...tooMany, rate: after.rate, waitMs: after.waitMs };
  const rate = (before ?? after)?.rate;
  return rate === undefined ? { granted: true } : { granted: true, rate };
}
