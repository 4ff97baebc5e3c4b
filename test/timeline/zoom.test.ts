// Protects the histogram at any zoom: its slices add up to the events that pass, however they are counted.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { eventKinds, outcomes } from '../../src/base/vocabulary.ts';
import {
  countsAt,
  eventPage,
  histogram,
  parseFilter,
  type Selector,
  selectorOf,
  zoomOf,
} from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';
import { moments } from './filter/filters.ts';
import { severalParts } from './several-parts.ts';

const many = Array.from({ length: 300 }, (_, index) =>
  JSON.stringify({
    ts: `2026-01-31T12:${String(index % 60).padStart(2, '0')}:${String((index * 7) % 60).padStart(2, '0')}.${index % 10}5Z`,
    request_id: `r_${index}`,
    method: 'GET',
    path: '/x',
    status: [200, 403, 503, 429][index % 4],
    details: { at: String(index % 3) },
  }),
).join('\n');
const reader = await opened(folderOf({ ...severalParts, 'requests.ndjson': many }));
afterAll(() => reader.close());

const selectorFor = (text: string): Selector => {
  const filter = parseFilter(text, moments);
  if (!filter.ok) throw new Error(filter.error.why);
  return selectorOf(reader, filter.value, eventKinds);
};

test.each(['', 'status:4xx', 'kind:request,audit -outcome:ok', 'details.at:1', 'details.at:2 OR kind:attempt'])(
  'of %j, by slice and by event',
  (text) => {
    const selector = selectorFor(text);
    const events = eventPage(reader, { limit: 10_000 }, selector);
    const span = reader.span() ?? { from: 0, to: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0, max: 0.9, noNaN: true }), (most, cut) => {
        const from = span.from + Math.floor((span.to - span.from) * cut);
        const zoom = zoomOf({ from, to: span.to }, most);
        const counts = countsAt(reader, zoom, text === '' ? undefined : selector);
        for (const outcome of outcomes) {
          const expected = new Array<number>(zoom.slices).fill(0);
          for (const event of events) {
            if (event.ts === null || event.outcome !== outcome || event.ts < zoom.from) continue;
            const slice = Math.floor((event.ts - zoom.from) / zoom.width_us);
            expected[slice] = (expected[slice] ?? 0) + 1;
          }
          expect(counts[outcome]).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  },
);

test('slices begin at whole multiples of their width, cover the span, and are no more than asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.integer({ min: 1, max: 500 }),
      (from, length, most) => {
        const to = from + length;
        const zoom = zoomOf({ from, to }, most);
        // A span over the border of two slices needs both, however wide they are.
        expect(zoom.slices).toBeLessThanOrEqual(Math.max(most, from < 0 && to >= 0 ? 2 : 1));
        expect(zoom.from % zoom.width_us === 0).toBe(true);
        expect(zoom.from).toBeLessThanOrEqual(from);
        expect(zoom.from + zoom.width_us * zoom.slices).toBeGreaterThan(to);
        expect(zoom.from + zoom.width_us * (zoom.slices - 1)).toBeLessThanOrEqual(to);
      },
    ),
  );
});

test.each([1, 7, 96, 480])(
  'in %i equal slices of the span: all events are counted, and each near its place',
  (slices) => {
    const found = histogram(reader, slices);
    if (found === null) throw new Error('no histogram');
    const { from, to, counts } = found;
    expect([from, to, found.of, counts.length]).toEqual([...Object.values(reader.span() ?? {}), 'failures', slices]);
    const failed = eventPage(reader, { limit: 10_000 }, selectorFor('outcome:refused,failure')).flatMap(({ ts }) =>
      ts === null ? [] : [Math.floor(((ts - from) * slices) / (to - from + 1))],
    );
    const upTo = (list: readonly number[]): number => list.reduce((sum, count) => sum + count, 0);
    expect(upTo(counts)).toBe(failed.length);
    // What is counted by whole seconds may lie in the slice beside.
    for (let slice = 0; slice < slices; slice += 1) {
      const before = upTo(counts.slice(0, slice));
      expect(before).toBeGreaterThanOrEqual(failed.filter((own) => own < slice - 1).length);
      expect(before).toBeLessThanOrEqual(failed.filter((own) => own < slice + 1).length);
    }
  },
);
