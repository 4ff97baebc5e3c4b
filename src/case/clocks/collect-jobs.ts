import type { Micros } from '../../base/time.ts';
import type { AnchorCollector } from './anchors.ts';
import { comparePlaces, type Place, reference } from './clock.ts';
import { after, around, before } from './relations.ts';
import { type ClockWorld, eachRow, hostClock, numberOf, placeOf, textOf } from './rows.ts';
import { chooseIds } from './sample.ts';

/** Of a job so many records and attempts are looked at. */
const recordsMost = 8;
const attemptsMost = 64;

interface JobRecord {
  readonly created: Micros | null;
  readonly updated: Micros | null;
  readonly place: Place;
  readonly attempts: AttemptRecord[];
}

interface AttemptRecord {
  readonly number: number | null;
  readonly worker: string | null;
  readonly started: Micros | null;
  readonly finished: Micros | null;
  readonly outcome: string | null;
  readonly place: Place;
}

interface JobTalk {
  readonly records: Map<string, JobRecord>;
  /** By number of the attempt; null where there are several, so that which is meant cannot be told. */
  readonly started: Map<number, Micros | null>;
  readonly ended: Map<string, Micros | null>;
  isRequeued: boolean;
}

const endings = ['job.completed', 'job.failed', 'job.retried', 'job.dead_lettered'];

/**
 * A job is created before it is started, and its end is reported after it ended; what is tried again was reported before. The
 * worker's clock starts and ends an attempt, the control plane's writes the rest (evidence.md, *jobs*).
 */
export function collectJobs(world: ClockWorld, anchors: AnchorCollector): void {
  if (world.db.prepare('SELECT 1 FROM t_attempt WHERE worker IS NOT NULL LIMIT 1').get() === undefined) return;
  const chosen = chooseIds(world.db, 'job_looked_at');
  chosen.add('attempt', 'job_id', 'worker IS NOT NULL');
  const jobs = new Map<string, JobTalk>();
  const recordKey = (n: number, off: number): string => `${world.segments.of(n)?.member} ${off}`;
  for (const [n, off, id, created, updated] of eachRow(world, 'job', ['id', 'ts', 'updated_ts'], chosen.holds('id'))) {
    const name = textOf(world, id) ?? '';
    const job = jobs.get(name) ?? { records: new Map(), started: new Map(), ended: new Map(), isRequeued: false };
    jobs.set(name, job);
    const place = placeOf(world, n, off);
    job.records.set(recordKey(n, off), {
      created: numberOf(created),
      updated: numberOf(updated),
      place,
      attempts: [],
    });
    if (job.records.size > recordsMost) dropLast(job.records);
  }

  const columns = ['job_id', 'attempt', 'worker', 'ts', 'finished_ts', 'outcome'];
  for (const [n, off, id, ...cells] of eachRow(world, 'attempt', columns, chosen.holds('job_id'))) {
    const record = jobs.get(textOf(world, id) ?? '')?.records.get(recordKey(n, off));
    if (record === undefined || record.attempts.length >= attemptsMost) continue;
    const [number, worker, started, finished, outcome] = cells;
    record.attempts.push({
      number: numberOf(number),
      worker: textOf(world, worker),
      started: numberOf(started),
      finished: numberOf(finished),
      outcome: textOf(world, outcome),
      place: placeOf(world, n, off),
    });
  }

  const told = ['job_id', 'action', 'ts', "CASE WHEN json_valid(details) THEN details ->> 'attempt' END"];
  for (const [, , id, action, at, attempt] of eachRow(
    world,
    'audit',
    told,
    `ts IS NOT NULL AND ${chosen.holds('job_id')}`,
  )) {
    const job = jobs.get(textOf(world, id) ?? '');
    if (job === undefined) continue;
    const name = textOf(world, action) ?? '';
    const number = numberOf(attempt);
    if (name === 'job.requeued') job.isRequeued = true;
    if (number === null || number < 0 || number > attemptsMost) continue;
    if (name === 'job.started') single(job.started, number, at as Micros);
    else if (endings.includes(name)) single(job.ended, `${number} ${name}`, at as Micros);
  }
  chosen.drop();
  for (const job of jobs.values()) for (const record of job.records.values()) addJob(job, record, anchors);
}

function dropLast(records: Map<string, JobRecord>): void {
  const [last] = [...records].sort(([, a], [, b]) => comparePlaces(b.place, a.place));
  if (last !== undefined) records.delete(last[0]);
}

/** Two records of one change, at different times, are of two changes. */
function single<K>(map: Map<K, Micros | null>, key: K, at: Micros): void {
  const known = map.get(key);
  map.set(key, known === undefined || known === at ? at : null);
}

function addJob(job: JobTalk, { created, updated, attempts }: JobRecord, anchors: AnchorCollector): void {
  const numbers = new Set(attempts.map(({ number }) => number));
  const isTold = !job.isRequeued && numbers.size === attempts.length && !numbers.has(null);
  const endsOf = (number: number): Micros[] =>
    endings.flatMap((name) => job.ended.get(`${number} ${name}`) ?? []).filter((at): at is Micros => at !== null);
  attempts.forEach((attempt, index) => {
    const { number, worker, started, finished, outcome, place } = attempt;
    const clock = worker === null ? null : hostClock(worker);
    const hasEnded = finished !== null && (outcome === 'ok' || outcome === 'error');
    if (clock !== null && started !== null && created !== null)
      anchors.add(after(clock, started, reference, created, place));
    if (clock !== null && hasEnded && updated !== null && index === attempts.length - 1)
      anchors.add(before(clock, finished, reference, updated, place, false));
    if (!isTold || number === null) return;
    const next = attempts.find((one) => one.number === number + 1);
    const nextClock = next?.worker == null ? null : hostClock(next.worker);
    const taken = job.started.get(number);
    if (clock !== null && started !== null && taken != null)
      anchors.add(around(clock, started, reference, taken, 0, place));
    for (const at of endsOf(number)) {
      if (clock !== null && hasEnded) anchors.add(before(clock, finished, reference, at, place, true));
      if (next !== undefined && nextClock !== null && next.started !== null)
        anchors.add(after(nextClock, next.started, reference, at, next.place));
    }
    if (clock === null || nextClock === null || clock === nextClock || !hasEnded || next?.started == null) return;
    anchors.add(after(nextClock, next.started, clock, finished, next.place));
  });
}
