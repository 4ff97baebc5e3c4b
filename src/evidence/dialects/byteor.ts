import { stateSections } from './contract.ts';
import type { Dialect, When } from './dialect.ts';

/**
 * The built-in dialect: the contract's own spelling, with the names that ByteOr's metrics have or may have. It is asked last.
 */
export const byteor: Dialect = {
  name: 'byteor',
  records: [],
  actions: {},
  codes: {},
  messages: [],
  routes: [],
  metrics: [
    { role: 'requests', name: 'byteor_cloud_http_requests_total' },
    { role: 'auth_success', name: 'byteor_cloud_auth_success_total' },
    { role: 'auth_failure', name: 'byteor_cloud_auth_failure_total' },
    { role: 'unauthorized', name: 'byteor_cloud_unauthorized_total' },
    { role: 'forbidden', name: 'byteor_cloud_forbidden_total' },
    { role: 'rate_limited', name: 'byteor_cloud_rate_limited_total' },
    { role: 'jobs_by_state', name: 'byteor_cloud_worker_jobs' },
    { role: 'requests', like: '(^|_)(http_)?requests_total$' },
    { role: 'auth_success', like: 'auth_success' },
    { role: 'auth_failure', like: 'auth_failure|auth_failed' },
    { role: 'unauthorized', like: 'unauthorized|_401_' },
    { role: 'forbidden', like: 'forbidden|_403_' },
    { role: 'rate_limited', like: 'rate_?limited|throttled|_429_' },
  ],
};

/** What tells a kind by its content: any of these, each a list of members that are all there. */
export interface ContentTest {
  readonly kind: string;
  readonly anyOf: readonly When[];
}

const has = (...paths: readonly string[]): When => ({ has: paths });

/** State is told by two of its sections. */
const pairs = stateSections.flatMap((a, index) => stateSections.slice(index + 1).map((b) => has(a, b)));

/**
 * The built-in tests as data, in the order in which they are asked (evidence.md, *A record's kind, by content*). The kinds
 * have them as code, since every record is put to one; a test holds both equal.
 */
export const contentTests: readonly ContentTest[] = [
  { kind: 'requests', anyOf: [has('method', 'path', 'status')] },
  { kind: 'audit', anyOf: [has('action', 'resource')] },
  { kind: 'health', anyOf: [has('endpoint', 'component')] },
  { kind: 'jobs', anyOf: [has('type', 'state', 'attempt'), has('type', 'state', 'attempts')] },
  { kind: 'artifacts', anyOf: [has('content_hash')] },
  { kind: 'manifest', anyOf: [{ equals: { format: 'inquest-archive' } }] },
  { kind: 'state', anyOf: pairs },
  { kind: 'doctor', anyOf: [has('ready', 'checks')] },
  { kind: 'tuning', anyOf: [has('profile', 'items')] },
  { kind: 'snapshots', anyOf: [has('cursor', 'gating'), has('lanes', 'roles')] },
  { kind: 'replay-audit', anyOf: [has('audit_v', 'spec_sha256')] },
  {
    kind: 'logs',
    anyOf: [has('ts'), has('time'), has('@timestamp'), has('timestamp'), has('__REALTIME_TIMESTAMP')],
  },
];
