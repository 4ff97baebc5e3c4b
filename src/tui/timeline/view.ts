/**
 * A window over the timeline: the events around the cursor are loaded, whatever the size of the case. All of it is
 * pure over the source, which only reads.
 */

import type { TimelineEvent } from '../../timeline/index.ts';
import type { ActionId } from '../keymap.ts';
import { stepOf } from '../overview/state.ts';
import type { RecordView, TimelineSource } from './source.ts';

export interface OpenRecord {
  readonly view: RecordView;
  /** First line of the record on screen. */
  readonly top: number;
}

export interface TimelineView {
  /** Neighbours in total order, without a hole. */
  readonly events: readonly TimelineEvent[];
  /** Whether nothing comes before the first or after the last of `events`. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
  /** Index in `events`. */
  readonly selected: number;
  /** Index in `events` of the first row on screen. */
  readonly top: number;
  readonly record: OpenRecord | null;
}

/** Events read at once, and kept on either side of the screen. */
const pageSize = 100;
const keptAround = 300;

export function timelineStart(source: TimelineSource): TimelineView {
  const events = source.page(null, false, pageSize);
  return { events, atStart: true, atEnd: events.length < pageSize, selected: 0, top: 0, record: null };
}

function timelineEnd(source: TimelineSource, height: number): TimelineView {
  const events = source.page(null, true, pageSize).toReversed();
  const selected = Math.max(0, events.length - 1);
  const view = { events, atStart: events.length < pageSize, atEnd: true, selected, top: selected, record: null };
  return onScreen(view, source, height);
}

/** The window around an event, which stands in the middle of the screen where there is room. */
export function timelineAround(source: TimelineSource, event: TimelineEvent, height: number): TimelineView {
  const before = source.page(event, true, pageSize).toReversed();
  const after = source.page(event, false, pageSize);
  const view: TimelineView = {
    events: [...before, event, ...after],
    atStart: before.length < pageSize,
    atEnd: after.length < pageSize,
    selected: before.length,
    top: before.length - Math.floor(height / 2),
    record: null,
  };
  return onScreen(view, source, height);
}

/** The window at the event, or at what comes nearest after it where it is none of the source; before it, where nothing does. */
export function timelineNear(source: TimelineSource, event: TimelineEvent | undefined, height: number): TimelineView {
  if (event === undefined) return timelineStart(source);
  const near = source.has(event) ? event : (source.page(event, false, 1)[0] ?? source.page(event, true, 1)[0]);
  return near === undefined ? timelineStart(source) : timelineAround(source, near, height);
}

export const selectedEvent = (view: TimelineView): TimelineEvent | undefined => view.events[view.selected];

function loadedBefore(view: TimelineView, source: TimelineSource): TimelineView {
  const first = view.events[0];
  if (first === undefined) return { ...view, atStart: true };
  const page = source.page(first, true, pageSize);
  return {
    ...view,
    events: [...page.toReversed(), ...view.events],
    atStart: page.length < pageSize,
    selected: view.selected + page.length,
    top: view.top + page.length,
  };
}

function loadedAfter(view: TimelineView, source: TimelineSource): TimelineView {
  const last = view.events.at(-1);
  if (last === undefined) return { ...view, atEnd: true };
  const page = source.page(last, false, pageSize);
  return { ...view, events: [...view.events, ...page], atEnd: page.length < pageSize };
}

/** Scrolls to the cursor, loads what the screen shows, and lets go of what is far away. */
export function onScreen(view: TimelineView, source: TimelineSource, height: number): TimelineView {
  let next = { ...view, top: Math.max(view.selected - height + 1, Math.min(view.top, view.selected)) };
  while (!next.atStart && next.top < 0) next = loadedBefore(next, source);
  while (!next.atEnd && next.top + height > next.events.length) next = loadedAfter(next, source);
  // At the end of the case the last event stands in the last row; rows above it may have to be read.
  if (next.atEnd) next = { ...next, top: Math.min(next.top, next.events.length - height) };
  while (!next.atStart && next.top < 0) next = loadedBefore(next, source);
  return trimmed({ ...next, top: Math.max(0, next.top) }, height);
}

function trimmed(view: TimelineView, height: number): TimelineView {
  const from = Math.max(0, view.top - keptAround);
  const to = Math.min(view.events.length, view.top + height + keptAround);
  if (from < pageSize && view.events.length - to < pageSize) return view;
  return {
    ...view,
    events: view.events.slice(from, to),
    atStart: view.atStart && from === 0,
    atEnd: view.atEnd && to === view.events.length,
    selected: view.selected - from,
    top: view.top - from,
  };
}

function movedBy(view: TimelineView, step: number, source: TimelineSource, height: number): TimelineView {
  let next = view;
  let target = view.selected + step;
  while (target >= next.events.length && !next.atEnd) next = loadedAfter(next, source);
  while (target < 0 && !next.atStart) {
    const more = loadedBefore(next, source);
    target += more.selected - next.selected;
    next = more;
  }
  const selected = Math.max(0, Math.min(next.events.length - 1, target));
  return onScreen({ ...next, selected }, source, height);
}

/** The open record follows the cursor. */
function followed(view: TimelineView, source: TimelineSource): TimelineView {
  const ref = selectedEvent(view)?.ref;
  if (view.record === null || ref === undefined || view.record.view.ref === ref) return view;
  return opened(view, source, ref);
}

/** Opens a record beside the list: the one under the cursor, or another that is no event. */
export function opened(view: TimelineView, source: TimelineSource, ref: string): TimelineView {
  const record = source.record(ref);
  return { ...view, record: record === null ? null : { view: record, top: 0 } };
}

/** Sizes that actions need: rows of the list, rows and lines of the record. */
export interface TimelineRoom {
  readonly list: number;
  readonly record: number;
  readonly recordLines: number;
}

export function timelineAction(
  view: TimelineView,
  action: ActionId,
  source: TimelineSource,
  room: TimelineRoom,
): TimelineView {
  switch (action) {
    case 'first':
      return followed({ ...onScreen(timelineStart(source), source, room.list), record: view.record }, source);
    case 'last':
      return followed({ ...timelineEnd(source, room.list), record: view.record }, source);
    case 'open': {
      const ref = selectedEvent(view)?.ref;
      return ref === undefined ? view : opened(view, source, ref);
    }
    case 'close':
    case 'back':
      return { ...view, record: null };
    case 'record.down':
      return recordScrolled(view, 1, room);
    case 'record.up':
      return recordScrolled(view, -1, room);
    default: {
      const step = stepOf(action, 0, room.list);
      return step === null ? view : followed(movedBy(view, step, source, room.list), source);
    }
  }
}

function recordScrolled(view: TimelineView, step: number, room: TimelineRoom): TimelineView {
  if (view.record === null) return view;
  const last = Math.max(0, room.recordLines - room.record);
  return { ...view, record: { ...view.record, top: Math.max(0, Math.min(last, view.record.top + step)) } };
}
