// Protects records from their times: every form that the contract knows is read, a record with any other stays, undated and last, and
// times that are only known at the end are counted however many they are.
import { expect, it } from 'vitest';
import { folderOf, opened } from '../archives.ts';

const noon = Date.parse('2026-01-31T12:00:00Z') * 1000;

/** As it is written in the record, and the microseconds that it means; null where it is no usable time. */
const forms: ReadonlyArray<readonly [string, number | null]> = [
  ['"2026-01-31T12:00:00Z"', noon],
  ['"2026-01-31t12:00:00.5z"', noon + 500_000],
  ['"2026-01-31 17:30:00.000001+05:30"', noon + 1],
  ['"2026-01-31T12:00:00.1234569-00:00"', noon + 123_456],
  ['"2026-01-31T04:00:00,25-0800"', noon + 250_000],
  ['1769860800', noon],
  ['1769860800.25', noon + 250_000],
  ['"1769860800250"', noon + 250_000],
  ['1769860800000001', noon + 1],
  ['1769860800000001999', noon + 1],
  ['"2025-12-31T23:59:60Z"', Date.parse('2026-01-01T00:00:00Z') * 1000],
  ['"1969-12-31T23:59:59.999999Z"', -1],
  ['0', 0],
  ['"2026-02-29T00:00:00Z"', null],
  ['"2026-01-31T25:00:00Z"', null],
  ['"2026-01-31T12:00:61Z"', null],
  ['"9999-12-31T23:59:59Z"', null],
  ['"0000-00-00T00:00:00Z"', null],
  ['1e300', null],
  ['-99999999999999999999999', null],
  ['"yesterday"', null],
  ['""', null],
  ['true', null],
  ['{"s":1}', null],
  ['null', null],
];

it('a record of every form of time stays, those without a usable one last, in one order', async () => {
  const line = ([ts]: (typeof forms)[number], index: number): string =>
    `{"ts":${ts},"request_id":"r${index}","method":"GET","path":"/x","status":200,"host":"h","sent_at":${ts},"caller":{"kind":"agent","id":"a"}}`;
  const job = ([ts]: (typeof forms)[number], index: number): string =>
    `{"id":"j${index}","type":"replay","state":"completed","created_at":${ts},"updated_at":${ts},"attempt":1,"attempts":[{"n":1,"started_at":${ts},"finished_at":${forms[(index + 1) % forms.length]?.[0]},"worker":"w","outcome":"ok"}]}`;
  const reader = await opened(
    folderOf({ 'requests.ndjson': forms.map(line).join('\n'), 'jobs.ndjson': forms.map(job).join('\n') }),
  );
  const read = new Map([...reader.rows('request')].map((row) => [row.request_id, row.ts]));
  expect(forms.map(([written], index) => [written, read.get(`r${index}`)])).toEqual(forms);
  expect(reader.damage()).toEqual({ gaps: 0, problems: [] });
  const events = reader.events({ limit: 1_000, kinds: ['request'] });
  expect(events).toHaveLength(forms.length);
  const times = events.map(({ ts }) => ts ?? Number.POSITIVE_INFINITY);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const undated = events.filter(({ ts }) => ts === null).map(({ ref }) => Number(/@(\d+)/.exec(ref)?.[1]));
  expect(undated).toEqual([...undated].sort((a, b) => a - b));
  // Nonsense makes no clock certain.
  expect(reader.clocks().map(({ clock, moved }) => [clock, moved])).toEqual([
    ['agent:a', 0],
    ['host:h', 0],
    ['host:w', 0],
  ]);
  reader.close();
});

it('rows of more than one part of the counts get their times at the end without holding up what is written', async () => {
  const sample = 'a_total 1\n'.repeat(70_000);
  const reader = await opened(folderOf({ 'metrics/api/1769860800000.prom': sample }));
  const counts = reader.countSlices({ from: noon, width_us: 1_000_000, slices: 1 });
  expect(counts.none).toEqual([70_000]);
  reader.close();
});
