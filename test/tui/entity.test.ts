/** Protects the page of an entity: from an event to it, from it to records, neighbours and events, and back step by step. */
import { expect, test } from 'vitest';
import { frameOf } from '../../src/tui/frame.ts';
import { lineText, lineWidth } from '../../src/tui/line.ts';
import { acted, entered, placeOf, type State } from '../../src/tui/state.ts';
import { selectedEvent } from '../../src/tui/timeline/view.ts';
import { eventsOf, knownState } from './fixture.ts';
import { keyed } from './keyed.ts';

const size = { columns: 80, rows: 24 };
const frame = (state: State): string => frameOf(state).map(lineText).join('\n');
const esc = (state: State): State => acted(state, 'back');

test('e opens the entity of the event; what all events name comes last', () => {
  const page = keyed(knownState(size), '2je');
  expect(placeOf(page)).toBe('entity');
  expect(frame(page)).toMatch(/^ agent:ag_1 {2}online {2}11:40:01 to /m);
  expect(frame(page)).toContain('OVER TIME  11:40:00.000 online');
  expect(frame(page)).toContain('CAPTURED   agents  id: ag_1, status: online');
  expect(frame(keyed(page, 'e'))).toMatch(/^ org:org_2 /m);
  expect(frame(keyed(page, 'ee'))).toMatch(/^ agent:ag_1 /m);
});

test('a neighbour opens, and Esc leads back to where each step began', () => {
  const page = keyed(knownState(size), '2jejjj');
  const neighbour = keyed(page, '\r');
  expect(frame(neighbour)).toMatch(/^ org:org_2 /m);
  const back = esc(neighbour);
  expect([back.entity?.page.entity, back.entity?.cursor]).toEqual(['agent:ag_1', 3]);
  expect(placeOf(esc(back))).toBe('timeline');
});

test('a state opens its record in the timeline, and Esc leads back to the page', () => {
  const record = keyed(knownState(size), '2jjjjjjjjej\r');
  expect([placeOf(record), record.timeline?.record?.view.ref]).toEqual(['detail', 'requests.ndjson@100+100']);
  const page = esc(esc(record));
  expect([placeOf(page), page.entity?.cursor]).toEqual(['entity', 1]);
});

test('its events are the timeline through a filter, which is gone with an empty one', () => {
  const events = keyed(knownState(size), '2je\r');
  expect([placeOf(events), events.filter?.text]).toEqual(['timeline', 'entity:agent:ag_1']);
  const shown = events.timeline?.events ?? [];
  expect(shown.length).toBeGreaterThan(50);
  expect(shown.every(({ entities }) => entities.includes('agent:ag_1'))).toBe(true);
  expect(placeOf(esc(events))).toBe('entity');
});

test('an event without an entity says so', () => {
  const [first, ...rest] = knownState(size).timeline?.events ?? [];
  expect([first, rest]).toEqual([undefined, []]);
  const bare = knownState(size, 'unicode', []);
  expect(frame(keyed(bare, '2e'))).toContain('this event names no entity');
});

test('the cursor stays on screen at every size, and the page equals a fresh one', () => {
  for (const rows of [16, 24, 40]) {
    const small = { columns: 60, rows };
    const page = keyed(knownState(small), '2jeG');
    expect(frame(page).split('\n')).toHaveLength(rows);
    expect(frame(page)).toMatch(/^>NEIGHBOURS org:org_2/m);
    expect(page.timeline === null ? undefined : selectedEvent(page.timeline)?.n).toBe(1);
  }
});

const hostile = ['\u001b[2J', '\u202eabc', 'tab\tline\nbreak', '漢字'.repeat(40), '👩\u200d👧', '\ud800', 'a"b(c),*'];

test('no name of an entity, and nothing that is pasted, moves the cursor or breaks a row', () => {
  const events = eventsOf(20).map((event, at) => ({ ...event, entities: [`agent:${hostile[at % hostile.length]}`] }));
  const straight = (state: State): void => {
    for (const line of frameOf(state)) {
      expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
      expect(lineText(line)).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u);
    }
  };
  for (const [at] of hostile.entries()) {
    const page = keyed(knownState(size, 'unicode', events), `2${'j'.repeat(at)}e`);
    expect(placeOf(page)).toBe('entity');
    straight(page);
    // Its events are found by its name, whatever stands in it.
    const own = keyed(page, '\r');
    expect(own.timeline?.events.every(({ entities }) => entities[0] === `agent:${hostile[at]}`)).toBe(true);
    straight(own);
    straight(entered(keyed(own, 'f'), hostile[at] ?? ''));
  }
});
