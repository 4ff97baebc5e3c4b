/** What watches from outside: health probes of API and worker, and the scrapes of their counters. */
import type { Cloud } from './cloud.ts';
import { known } from './records.ts';
import { type JsonObject, rfc3339 } from './spelling.ts';
import type { Worker } from './worker.ts';

export interface Scrape {
  readonly component: 'api' | 'worker';
  readonly time: number;
  readonly text: string;
}

export interface Observers {
  readonly probes: readonly JsonObject[];
  readonly scrapes: readonly Scrape[];
}

const probeEveryMs = 20_000;
const scrapeEveryMs = 60_000;

const families: readonly (readonly [name: string, type: 'counter' | 'gauge', help: string])[] = [
  ['byteor_cloud_http_requests_total', 'counter', 'Requests by method, route and status.'],
  ['byteor_cloud_auth_success_total', 'counter', 'Requests whose credential was accepted.'],
  ['byteor_cloud_auth_failure_total', 'counter', 'Requests whose credential was not accepted.'],
  ['byteor_cloud_unauthorized_total', 'counter', 'Answers 401.'],
  ['byteor_cloud_forbidden_total', 'counter', 'Answers 403.'],
  ['byteor_cloud_rate_limited_total', 'counter', 'Answers 429 by group.'],
  ['byteor_cloud_worker_jobs', 'gauge', 'Jobs by state.'],
  ['byteor_cloud_worker_attempts_total', 'counter', 'Finished attempts by job type and outcome.'],
  ['process_start_time_seconds', 'gauge', 'Start of the process, seconds since 1970.'],
];

function exposition(series: ReadonlyMap<string, number>): string {
  const sorted = [...series].sort(([a], [b]) => (a < b ? -1 : 1));
  return families
    .flatMap(([name, type, help]) => {
      const own = sorted.filter(([key]) => key === name || key.startsWith(`${name}{`));
      const lines = own.map(([key, value]) => `${key} ${value}`);
      return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** `coldProbe`: the number of a readiness probe of the API that fails alone. */
export function createObservers(cloud: Cloud, worker: Worker, coldProbe?: number): Observers {
  const { schedule, state, span } = cloud;
  const random = cloud.random('observers');
  const probes: JsonObject[] = [];
  const scrapes: Scrape[] = [];

  const probe = (component: 'api' | 'worker', endpoint: '/healthz' | '/readyz', failing?: JsonObject): void =>
    void probes.push({
      ts: rfc3339(schedule.now()),
      component,
      host: `${component}-1`,
      endpoint,
      status: failing === undefined ? 200 : 503,
      latency_ms: failing === undefined ? random.int(1, 7) : random.int(900, 2_000),
      body: endpoint === '/healthz' ? { status: 'ok' } : { checks: { db: 'ok', storage: 'ok', ...failing } },
    });

  let rounds = 0;
  schedule.every(
    span.start + 4_310,
    () => probeEveryMs,
    () => {
      const outage = worker.outageNow();
      probe('api', '/healthz');
      probe(
        'api',
        '/readyz',
        rounds === coldProbe ? { db: { status: 'fail', error: 'statement timeout' } } : undefined,
      );
      probe('worker', '/healthz');
      probe(
        'worker',
        '/readyz',
        outage === undefined ? undefined : { [outage.dependency]: { status: 'fail', error: outage.message } },
      );
      rounds += 1;
    },
  );

  const completedBefore = random.int(2_000, 6_000);
  const startSeconds = (name: string): number => Math.floor(known(state.components, name).started_at / 1000);
  const scrape = (component: 'api' | 'worker'): void => {
    const start: [string, number] = ['process_start_time_seconds', startSeconds(component)];
    const jobs = [...worker.states()].map(([name, n]): [string, number] => [
      `byteor_cloud_worker_jobs{state="${name}"}`,
      name === 'completed' ? n + completedBefore : n,
    ]);
    const series = component === 'api' ? [...cloud.counters, start] : [...worker.counters, ...jobs, start];
    scrapes.push({ component, time: schedule.now(), text: exposition(new Map(series)) });
  };
  schedule.every(
    span.start + 11_700,
    () => scrapeEveryMs,
    () => {
      scrape('api');
      if (worker.isUp()) scrape('worker');
    },
  );
  return { probes, scrapes };
}
