// Protects what a case concludes of its hosts from how exports are written: many hosts with offsets of their own, messages that take
// their time, attempts that change workers, times of every precision. Each interval holds the truth.
import { expect, it } from 'vitest';
import { type Random, randomStream } from '../../../samples/simulator/random.ts';
import { folderOf, opened } from '../archives.ts';

const start = Date.parse('2026-01-31T12:00:00.333Z');
const hosts = 16;
const minute = 60_000;

/** As exports write times: cut to seconds, in milliseconds, or with digits below them that mean nothing. */
function spelt(random: Random, ms: number): string | number {
  const text = new Date(ms).toISOString();
  switch (random.int(0, 4)) {
    case 0:
      return text.replace(/\.\d+/, '');
    case 1:
      return ms;
    case 2:
      return ms * 1000 + random.int(0, 999);
    default:
      return text;
  }
}

function world(seed: string): { readonly files: Record<string, string>; readonly truth: ReadonlyMap<string, number> } {
  const random = randomStream(seed, 'clocks');
  const truth = new Map<string, number>();
  for (let host = 0; host < hosts; host += 1) {
    truth.set(`host:w${host}`, random.int(-40_000, 40_000));
    truth.set(`agent:a${host}`, random.int(-40_000, 40_000));
  }
  const jobs: object[] = [];
  const audit: object[] = [];
  const requests: object[] = [];
  const write = (ms: number): string | number => spelt(random, ms);
  const by = (clock: string, ms: number): string | number => write(ms + (truth.get(clock) ?? 0));
  for (let index = 0; index < 16 * hosts; index += 1) {
    const created = start + random.int(0, 60 * minute);
    let now = created;
    const attempts: object[] = [];
    const tries = random.int(1, 3);
    for (let n = 1; n <= tries; n += 1) {
      const worker = `w${random.int(0, hosts - 1)}`;
      const started = now + random.int(5, 20_000);
      const finished = started + random.int(10, 5_000);
      const reported = finished + random.int(1, 2_000);
      const outcome = n === tries ? 'ok' : 'error';
      attempts.push({
        n,
        worker,
        started_at: by(`host:${worker}`, started),
        finished_at: by(`host:${worker}`, finished),
        outcome,
      });
      const told = (action: string, at: number): number =>
        audit.push({
          ts: write(at),
          action,
          resource: { kind: 'job', id: `j${index}` },
          job_id: `j${index}`,
          outcome: 'success',
          details: { attempt: n },
        });
      told('job.started', started + random.int(0, 300));
      told(outcome === 'ok' ? 'job.completed' : 'job.retried', reported);
      now = reported;
    }
    jobs.push({
      id: `j${index}`,
      type: 'replay',
      state: 'completed',
      created_at: write(created),
      updated_at: write(now),
      attempt: tries,
      attempts,
    });
  }
  for (let host = 0; host < hosts; host += 1) {
    const agent = `a${host}`;
    const slow = random.int(0, 3);
    for (let beat = 0; beat < 40; beat += 1) {
      const sent = start + beat * 90_000 + random.int(0, 9_000);
      const received = sent + (random.int(0, 9) < slow ? random.int(1_000, 20_000) : random.int(5, 400));
      const isRefused = random.int(0, 4) === 0;
      const say = (id: string, at: number, came: number, more: object): number =>
        requests.push({
          ts: write(came),
          request_id: id,
          method: 'POST',
          path: '/x',
          caller: { kind: 'agent', id: agent },
          sent_at: by(`agent:${agent}`, at),
          ...more,
        });
      say(`${agent}-${beat}`, sent, received, { status: isRefused ? 403 : 200 });
      if (!isRefused) continue;
      const again = received + random.int(100, 30_000);
      say(`${agent}-${beat}-again`, again, again + random.int(5, 400), { status: 403, retry_of: `${agent}-${beat}` });
    }
  }
  const lines = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
  return {
    files: { 'jobs.ndjson': lines(jobs), 'audit.ndjson': lines(audit), 'requests.ndjson': lines(requests) },
    truth,
  };
}

it.each(['one', 'two'])('holds in the world of the seed %s', async (seed) => {
  const { files, truth } = world(seed);
  const reader = await opened(folderOf(files));
  const clocks = reader.clocks();
  expect(clocks.map(({ clock }) => clock).sort()).toEqual([...truth.keys()].sort());
  const wrong = clocks.filter(({ clock, epochs, state }) => {
    const us = (truth.get(clock) ?? 0) * 1000;
    const [epoch] = epochs;
    return state === 'stepped' || state === 'contradictory' || us < (epoch?.least ?? us) || us > (epoch?.most ?? us);
  });
  expect(wrong).toEqual([]);
  expect(clocks.every(({ state }) => state === 'known')).toBe(true);
  reader.close();
});
