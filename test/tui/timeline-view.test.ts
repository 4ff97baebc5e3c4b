/** Protects the virtual list: any walk through it shows what a plain list would, and reads no more than it shows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utc } from '../../src/base/zone.ts';
import { clockOf } from '../../src/tui/clock.ts';
import type { ActionId } from '../../src/tui/keymap.ts';
import type { Line } from '../../src/tui/line.ts';
import { stepOf } from '../../src/tui/overview/state.ts';
import { asciiMarks } from '../../src/tui/theme.ts';
import { eventLine, recordLines } from '../../src/tui/timeline/lines.ts';
import { selectedEvent, timelineAction, timelineAround, timelineStart } from '../../src/tui/timeline/view.ts';
import { eventsOf, memorySource } from './fixture.ts';

const moves = [
  'line.down',
  'line.up',
  'half.down',
  'half.up',
  'page.down',
  'page.up',
  'first',
  'last',
] as const satisfies readonly ActionId[];

const shown = (view: ReturnType<typeof timelineStart>, height: number): readonly number[] =>
  view.events.slice(view.top, view.top + height).map((event) => event.n);

test('a walk ends on the event that a plain list of all events would have under its cursor', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2500 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.constantFrom(...moves), { maxLength: 80 }),
      (count, height, walk) => {
        const source = memorySource(eventsOf(count));
        const room = { list: height, record: 0, recordLines: 0 };
        let view = timelineStart(source);
        let plain = 0;
        for (const action of walk) {
          view = timelineAction(view, action, source, room);
          plain = Math.max(0, Math.min(count - 1, plain + (stepOf(action, count, height) ?? 0)));
          expect(selectedEvent(view)?.n).toBe(count === 0 ? undefined : plain);
          const rows = shown(view, height);
          // Neighbours without a hole, the cursor among them, and no empty row that an event could fill.
          expect(rows).toEqual(rows.map((_, at) => (rows[0] ?? 0) + at));
          expect(rows).toHaveLength(Math.min(height, count));
          if (count > 0) expect(rows).toContain(plain);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a jump into the middle of many reads a few pages, and walking away lets go of them', () => {
  const events = eventsOf(60_000);
  const source = memorySource(events);
  const middle = events[30_000];
  if (middle === undefined) throw new Error('the fixture is too short');
  const room = { list: 20, record: 0, recordLines: 0 };
  let view = timelineAround(source, middle, room.list);
  expect(selectedEvent(view)?.n).toBe(30_000);
  expect(source.read()).toBeLessThan(1000);
  for (let step = 0; step < 200; step += 1) view = timelineAction(view, 'page.down', source, room);
  expect(view.events.length).toBeLessThan(1500);
  view = timelineAction(view, 'last', source, room);
  expect(selectedEvent(view)?.n).toBe(59_999);
  expect(source.read()).toBeLessThan(8000);
});

test('an open record follows the cursor, scrolls within its lines, and starts at its top again', () => {
  const source = memorySource(eventsOf(100));
  const room = { list: 10, record: 3, recordLines: 8 };
  let view = timelineAction(timelineStart(source), 'open', source, room);
  for (let step = 0; step < 20; step += 1) view = timelineAction(view, 'record.down', source, room);
  expect(view.record?.top).toBe(5);
  view = timelineAction(view, 'line.down', source, room);
  expect(view.record?.view.ref).toBe(selectedEvent(view)?.ref);
  expect(view.record?.top).toBe(0);
});

test('a time that a corrected clock moved has its mark, and the record says what was recorded', () => {
  const [event] = eventsOf(1);
  const view = memorySource(eventsOf(1)).record(event?.ref ?? '');
  if (event === undefined || view === null) throw new Error('the fixture has no event');
  const shape = { columns: 120, clock: clockOf(utc, null), marks: asciiMarks };
  const text = (line: Line): string => line.map((part) => part.text).join('');
  const time = shape.clock.milli(event.ts ?? 0);
  expect(text(eventLine(event, false, shape))).toContain(`${time} `);
  expect(text(eventLine({ ...event, skew_us: 7_000_000 }, false, shape))).toContain(`${time}~`);
  const recorded = recordLines({ ...view, recorded: (event.ts ?? 0) + 7_000_000 }, shape).map(text);
  expect(recorded[1]).toMatch(/^recorded +2026-03-09 .* UTC, by a clock that was off/);
});
