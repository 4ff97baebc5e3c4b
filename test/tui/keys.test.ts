/** Protects the keys: one meaning a place, every action reachable, held keys and torn sequences read rightly. */
import { expect, test } from 'vitest';
import { frameOf } from '../../src/tui/frame.ts';
import { helpLines } from '../../src/tui/help/lines.ts';
import { actionOf, bindingsAt, keymap, keyName, places } from '../../src/tui/keymap.ts';
import { lineText } from '../../src/tui/line.ts';
import { createSession } from '../../src/tui/session.ts';
import { placeOf } from '../../src/tui/state.ts';
import { strokeReader } from '../../src/tui/strokes.ts';
import { unicodeMarks } from '../../src/tui/theme.ts';
import { selectedEvent } from '../../src/tui/timeline/view.ts';
import { knownState } from './fixture.ts';
import { keyed } from './keyed.ts';

const size = { columns: 80, rows: 24 };

test.each(places)('no key does two things at %s', (place) => {
  const strokes = bindingsAt(place).flatMap((binding) => binding.keys);
  expect(new Set(strokes).size).toBe(strokes.length);
});

test.each(places)('the help of %s names every key', (place) => {
  const text = helpLines(place, unicodeMarks).map(lineText).join('\n');
  for (const binding of bindingsAt(place)) {
    expect(text).toContain(binding.description);
    for (const key of binding.keys) expect(text).toContain(keyName(key));
  }
});

test('quit, interrupt and suspend work everywhere; where text is typed q is a letter', () => {
  expect(actionOf('filter', 'q')).toBeUndefined();
  for (const place of places)
    expect([
      place === 'filter' ? 'quit' : actionOf(place, 'q'),
      actionOf(place, 'ctrl-c'),
      actionOf(place, 'ctrl-z'),
    ]).toEqual(['quit', 'interrupt', 'suspend']);
});

test('every stroke of the keymap is one that the reader can produce', () => {
  const read = strokeReader(() => 0);
  const made = new Set([
    ...[
      'upArrow',
      'downArrow',
      'leftArrow',
      'rightArrow',
      'backspace',
      'delete',
      'pageUp',
      'pageDown',
      'home',
      'end',
      'return',
      'tab',
      'escape',
    ].flatMap((key) => read('', { [key]: true })),
    ...'abcdefghijklmnopqrstuvwxyz'.split('').flatMap((letter) => read(letter, { ctrl: true })),
  ]);
  for (const binding of keymap) for (const key of binding.keys) expect(key.length === 1 || made.has(key)).toBe(true);
});

test('a held key is as many strokes as it has letters', () => {
  expect(strokeReader(() => 0)('jjj', {})).toEqual(['j', 'j', 'j']);
  expect(strokeReader(() => 0)('a\u007f\u007f\t\r', {})).toEqual(['a', 'backspace', 'backspace', 'tab', 'enter']);
});

test('the tail of a torn arrow is no text, in one piece or two', () => {
  let now = 1000;
  const read = strokeReader(() => now);
  expect(read('', { escape: true })).toEqual(['esc']);
  now += 60;
  expect(read('[A', {})).toEqual([]);
  now += 200;
  expect(read('', { escape: true })).toEqual(['esc']);
  now += 60;
  expect(read('[', {})).toEqual([]);
  now += 20;
  expect(read('A', {})).toEqual([]);
  now += 5;
  expect(read('j', {})).toEqual(['j']);
});

test('a bracket long after Escape is a key', () => {
  let now = 0;
  const read = strokeReader(() => now);
  read('', { escape: true });
  now += 500;
  expect(read('[', {})).toEqual(['[']);
});

test('Enter on a line opens its record, Esc goes back step by step, and at the top does nothing', () => {
  const opened = keyed(knownState(size), 'jjj\r');
  expect(placeOf(opened)).toBe('detail');
  expect(opened.timeline === null ? undefined : selectedEvent(opened.timeline)?.ref).toBe('requests.ndjson@500+100');
  const session = createSession(opened);
  const requests = { quit: () => undefined, interrupt: () => undefined, suspend: () => undefined };
  session.press('esc', requests);
  expect(placeOf(session.state())).toBe('timeline');
  session.press('esc', requests);
  expect(placeOf(session.state())).toBe('overview');
  const top = session.state();
  session.press('esc', requests);
  expect(session.state()).toBe(top);
});

test('a line without evidence says so instead of opening', () => {
  const state = keyed(knownState(size), 'Gk\r');
  expect(placeOf(state)).toBe('overview');
  expect(frameOf(state).map(lineText).at(-1)).toContain('no record of its own');
});

test('q quits and Ctrl-C interrupts, also over the help', () => {
  const asked: string[] = [];
  const requests = {
    quit: () => asked.push('quit'),
    interrupt: () => asked.push('interrupt'),
    suspend: () => asked.push('suspend'),
  };
  const session = createSession(keyed(knownState(size), '?'));
  for (const stroke of ['q', 'ctrl-c', 'ctrl-z']) session.press(stroke, requests as never);
  expect(asked).toEqual(['quit', 'interrupt', 'suspend']);
});
