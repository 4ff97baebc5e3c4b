/** The counters as they stood when the evidence begins: both processes had been running for days. */
import type { Cloud } from './cloud.ts';
import { count } from './cloud.ts';
import type { Worker } from './worker.ts';

const environment = '/api/v1/orgs/{org_id}/projects/{project_id}/environments/{environment_id}';
const requestsADay: readonly (readonly [method: string, route: string, status: number, aDay: number])[] = [
  ['GET', '/auth/login', 302, 170],
  ['GET', '/auth/callback', 302, 166],
  ['POST', '/api/v1/agents/{agent_id}/heartbeat', 200, 47_400],
  ['GET', '/api/v1/agents/{agent_id}/deployments', 200, 15_800],
  ['GET', '/api/v1/agents/{agent_id}/signing-keys', 200, 1_580],
  ['POST', '/api/v1/agents/{agent_id}/artifacts', 201, 3_900],
  ['GET', `${environment}/agents`, 200, 9_200],
  ['GET', `${environment}/deployments`, 200, 11_800],
  ['POST', `${environment}/versions`, 201, 410],
];
const attemptsADay: readonly (readonly [jobType: string, aDay: number])[] = [
  ['deploy_bundle_build', 61],
  ['incident_ingest', 640],
  ['spec_ingest', 410],
];
const days = 9;

export function recallCounters(cloud: Cloud, worker: Worker): void {
  const random = cloud.random('counters before');
  const about = (aDay: number): number => days * aDay + random.int(-aDay, aDay);
  for (const [method, route, status, aDay] of requestsADay) {
    const requests = about(aDay);
    count(
      cloud.counters,
      `byteor_cloud_http_requests_total{method="${method}",route="${route}",status="${status}"}`,
      requests,
    );
    if (!route.startsWith('/auth/')) count(cloud.counters, 'byteor_cloud_auth_success_total', requests);
  }
  count(cloud.counters, 'byteor_cloud_auth_failure_total', 0);
  count(cloud.counters, 'byteor_cloud_unauthorized_total', 0);
  count(cloud.counters, 'byteor_cloud_forbidden_total', 0);
  for (const group of ['agent', 'artifact', 'auth', 'operator'])
    count(cloud.counters, `byteor_cloud_rate_limited_total{group="${group}"}`, 0);
  for (const [jobType, aDay] of attemptsADay)
    count(worker.counters, `byteor_cloud_worker_attempts_total{job_type="${jobType}",outcome="ok"}`, about(aDay));
}
