// Protects how a case tells of its clocks: hosts that were off are found, their records stand in the right order and are marked,
// what lasted keeps its length, and counts and pages are those of the corrected times.
import { beforeAll, describe, expect, it } from 'vitest';
import { eventKinds, outcomes } from '../../../src/base/vocabulary.ts';
import { utc } from '../../../src/base/zone.ts';
import type { CaseReader, ClockRow, EventRow } from '../../../src/case/index.ts';
import { eventPage, parseFilter, selectorOf } from '../../../src/timeline/index.ts';
import { folderOf, opened, tarOf } from '../archives.ts';
import { aheadMs, skewedIncident, start, stepAt, stepMs } from './incident.ts';

const files = skewedIncident();
let reader: CaseReader;
let events: readonly EventRow[];
beforeAll(async () => {
  reader = await opened(folderOf(files));
  events = reader.events({ limit: 10_000 });
});

const clockOf = (name: string): ClockRow => {
  const found = reader.clocks().find(({ clock }) => clock === name);
  if (found === undefined) throw new Error(`no clock ${name}`);
  return found;
};

describe('clocks', () => {
  it('are named with what is known of them', () => {
    expect(reader.clocks().map(({ clock, state }) => [clock, state])).toEqual([
      ['agent:ag_1', 'stepped'],
      ['agent:ag_2', 'unbounded'],
      ['host:api-1', 'unbounded'],
      ['host:worker-1', 'known'],
      ['host:worker-2', 'known'],
    ]);
  });

  it('have intervals that hold the truth and are no wider than their messages make them', () => {
    const truths = [
      ['host:worker-1', [0]],
      ['host:worker-2', [aheadMs]],
      ['agent:ag_1', [0, stepMs]],
    ] as const;
    for (const [name, offsets] of truths) {
      const { epochs } = clockOf(name);
      expect(epochs).toHaveLength(offsets.length);
      epochs.forEach(({ least, most, refs }, index) => {
        const truth = (offsets[index] as number) * 1000;
        expect(least).toBeLessThanOrEqual(truth);
        expect(most).toBeGreaterThanOrEqual(truth);
        expect((most as number) - (least as number)).toBeLessThan(1_500_000);
        expect(refs.length).toBeGreaterThan(0);
      });
    }
    expect(clockOf('agent:ag_2').epochs).toMatchObject([{ most: null, correction: 0 }]);
  });

  it('tell when they stepped', () => {
    const began = clockOf('agent:ag_1').epochs[1]?.began;
    expect(began?.from).toBeLessThanOrEqual(stepAt * 1000);
    expect(began?.to).toBeGreaterThanOrEqual(stepAt * 1000);
    expect((began?.to ?? 0) - (began?.from ?? 0)).toBeLessThan(120_000_000);
  });

  it('are the same whatever the order of the members', async () => {
    const shuffled = await opened(await tarOf(folderOf(files), Object.keys(files).sort().reverse()));
    expect(shuffled.clocks()).toEqual(reader.clocks());
    const told = (all: readonly EventRow[]): unknown => all.map(({ n: _n, ...event }) => event);
    expect(told(shuffled.events({ limit: 10_000 }))).toEqual(told(events));
    shuffled.close();
  });
});

describe('events', () => {
  const logs = (): readonly EventRow[] => events.filter(({ kind }) => kind === 'log');
  const titles = (): ReadonlyMap<string, EventRow> => {
    const rows = [...reader.rows('log')];
    return new Map(logs().map((event) => [rows.find(({ n }) => n === event.n)?.message ?? '', event]));
  };

  it('stand where they happened: what was sent before what was received, a start after its job', () => {
    const byMessage = titles();
    const place = (event: EventRow | undefined): number => events.indexOf(event as EventRow);
    const received = new Map([...reader.rows('request')].map((row) => [row.request_id, row.n]));
    for (let index = 0; index < 120; index += 1) {
      const [sent, answered] = [byMessage.get(`beat ${index} is sent`), byMessage.get(`beat ${index} was answered`)];
      const request = events.find(({ kind, n }) => kind === 'request' && n === received.get(`rq_${index}`));
      expect(place(sent), `beat ${index}`).toBeLessThan(place(request));
      expect(place(sent)).toBeLessThan(place(answered));
    }
    const jobs = [...reader.rows('job')];
    for (const event of events.filter(({ kind }) => kind === 'attempt')) {
      const job = jobs.find(({ ref }) => ref === event.ref);
      expect(event.ts).toBeGreaterThanOrEqual(job?.ts ?? Number.NaN);
      expect(event.end_ts).toBeLessThanOrEqual((job?.updated_ts ?? Number.NaN) + 2_000);
    }
  });

  it('are marked when they were moved, and only then; rows keep what was recorded', () => {
    const attempts = new Map([...reader.rows('attempt')].map((row) => [row.n, row]));
    for (const event of events) {
      const attempt = event.kind === 'attempt' ? attempts.get(event.n) : undefined;
      if (attempt === undefined) continue;
      expect(event.skew_us === null).toBe(attempt.worker === 'worker-1');
      expect((event.ts ?? 0) + (event.skew_us ?? 0)).toBe(attempt.ts);
      expect((event.end_ts ?? 0) - (event.ts ?? 0)).toBe((attempt.finished_ts ?? 0) - (attempt.ts ?? 0));
    }
    const moved = events.filter(({ skew_us }) => skew_us !== null);
    expect(moved.every(({ kind }) => ['attempt', 'log', 'snapshot'].includes(kind))).toBe(true);
    const told = reader.clocks().reduce((sum, clock) => sum + clock.moved, 0);
    expect(moved).toHaveLength(told);
    expect(clockOf('agent:ag_1').unplaced).toBe(0);
  });

  it('move also where only the host is named, and snapshots with their agent', () => {
    const byMessage = titles();
    expect(byMessage.get('takes job_1')?.skew_us).toBe(clockOf('host:worker-2').epochs[0]?.correction);
    const after = clockOf('agent:ag_1').epochs[1]?.correction;
    expect(byMessage.get('beat 119 was answered')?.skew_us).toBe(after);
    expect(byMessage.get('beat 0 was answered')?.skew_us).toBeNull();
    const snapshots = events.filter(({ kind }) => kind === 'snapshot');
    expect(snapshots.map(({ skew_us }) => skew_us)).toEqual([null, null, after]);
    // The file's own order tells which side of the step a line is on, although the clock showed its time twice.
    expect(byMessage.get('beat 69 is sent')?.skew_us).toBeNull();
    expect(byMessage.get('beat 70 is sent')?.skew_us).toBe(after);
  });

  it('are read page by page, forwards and backwards, in one order', () => {
    for (const backwards of [false, true]) {
      const found: EventRow[] = [];
      for (;;) {
        const last = found.at(-1);
        const page = reader.events({
          limit: 97,
          backwards,
          ...(last === undefined ? {} : { after: { n: last.n, kind: last.kind } }),
        });
        found.push(...page);
        if (page.length < 97) break;
      }
      expect(found).toEqual(backwards ? [...events].reverse() : events);
    }
    const middle = (start + 30 * 60_000) * 1000;
    expect(reader.events({ limit: 10_000, from: middle })).toEqual(
      events.filter(({ ts }) => ts !== null && ts >= middle),
    );
    expect(reader.countEvents({ from: middle })).toBe(events.filter(({ ts }) => ts !== null && ts >= middle).length);
    expect(reader.countEvents({})).toBe(events.length);
  });

  it('are found by what they are about, and by having been moved', () => {
    const entity = 'job:job_1' as const;
    const own = reader.events({ limit: 100, entity });
    expect(own.map(({ kind }) => kind)).toEqual(
      ['job', 'audit', 'attempt', 'audit'].sort(
        (a, b) => own.findIndex((one) => one.kind === a) - own.findIndex((one) => one.kind === b),
      ),
    );
    const moved = reader.events({ limit: 10_000, where: () => ({ moved: true }) });
    expect(moved).toEqual(events.filter(({ skew_us }) => skew_us !== null));
    expect(reader.countEvents({ where: () => ({ not: { moved: true } }) })).toBe(events.length - moved.length);
  });

  it('that were moved are found by the filter, by the case and where records are looked at', () => {
    const moved = events.filter(({ skew_us }) => skew_us !== null).map(({ n, kind }) => [n, kind]);
    for (const text of ['is:moved', 'is:moved OR details.nothing:1']) {
      const filter = parseFilter(text, { span: reader.span(), zone: utc });
      if (!filter.ok) throw new Error(filter.error.why);
      const found = eventPage(reader, { limit: 10_000 }, selectorOf(reader, filter.value, eventKinds));
      expect(found.map(({ n, kind }) => [n, kind])).toEqual(moved);
    }
  });

  it('are counted by corrected time at every width', () => {
    for (const width_us of [1_000_000, 10_000_000, 60_000_000, 7_000]) {
      const from = Math.floor((start * 1000) / 60_000_000) * 60_000_000 - 600_000_000;
      const slices = Math.min(4_500, Math.ceil(4_500_000_000 / width_us));
      const counts = reader.countSlices({ from, width_us, slices });
      const expected = Object.fromEntries(outcomes.map((name) => [name, new Array<number>(slices).fill(0)]));
      for (const { ts, outcome } of events) {
        const slice = Math.floor(((ts ?? 0) - from) / width_us);
        if (ts !== null && slice >= 0 && slice < slices)
          (expected[outcome] as number[])[slice] = ((expected[outcome] as number[])[slice] ?? 0) + 1;
      }
      expect(counts).toEqual(expected);
    }
    expect(reader.span()).toEqual({ from: events[0]?.ts, to: events.findLast(({ ts }) => ts !== null)?.ts });
  });

  it('are the same rows in the view', () => {
    const result = reader.sql('SELECT n, kind, ts, end_ts, skew_us FROM event ORDER BY ts, n, kind');
    if (!result.ok) throw new Error(result.error.why);
    const key = (row: readonly unknown[]): string => row.join(' ');
    const expected = events.map(({ n, kind, ts, end_ts, skew_us }) => key([n, kind, ts, end_ts, skew_us]));
    expect([...result.value.rows].map(key).sort()).toEqual(expected.sort());
  });
});
