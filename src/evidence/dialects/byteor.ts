import type { Dialect } from './dialect.ts';

/**
 * The built-in dialect, asked last: the contract's own spelling. What recognises a kind stands with the kind, and nothing has
 * to be renamed; here are the names that ByteOr's metrics have or may have.
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
