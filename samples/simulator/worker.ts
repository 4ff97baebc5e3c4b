/** The worker: takes waiting jobs at its polls, retries what failed, goes down and comes back when told. */
import { type Cloud, count, placeOf } from './cloud.ts';
import { known } from './records.ts';
import type { Json, JsonObject } from './spelling.ts';

export type JobType = 'spec_ingest' | 'deploy_bundle_build' | 'incident_ingest' | 'replay';
type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'retrying' | 'dead_letter';
type Failure = { readonly code: string; readonly message: string; readonly retryable: boolean };
type Call = { readonly op: string; readonly args: Json; readonly result?: Json; readonly error?: Failure };
type Attempt = {
  readonly n: number;
  readonly started_at: number;
  finished_at?: number;
  readonly worker: string;
  outcome?: 'ok' | 'error';
  error?: Failure;
  next_run_at?: number;
  calls: readonly Call[];
};
type Job = {
  readonly id: string;
  readonly type: JobType;
  state: JobState;
  readonly org_id: string;
  readonly project_id: string;
  readonly environment_id: string;
  readonly deployment_id?: string;
  readonly artifact_id?: string;
  readonly request_id?: string;
  readonly created_at: number;
  readonly run_at: number;
  updated_at: number;
  attempt: number;
  readonly max_attempts: number;
  readonly payload: Json;
  error?: Failure;
  readonly attempts: Attempt[];
};

export interface Wanted {
  readonly type: JobType;
  readonly environmentId: string;
  readonly payload: JsonObject;
  readonly calls: readonly { readonly op: string; readonly args: JsonObject; readonly result: JsonObject }[];
  readonly deploymentId?: string;
  readonly artifactId?: string;
  readonly requestId?: string;
  readonly onStart?: () => Failure | undefined;
  readonly onEnd?: (completed: boolean) => void;
}

/** Calls of one dependency that fail while the outage lasts, and the readiness check that names it. */
export interface Outage {
  readonly dependency: string;
  readonly from: number;
  readonly to: number;
  readonly code: string;
  readonly message: string;
}
/** A call that fails on the first attempts of a job, once, for a reason that goes away. */
export interface Hiccup {
  readonly type: JobType;
  readonly after: number;
  readonly op: string;
  readonly code: string;
  readonly message: string;
}
export interface Restart {
  readonly stop: number;
  readonly start: number;
  readonly version: string;
}

export interface Worker {
  readonly enqueue: (wanted: Wanted) => string;
  readonly jobs: () => readonly JsonObject[];
  readonly states: () => ReadonlyMap<JobState, number>;
  /** Counters of the worker process, by series: gone at a restart. */
  readonly counters: Map<string, number>;
  readonly isUp: () => boolean;
  readonly outageNow: () => Outage | undefined;
  readonly log: readonly string[];
}

const pollMs = 900;
const durationsMs: { readonly [type in JobType]: readonly [number, number] } = {
  spec_ingest: [900, 4_200],
  deploy_bundle_build: [9_000, 26_000],
  incident_ingest: [1_400, 6_000],
  replay: [12_000, 31_000],
};

export interface WorkerTroubles {
  readonly outages: readonly Outage[];
  readonly hiccups: readonly Hiccup[];
  readonly restart?: Restart;
}

export function createWorker(cloud: Cloud, troubles: WorkerTroubles): Worker {
  const { schedule, state, trail } = cloud;
  const random = cloud.random('worker');
  const jobs: Job[] = [];
  const counters = new Map<string, number>();
  const log: string[] = [];
  const hiccupsLeft = [...troubles.hiccups];
  let running = 0;
  let up = true;

  const outageNow = (): Outage | undefined =>
    troubles.outages.find((outage) => outage.from <= schedule.now() && schedule.now() < outage.to);

  const callFailure = (job: Job, op: string): Failure | undefined => {
    const outage = outageNow();
    if (outage !== undefined && op.startsWith(`${outage.dependency}.`))
      return { code: outage.code, message: outage.message, retryable: true };
    const index = hiccupsLeft.findIndex(
      (hiccup) => hiccup.type === job.type && hiccup.op === op && hiccup.after <= schedule.now(),
    );
    const [hiccup] = index < 0 ? [] : hiccupsLeft.splice(index, 1);
    return hiccup === undefined ? undefined : { code: hiccup.code, message: hiccup.message, retryable: true };
  };

  /** Each call that the handler made, up to the first that failed. */
  const makeCalls = (job: Job, wanted: Wanted): { readonly calls: readonly Call[]; readonly error?: Failure } => {
    const calls: Call[] = [];
    for (const { op, args, result } of wanted.calls) {
      const error = callFailure(job, op);
      if (error !== undefined) return { calls: [...calls, { op, args, error }], error };
      calls.push({ op, args, result });
    }
    return { calls };
  };

  const auditJob = (job: Job, action: string, details: JsonObject, error?: Failure): void =>
    trail.add({
      ts: schedule.now(),
      actor: action === 'job.enqueued' ? { kind: 'system' } : { kind: 'worker', id: 'worker-1' },
      action,
      resource: { kind: 'job', id: job.id },
      ...placeOf(cloud, job.environment_id),
      ...(error === undefined ? {} : { outcome: 'failure', reason: { code: error.code, message: error.message } }),
      ...(job.request_id === undefined ? {} : { request_id: job.request_id }),
      job_id: job.id,
      details,
    });

  const finish = (job: Job, wanted: Wanted, attempt: Attempt, error: Failure | undefined): void => {
    const now = schedule.now();
    const policy = state.retry_policies.get(job.type) ?? known(state.retry_policies, '*');
    attempt.finished_at = now;
    attempt.outcome = error === undefined ? 'ok' : 'error';
    job.updated_at = now;
    running -= 1;
    count(counters, `byteor_cloud_worker_attempts_total{job_type="${job.type}",outcome="${attempt.outcome}"}`);
    log.push(
      `${new Date(now).toISOString()} ${error === undefined ? 'INFO' : 'WARN'} worker-1 job=${job.id} type=${job.type} attempt=${attempt.n} ${error === undefined ? 'done' : `failed code=${error.code}`}`,
    );
    if (error === undefined) {
      job.state = 'completed';
      delete job.error;
      auditJob(job, 'job.completed', { attempt: attempt.n });
      wanted.onEnd?.(true);
      return;
    }
    attempt.error = error;
    job.error = error;
    const isFinal = policy.non_retryable.includes(error.code);
    if (isFinal || attempt.n >= policy.max_attempts) {
      job.state = isFinal ? 'failed' : 'dead_letter';
      auditJob(job, isFinal ? 'job.failed' : 'job.dead_lettered', { attempt: attempt.n }, error);
      wanted.onEnd?.(false);
      return;
    }
    const { formula, base_ms } = policy.backoff;
    attempt.next_run_at = now + (formula === 'linear' ? base_ms * attempt.n : base_ms);
    job.state = 'retrying';
    auditJob(job, 'job.retried', { attempt: attempt.n, next_run_at: attempt.next_run_at }, error);
    schedule.at(attempt.next_run_at + random.int(30, pollMs), () => start(job, wanted));
  };

  const start = (job: Job, wanted: Wanted): void => {
    const now = schedule.now();
    const { restart } = troubles;
    if (!up && restart !== undefined) {
      schedule.at(restart.start + random.int(30, pollMs), () => start(job, wanted));
      return;
    }
    const attempt: Attempt = { n: job.attempt + 1, started_at: now, worker: 'worker-1', calls: [] };
    job.attempt = attempt.n;
    job.attempts.push(attempt);
    job.state = 'running';
    job.updated_at = now;
    running += 1;
    auditJob(job, 'job.started', { attempt: attempt.n });
    const [shortest, longest] = durationsMs[job.type];
    const duration = random.int(shortest, longest);
    const refusal = wanted.onStart?.();
    schedule.at(now + duration, () => {
      const made = refusal === undefined ? makeCalls(job, wanted) : { calls: [], error: refusal };
      attempt.calls = made.calls;
      finish(job, wanted, attempt, made.error);
    });
  };

  const enqueue = (wanted: Wanted): string => {
    const now = schedule.now();
    const policy = state.retry_policies.get(wanted.type) ?? known(state.retry_policies, '*');
    const job: Job = {
      id: cloud.id('job', jobs.length),
      type: wanted.type,
      state: 'queued',
      org_id: state.organization.id,
      ...placeOf(cloud, wanted.environmentId),
      ...(wanted.deploymentId === undefined ? {} : { deployment_id: wanted.deploymentId }),
      ...(wanted.artifactId === undefined ? {} : { artifact_id: wanted.artifactId }),
      ...(wanted.requestId === undefined ? {} : { request_id: wanted.requestId }),
      created_at: now,
      run_at: now,
      updated_at: now,
      attempt: 0,
      max_attempts: policy.max_attempts,
      payload: wanted.payload,
      attempts: [],
    };
    jobs.push(job);
    auditJob(job, 'job.enqueued', { type: job.type });
    schedule.at(now + random.int(30, pollMs), () => start(job, wanted));
    return job.id;
  };

  const { restart } = troubles;
  if (restart !== undefined) {
    const change = (time: number, action: 'component.stopped' | 'component.started', details: JsonObject): void =>
      schedule.at(time, () => {
        if (running > 0) throw new Error('the restart must not cut an attempt: move it in the scenario');
        up = action === 'component.started';
        trail.add({
          ts: time,
          actor: { kind: 'system' },
          action,
          resource: { kind: 'component', id: 'worker' },
          details,
        });
        if (!up) return;
        counters.clear();
        const component = known(state.components, 'worker');
        state.components.set('worker', { ...component, version: restart.version, started_at: time });
      });
    change(restart.stop, 'component.stopped', { reason: 'planned update' });
    change(restart.start, 'component.started', { version: restart.version });
  }

  const states = (): ReadonlyMap<JobState, number> => {
    const byState = new Map<JobState, number>();
    for (const each of ['completed', 'dead_letter', 'failed', 'queued', 'retrying', 'running'] as const) {
      byState.set(each, jobs.filter((job) => job.state === each).length);
    }
    return byState;
  };
  return { enqueue, jobs: () => jobs as readonly JsonObject[], states, counters, isUp: () => up, outageNow, log };
}
