/** Protects the filter on the timeline: typed, completed and checked as it is typed, applied without losing the place. */
import { expect, test } from 'vitest';
import { frameOf } from '../../src/tui/frame.ts';
import { lineText } from '../../src/tui/line.ts';
import { createSession } from '../../src/tui/session.ts';
import { acted, placeOf, type State } from '../../src/tui/state.ts';
import { selectedEvent } from '../../src/tui/timeline/view.ts';
import { knownState } from './fixture.ts';
import { keyed } from './keyed.ts';

const size = { columns: 80, rows: 24 };
const frame = (state: State): readonly string[] => frameOf(state).map(lineText);
const last = (state: State, back: number): string => frame(state).at(-back) ?? '';
const at = (state: State): string | undefined =>
  state.timeline === null ? undefined : selectedEvent(state.timeline)?.ref;
const after = (state: State, ...actions: readonly Parameters<typeof acted>[1][]): State => actions.reduce(acted, state);

test('what passes is shown, the cursor stays on its event, and an empty filter shows every event again', () => {
  // Outcomes go round: ok, refused, failure, none.
  const there = keyed(knownState(size), '2jjjjj');
  expect(at(there)).toBe('requests.ndjson@500+100');
  const filtered = keyed(there, 'foutcome:refused\r');
  expect(at(filtered)).toBe('requests.ndjson@500+100');
  expect(frame(filtered)[1]).toContain('filter: outcome:refused');
  expect(
    frame(filtered)
      .filter((line) => /heartbeat -> /.test(line))
      .every((line) => / × POST/.test(line)),
  ).toBe(true);
  // An event that does not pass hands the cursor to the next one that does.
  expect(at(keyed(there, 'foutcome:ok\r'))).toBe('requests.ndjson@800+100');
  const cleared = keyed(acted(keyed(filtered, 'f'), 'erase.all'), '\r');
  expect([at(cleared), cleared.filter]).toEqual(['requests.ndjson@500+100', null]);
});

test('Esc leaves everything as it was, and q is a letter', () => {
  const before = keyed(knownState(size), '2jj');
  const typing = keyed(before, 'fq1?');
  expect([placeOf(typing), typing.prompt?.text]).toEqual(['filter', 'q1?']);
  const left = acted(typing, 'back');
  expect([placeOf(left), at(left), left.filter]).toEqual(['timeline', at(before), null]);
});

test('an error stands below its column while it is typed, and is not applied', () => {
  const typing = keyed(knownState(size), '2foutcome:ok statsu:4');
  expect(last(typing, 2)).toMatch(/^ filter: outcome:ok statsu:4▏/);
  expect(last(typing, 1)).toMatch(/^ {20}\^ column 12: unknown field "statsu"/);
  expect(last(typing, 2).indexOf('statsu')).toBe(last(typing, 1).indexOf('^'));
  const refused = keyed(typing, '\r');
  expect([placeOf(refused), refused.filter]).toEqual(['filter', null]);
  // One that is corrected is gone.
  expect(last(after(typing, 'erase.word'), 1)).not.toContain('column');
});

test('a far column is said where the mark has no room', () => {
  const typing = keyed(knownState(size), `2f${'outcome:ok '.repeat(12)}nothing:1`);
  expect(last(typing, 1)).toMatch(/^ column 133: unknown field/);
  expect(last(typing, 2)).toContain('nothing:1');
});

test('the text is edited anywhere, by what is seen as one character', () => {
  const typing = keyed(knownState(size), '2fa👩‍👧b');
  expect(after(typing, 'caret.left', 'erase.left').prompt?.text).toBe('ab');
  expect(keyed(after(typing, 'caret.start'), 'x').prompt?.text).toBe('xa👩‍👧b');
  expect(after(typing, 'caret.start', 'caret.right', 'erase.right').prompt?.text).toBe('ab');
  expect(after(keyed(typing, ' cd'), 'erase.word').prompt?.text).toBe('a👩‍👧b ');
});

test.each([
  ['outc', 'outcome:', []],
  ['outcome:re', 'outcome:refused', []],
  ['kind:request,au', 'kind:request,audit', []],
  ['-(is:ca', '-(is:cause', []],
  ['a', 'a', ['action:', 'agent:', 'actor:', 'approval:', 'attempt:', 'after:', 'at:']],
  ['nothingsuch', 'nothingsuch', []],
  ['"quoted', '"quoted', []],
])('Tab makes of %j %j', (text, wanted, choices) => {
  const typing = acted(keyed(knownState(size), `2f${text}`), 'filter.complete');
  expect([typing.prompt?.text, typing.prompt?.choices]).toEqual([wanted, choices]);
});

test('the number of events that pass is counted beside the typing, for the last text alone', () => {
  const waiting: (() => void)[] = [];
  const session = createSession(keyed(knownState(size), '2f'), (work) => waiting.push(work));
  const requests = { quit: () => undefined, interrupt: () => undefined, suspend: () => undefined };
  const type = (text: string): void => {
    for (const letter of text) session.press(letter, requests);
  };
  const work = (): void => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
  };
  type('outcome:ok');
  expect(last(session.state(), 1)).toContain('counting');
  waiting.shift()?.();
  expect(last(session.state(), 1)).not.toContain('so far');
  work();
  expect(last(session.state(), 1)).toMatch(/^ 125 events {2}/);
  type(' OR outcome:refused');
  work();
  expect(last(session.state(), 1)).toMatch(/^ 245 events {2}/);
  type(' (');
  work();
  expect(last(session.state(), 1)).toContain('column');
  session.press('esc', requests);
  expect(waiting).toEqual([]);
});

test('pasted text is one line of the filter, and nothing anywhere else', () => {
  const session = createSession(keyed(knownState(size), '2'), () => undefined);
  const before = session.state();
  session.paste('qqq');
  expect(session.state()).toBe(before);
  session.press('f', { quit: () => undefined, interrupt: () => undefined, suspend: () => undefined });
  session.paste('outcome:ok\n\u001b[31mkind:audit');
  expect(session.state().prompt?.text).toBe('outcome:ok [31mkind:audit');
});

test('nothing that passes is said, and evidence that the filter hides is shown without it', () => {
  const none = keyed(knownState(size), '2fkind:job\r');
  expect(frame(none).join('\n')).toContain('No event passes the filter');
  const opened = keyed(none, '1jjj\r');
  expect([placeOf(opened), opened.filter, at(opened)]).toEqual(['detail', null, 'requests.ndjson@500+100']);
  expect(last(opened, 1)).toContain('the filter hid this record');
});
