/** The simulated control plane: its state, its clock, its API with access log, counters and audit trail. */
import { type Decision, decide } from './access.ts';
import { createTrail, type Trail } from './audit.ts';
import { createLimiter } from './limiters.ts';
import { identifier, type Random, randomStream, sha256 } from './random.ts';
import { type Artifact, known, type Route, type State } from './records.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { type JsonObject, rfc3339 } from './spelling.ts';

export interface Caller {
  readonly kind: 'operator' | 'agent' | 'enrollment' | 'api_key' | 'anonymous';
  readonly id?: string;
  readonly credentialId?: string;
  readonly ip: string;
}

export interface Request {
  readonly caller: Caller;
  readonly method: string;
  readonly route: string;
  readonly params?: { readonly [name: string]: string };
  readonly bytesIn?: number;
  readonly sentAt?: number;
  readonly retryOf?: string;
  /** The older spelling of the path, `/v1/...`. */
  readonly shortPath?: boolean;
  /** What the handler answers once the checks have passed. */
  readonly handler: () => { readonly status: number; readonly code?: string };
}

export interface Answer {
  readonly requestId: string;
  readonly status: number;
  readonly code?: string;
  readonly retryAfterS?: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Cloud {
  readonly seed: string;
  readonly span: Span;
  readonly state: State;
  readonly schedule: Schedule;
  readonly trail: Trail;
  readonly requests: JsonObject[];
  readonly artifacts: Artifact[];
  readonly logs: JsonObject[];
  /** Counters of the API process, by series. */
  readonly counters: Map<string, number>;
  readonly random: (name: string) => Random;
  readonly id: (prefix: string, name: string | number, digits?: number) => string;
  readonly request: (request: Request) => Answer;
}

export const count = (counters: Map<string, number>, series: string, by = 1): void =>
  void counters.set(series, (counters.get(series) ?? 0) + by);

const reasons: { readonly [code: string]: string } = {
  unauthorized: 'credential is missing, unknown, expired or revoked',
  forbidden_scope: 'credential does not hold the scope of this route',
  forbidden_environment: 'credential is bound elsewhere',
  forbidden_role: 'role does not hold the permission of this route',
  rate_limited: 'too many requests',
  payload_too_large: 'payload is too large',
  oidc_callback: 'login could not be completed',
};

export function createCloud(seed: string, span: Span, state: State): Cloud {
  const schedule = createSchedule(span.end);
  const limiter = createLimiter();
  const trail = createTrail(seed, state.organization.id, randomStream(seed, 'audit').int(40_000, 90_000));
  const requests: JsonObject[] = [];
  const logs: JsonObject[] = [];
  const counters = new Map<string, number>();
  const latency = randomStream(seed, 'latency');
  const routes = new Map(state.routes.map((route): [string, Route] => [`${route.method} ${route.route}`, route]));

  const recordCounters = (route: Route, decision: Decision, status: number): void => {
    count(
      counters,
      `byteor_cloud_http_requests_total{method="${route.method}",route="${route.route}",status="${status}"}`,
    );
    if (decision.granted && route.credential_kinds.length > 0) count(counters, 'byteor_cloud_auth_success_total');
    if (status === 401) {
      count(counters, 'byteor_cloud_auth_failure_total');
      count(counters, 'byteor_cloud_unauthorized_total');
    }
    if (status === 403) count(counters, 'byteor_cloud_forbidden_total');
    if (status === 429) count(counters, `byteor_cloud_rate_limited_total{group="${route.group}"}`);
  };

  const request = (asked: Request): Answer => {
    const { caller, params = {} } = asked;
    const time = schedule.now();
    const route = known(routes, `${asked.method} ${asked.route}`);
    const requestId = `rq_${sha256(`${seed}/request/${requests.length}`).slice(0, 10)}`;
    const decision = decide(state, limiter, {
      time,
      route,
      ip: caller.ip,
      ...(caller.credentialId === undefined ? {} : { credentialId: caller.credentialId }),
      ...(asked.bytesIn === undefined ? {} : { bytesIn: asked.bytesIn }),
      ...(params.agent_id === undefined ? {} : { pathAgentId: params.agent_id }),
      ...(params.environment_id === undefined ? {} : { pathEnvironmentId: params.environment_id }),
    });
    const { status, code } = decision.granted ? asked.handler() : decision;
    const retryAfterS =
      decision.granted || decision.waitMs === undefined ? undefined : Math.max(1, Math.ceil(decision.waitMs / 1000));
    // An agent's accepted requests are most of the log: their headers are left out, as a terse log would.
    const rate = decision.granted && route.group === 'agent' ? undefined : decision.rate;
    const path = asked.route.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
    const environmentId =
      params.environment_id ?? (params.agent_id && state.agents.get(params.agent_id)?.environment_id);
    const environment = environmentId === undefined ? undefined : state.environments.get(environmentId);
    requests.push({
      ts: rfc3339(time),
      request_id: requestId,
      component: 'api',
      method: asked.method,
      path: asked.shortPath === true ? path.replace('/api/v1/', '/v1/') : path,
      route: asked.route,
      status,
      latency_ms: status >= 400 ? latency.int(1, 9) : latency.int(4, 60),
      bytes_in: asked.bytesIn,
      caller: { kind: caller.kind, id: caller.id },
      credential_id: caller.credentialId,
      ip: caller.ip,
      org_id: route.group === 'auth' ? undefined : state.organization.id,
      project_id: environment?.project_id,
      environment_id: environment?.id,
      agent_id: params.agent_id,
      error: code === undefined ? undefined : { code, message: reasons[code] ?? code },
      rate_limit: rate === undefined ? undefined : { group: route.group, ...rate },
      retry_after_s: retryAfterS,
      sent_at: asked.sentAt === undefined ? undefined : rfc3339(asked.sentAt),
      retry_of: asked.retryOf,
    });
    recordCounters(route, decision, status);
    if (status >= 400)
      logs.push({
        time: rfc3339(time),
        level: 'warn',
        component: 'api',
        msg: `${asked.method} ${path} answered ${status} ${code}`,
        request_id: requestId,
      });
    return {
      requestId,
      status,
      ...(code === undefined ? {} : { code }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    };
  };

  return {
    seed,
    span,
    state,
    schedule,
    trail,
    requests,
    artifacts: [],
    logs,
    counters,
    random: (name) => randomStream(seed, name),
    id: (prefix, name, digits) => identifier(seed, prefix, name, digits),
    request,
  };
}

export const success = (status: number) => (): { readonly status: number } => ({ status });

export const isAccepted = (answer: Answer): boolean => answer.status < 400;

/** Where a record belongs, as audit records and jobs have it. */
export const placeOf = (
  cloud: Cloud,
  environmentId: string,
): { readonly project_id: string; readonly environment_id: string } => ({
  project_id: known(cloud.state.environments, environmentId).project_id,
  environment_id: environmentId,
});

export const newFingerprint = (cloud: Cloud, name: string): string =>
  `fp:${sha256(`${cloud.seed}/key/${name}`).slice(0, 16)}`;
