/** What a metric counts, by its name: formats.md 1, in order; the first that fits decides. */
const roles: readonly (readonly [RegExp, string])[] = [
  [/^byteor_cloud_http_requests_total$/, 'requests'],
  [/^byteor_cloud_auth_success_total$/, 'auth_success'],
  [/^byteor_cloud_auth_failure_total$/, 'auth_failure'],
  [/^byteor_cloud_unauthorized_total$/, 'unauthorized'],
  [/^byteor_cloud_forbidden_total$/, 'forbidden'],
  [/^byteor_cloud_rate_limited_total$/, 'rate_limited'],
  [/^byteor_cloud_worker_jobs$/, 'jobs_by_state'],
  [/(^|_)(http_)?requests_total$/, 'requests'],
  [/auth_success/, 'auth_success'],
  [/auth_failure|auth_failed/, 'auth_failure'],
  [/unauthorized|_401_/, 'unauthorized'],
  [/forbidden|_403_/, 'forbidden'],
  [/rate_?limited|throttled|_429_/, 'rate_limited'],
];

const known = new Map<string, string | null>();

export function metricRole(name: string): string | null {
  const before = known.get(name);
  if (before !== undefined) return before;
  const role = roles.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  if (known.size < 65_536) known.set(name, role);
  return role;
}
