/**
 * An hour of a control plane whose hosts do not agree on the time: worker-2 is 7 s ahead, the agent on edge-1 is set back by
 * 90 s in the middle, the messages of ag_2 are held up at random, and all others are right. Written from the truth.
 */
export const start = Date.parse('2026-01-31T12:00:00.217Z');
export const aheadMs = 7_000;
export const stepMs = -90_000;
export const stepAt = start + 35 * 60_000 - 10_000;

const iso = (ms: number): string => new Date(ms).toISOString();
const lines = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Numbers from 0 on, below 1; the same each time. */
function* random(): Generator<number> {
  for (let state = 12_345; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state / 2 ** 32;
  }
}

export function skewedIncident(): Readonly<Record<string, string>> {
  const numbers = random();
  const between = (from: number, to: number): number =>
    Math.floor(from + (numbers.next().value as number) * (to - from));
  const edgeClock = (ms: number): number => ms + (ms < stepAt ? 0 : stepMs);
  const requests: object[] = [];
  const audit: (object & { readonly at: number })[] = [];
  const jobs: object[] = [];
  const edge: object[] = [];
  const workerLog: object[] = [];
  const files: Record<string, string> = {};

  const beat = (agent: string, at: number, delay: number, sent: number, id: string): void => {
    requests.push({
      ts: iso(at + delay),
      request_id: id,
      component: 'api',
      host: 'api-1',
      method: 'POST',
      path: `/v1/agents/${agent}/heartbeat`,
      route: '/v1/agents/{agent_id}/heartbeat',
      status: 200,
      latency_ms: 20,
      caller: { kind: 'agent', id: agent },
      agent_id: agent,
      sent_at: iso(sent),
    });
  };
  for (let index = 0; index < 120; index += 1) {
    const at = start + index * 30_000;
    const id = `rq_${index}`;
    const delay = between(20, 400);
    beat('ag_1', at, delay, edgeClock(at), id);
    edge.push({
      ts: iso(edgeClock(at - 1)),
      host: 'edge-1',
      component: 'agent:ag_1',
      level: 'info',
      msg: `beat ${index} is sent`,
      request_id: id,
    });
    edge.push({
      ts: iso(edgeClock(at + delay + 40)),
      host: 'edge-1',
      level: 'info',
      msg: `beat ${index} was answered`,
    });
    beat('ag_2', at + 7_000, between(30, 60_000), at + 7_000, `rs_${index}`);
  }
  for (let index = 0; index < 60; index += 1) {
    const id = `job_${index}`;
    const worker = index % 2 === 0 ? 'worker-1' : 'worker-2';
    const clock = (ms: number): string => iso(ms + (worker === 'worker-2' ? aheadMs : 0));
    const created = start + 3_000 + index * 55_000;
    const started = created + between(30, 900);
    const finished = started + between(400, 4_000);
    const reported = finished + between(2, 30);
    jobs.push({
      id,
      type: 'spec_ingest',
      state: 'completed',
      created_at: iso(created),
      updated_at: iso(reported),
      attempt: 1,
      attempts: [{ n: 1, started_at: clock(started), finished_at: clock(finished), worker, outcome: 'ok' }],
    });
    const told = (action: string, at: number): void => {
      audit.push({
        at,
        ts: iso(at),
        id: `a_${audit.length}`,
        actor: { kind: 'worker' },
        action,
        resource: { kind: 'job', id },
        job_id: id,
        outcome: 'success',
        details: { attempt: 1 },
      } as object & { at: number });
    };
    told('job.started', started + 4);
    told('job.completed', reported);
    if (worker === 'worker-2')
      workerLog.push({ ts: clock(started + 5), host: worker, level: 'info', msg: `takes ${id}` });
  }
  for (const minute of [10, 30, 50])
    files[`agents/ag_1/snapshots/${minute}.json`] = JSON.stringify({
      captured_at: iso(edgeClock(start + minute * 60_000)),
      model: 'SingleRing',
      cursor: minute,
      capacity: 64,
      gating: [minute],
      stages: [],
    });
  return {
    'requests.ndjson': lines(requests),
    'audit.ndjson': lines(audit.sort((a, b) => a.at - b.at).map(({ at: _at, ...record }) => record)),
    'jobs.ndjson': lines(jobs),
    'logs/edge-1.ndjson': lines(edge),
    'logs/worker-2.ndjson': lines(workerLog),
    ...files,
  };
}
