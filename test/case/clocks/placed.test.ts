// Protects corrected times beside the timeline: entities, probes and states stand where the timeline has them, and what the model
// judges keeps its recorded times.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entityOf } from '../../../src/base/entity.ts';
import { formatMicros } from '../../../src/base/time.ts';
import type { CaseReader, EventRow } from '../../../src/case/index.ts';
import { entityPage } from '../../../src/timeline/index.ts';
import { triage } from '../../../src/triage/index.ts';
import { folderOf, opened } from '../archives.ts';
import { aheadMs, skewedIncident, start, stepAt, stepMs } from './incident.ts';

const lines = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
const iso = (ms: number): string => new Date(ms).toISOString();
const ahead = (ms: number): string => iso(ms + aheadMs);
const stepped = (ms: number): string => iso(ms + (ms < stepAt ? 0 : stepMs));

/** The readiness of the worker on the host that is ahead: it fails from minute 20 to 25, and the first record of all is a probe. */
const failing = { from: start + 20 * 60_000, to: start + 25 * 60_000 };
const probes = Array.from({ length: 60 }, (_, minute) => {
  const at = start - 2_000 + minute * 60_000;
  const isFailing = at >= failing.from && at <= failing.to;
  return { ts: ahead(at), component: 'worker', host: 'worker-2', endpoint: '/readyz', status: isFailing ? 503 : 200 };
});
/** What names entities outside of columns, and by symbol in another kind: a rollout that only the stepped agent tells of. */
const told = Array.from({ length: 40 }, (_, index) => ({
  ts: stepped(start + 40 * 60_000 + index * 20_000),
  host: 'edge-1',
  component: 'agent:ag_1',
  msg: `step ${index} of the rollout`,
  agent_id: index < 20 ? 'ag_1' : 'ag_3',
  deployment_id: `dep_${index % 3}`,
}));

let reader: CaseReader;
let events: readonly EventRow[];
beforeAll(async () => {
  reader = await opened(
    folderOf({ ...skewedIncident(), 'health.ndjson': lines(probes), 'logs/rollout.ndjson': lines(told) }),
  );
  events = reader.events({ limit: 10_000 });
});
afterAll(() => reader.close());

describe('an entity', () => {
  it('has the times of its first and its last event on the timeline', () => {
    const all = reader.entities();
    for (const { entity, first_ts, last_ts, events: count } of all) {
      const own = reader.events({ entity, limit: 10_000 });
      const times = own.flatMap(({ ts }) => ts ?? []);
      expect([entity, first_ts, last_ts, count]).toEqual([
        entity,
        times.at(0) ?? null,
        times.at(-1) ?? null,
        own.length,
      ]);
      if (count === 0) continue;
      expect(reader.entity(entity)).toMatchObject({ first_ts, last_ts });
    }
    const moved = all.filter(({ entity }) =>
      reader.events({ entity, limit: 10_000 }).some(({ skew_us }) => skew_us !== null),
    );
    expect(new Set(moved.map(({ kind }) => kind))).toEqual(new Set(['agent', 'component', 'deployment', 'job']));
  });

  it('is the same in SQL', () => {
    const result = reader.sql('SELECT entity, first_ts, last_ts FROM entity ORDER BY entity');
    if (!result.ok) throw new Error(result.error.why);
    expect([...result.value.rows]).toEqual(reader.entities().map((one) => [one.entity, one.first_ts, one.last_ts]));
  });

  it('began when the first probe of it was made, not when a clock that was ahead says', () => {
    const worker = reader.entity(entityOf('component', 'worker'));
    const first = events.find(({ kind }) => kind === 'probe');
    expect(worker?.first_ts).toBe(first?.ts);
    expect((first?.ts ?? 0) + (first?.skew_us ?? 0)).toBe(Date.parse(probes[0]?.ts ?? '') * 1000);
    expect(first?.skew_us).toBeGreaterThan(6_000_000);
  });

  it('went through its states by the same times', () => {
    const job = entityPage(reader, entityOf('job', 'job_1'));
    const attempt = events.find(({ kind, subject }) => kind === 'attempt' && subject === 'job:job_1');
    expect(job?.states.filter(({ text }) => text.startsWith('attempt')).map(({ ts }) => ts)).toEqual([
      attempt?.ts,
      attempt?.end_ts,
    ]);
    const worker = entityPage(reader, entityOf('component', 'worker'));
    const byRef = new Map(events.map(({ ref, ts }) => [ref, ts]));
    expect(worker?.states).toHaveLength(3);
    for (const { ref, ts } of worker?.states ?? []) expect(ts).toBe(byRef.get(ref));
  });
});

describe('rows', () => {
  it('are given as the timeline places them, in its order, whether a clock moved them or not', () => {
    for (const kind of ['probe', 'log', 'attempt', 'snapshot', 'request', 'job'] as const) {
      const own = events.filter((event) => event.kind === kind);
      expect(own.length).toBeGreaterThan(0);
      const placed = [...reader.placed(kind)].map(({ row, skew_us }) => [row.n, row.ts, skew_us]);
      expect(placed).toEqual(own.map(({ n, ts, skew_us }) => [n, ts, skew_us]));
    }
    const some = [...reader.placed('log', { equals: { host: 'worker-2' } })];
    expect(some.length).toBeGreaterThan(0);
    expect(some.map(({ row }) => row)).toEqual(
      [...reader.placed('log')].map(({ row }) => row).filter(({ host }) => host === 'worker-2'),
    );
    const [one] = reader.placed('log');
    expect(one?.row.n).toBe(events.find(({ kind }) => kind === 'log')?.n);
  });

  it('are given as they were recorded where the model judges them', () => {
    const [first] = reader.rows('probe');
    expect(first?.ts).toBe(Date.parse(probes[0]?.ts ?? '') * 1000);
  });
});

it('the first pass and the findings tell of probes by corrected times', () => {
  const { first_pass, findings } = triage(reader);
  const byRef = new Map(events.map(({ ref, ts }) => [ref, ts === null ? null : formatMicros(ts)]));
  const [span] = first_pass.worker.readyz.failing_spans;
  expect(span?.from).toBe(byRef.get(span?.ref ?? ''));
  const found = findings.find(({ rule }) => rule === 'worker/component-unready');
  expect(found?.first_ts).toBe(span?.from);
  expect(found?.evidence.map(({ ts }) => ts)).toEqual(found?.evidence.map(({ ref }) => byRef.get(ref)));
});
