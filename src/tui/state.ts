/** All that the screens know and where the user is; every change of it is a pure function. */

import type { Zone } from '../base/zone.ts';
import type { DiagnosisDocument, TriageDocument } from '../diagnosis/index.ts';
import type { Histogram } from '../timeline/index.ts';
import type { CaseFacts } from './case-facts.ts';
import { type Clock, clockOf } from './clock.ts';
import { helpLines } from './help/lines.ts';
import type { ActionId, Place } from './keymap.ts';
import { bodyRows, type Size, timelineLayout } from './layout.ts';
import type { Opening } from './opening/lines.ts';
import { overviewSections } from './overview/content.ts';
import {
  cursorIndex,
  fitSections,
  type OverviewState,
  overviewAction,
  overviewStart,
  type ShownRow,
  scrolled,
  stepOf,
} from './overview/state.ts';
import { asciiMarks, type Marks, unicodeMarks } from './theme.ts';
import { recordLines } from './timeline/lines.ts';
import type { TimelineSource } from './timeline/source.ts';
import {
  onScreen,
  opened,
  type TimelineRoom,
  type TimelineView,
  timelineAction,
  timelineAround,
  timelineStart,
} from './timeline/view.ts';

export interface Display {
  readonly zone: Zone;
  readonly marks: 'unicode' | 'ascii';
}

/** A case that stands. */
export interface StandingCase {
  readonly facts: CaseFacts;
  readonly source: TimelineSource;
}

export type ScreenName = 'overview' | 'timeline';

export interface State {
  readonly size: Size;
  readonly display: Display;
  readonly clock: Clock;
  readonly marks: Marks;
  readonly opening: Opening;
  readonly standing: StandingCase | null;
  readonly triage: TriageDocument | null;
  readonly diagnosis: DiagnosisDocument | null;
  readonly histogram: Histogram | null;
  readonly progress: string | null;
  readonly defect: string | null;
  readonly screen: ScreenName;
  readonly help: { readonly top: number } | null;
  readonly overview: OverviewState;
  readonly timeline: TimelineView | null;
  /** Whether Esc on the timeline leads back to the Overview that opened it. */
  readonly cameFromOverview: boolean;
  /** One sentence in the hint line, until the next key. */
  readonly notice: string | null;
}

export type News =
  | { readonly type: 'opening'; readonly opening: Omit<Opening, 'name'> }
  | { readonly type: 'standing'; readonly standing: StandingCase }
  | { readonly type: 'triage'; readonly document: TriageDocument }
  | { readonly type: 'diagnosis'; readonly document: DiagnosisDocument }
  | { readonly type: 'histogram'; readonly histogram: Histogram }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'defect'; readonly text: string }
  | { readonly type: 'size'; readonly size: Size };

export function startState(name: string, size: Size, display: Display): State {
  return {
    size,
    display,
    clock: clockOf(display.zone, null),
    marks: display.marks === 'ascii' ? asciiMarks : unicodeMarks,
    opening: { name, step: 'starting', done: 0, of: 0, elapsedMs: 0 },
    standing: null,
    triage: null,
    diagnosis: null,
    histogram: null,
    progress: null,
    defect: null,
    screen: 'overview',
    help: null,
    overview: overviewStart,
    timeline: null,
    cameFromOverview: false,
    notice: null,
  };
}

/** Where keys go now. */
export function placeOf(state: State): Place {
  if (state.standing === null) return 'opening';
  if (state.help !== null) return 'help';
  return screenPlace(state);
}

/** The place under an open help. */
export const screenPlace = (state: State): Place =>
  state.screen === 'overview'
    ? 'overview'
    : state.timeline?.record === null || state.timeline === null
      ? 'timeline'
      : 'detail';

export function overviewRows(state: State): readonly ShownRow[] {
  if (state.standing === null) return [];
  const sections = overviewSections({
    facts: state.standing.facts,
    triage: state.triage,
    diagnosis: state.diagnosis,
    histogram: state.histogram,
    progress: state.progress,
    defect: state.defect,
    clock: state.clock,
    marks: state.marks,
    columns: state.size.columns,
  });
  return fitSections(sections, bodyRows(state.size));
}

export function learned(state: State, news: News): State {
  switch (news.type) {
    case 'opening':
      return { ...state, opening: { ...news.opening, name: state.opening.name } };
    case 'standing':
      return { ...state, standing: news.standing, clock: clockOf(state.display.zone, news.standing.facts.span) };
    case 'triage':
      return settled({ ...state, triage: news.document });
    case 'diagnosis':
      return settled({ ...state, diagnosis: news.document, progress: null });
    case 'histogram':
      return settled({ ...state, histogram: news.histogram });
    case 'progress':
      return { ...state, progress: news.text };
    case 'defect':
      return settled({ ...state, defect: news.text });
    case 'size':
      return resized({ ...state, size: news.size });
  }
}

/** Brings cursors back on screen after the size or what is shown has changed. */
function settled(state: State): State {
  const overview = scrolled(state.overview, overviewRows(state), bodyRows(state.size));
  if (state.timeline === null || state.standing === null) return { ...state, overview };
  const { list } = timelineRoom(state, state.timeline);
  return { ...state, overview, timeline: onScreen(state.timeline, state.standing.source, list) };
}

/** As a fresh start at this size would stand: the selection in the middle, where there is room. */
function resized(state: State): State {
  const help = state.help === null ? null : { top: 0 };
  const overview = { ...state.overview, top: 0 };
  if (state.timeline === null) return settled({ ...state, help, overview });
  const { list } = timelineRoom(state, state.timeline);
  const timeline = { ...state.timeline, top: state.timeline.selected - Math.floor(list / 2) };
  return settled({ ...state, help, overview, timeline });
}

function timelineRoom(state: State, view: TimelineView): TimelineRoom {
  const layout = timelineLayout(state.size, view.record === null ? 'hidden' : 'shown');
  const shown =
    view.record === null
      ? []
      : recordLines(view.record.view, { columns: layout.recordColumns, clock: state.clock, marks: state.marks });
  return { list: layout.listRows, record: layout.recordRows, recordLines: shown.length };
}

/** What a key's action makes of the state. Leaving the program is not the state's business. */
export function acted(before: State, action: ActionId): State {
  const state = before.notice === null ? before : { ...before, notice: null };
  if (state.standing === null) return state;
  if (state.help !== null) return helpAction(state, state.help.top, action);
  switch (action) {
    case 'help':
      return { ...state, help: { top: 0 } };
    case 'screen.overview':
      return { ...state, screen: 'overview' };
    case 'screen.timeline':
      return onTimeline(state, state.standing.source);
    case 'screen.next':
      return state.screen === 'overview' ? onTimeline(state, state.standing.source) : { ...state, screen: 'overview' };
    default:
      return state.screen === 'overview' ? overviewKey(state, action) : timelineKey(state, action);
  }
}

function helpAction(state: State, top: number, action: ActionId): State {
  if (action === 'back' || action === 'help') return { ...state, help: null };
  const height = bodyRows(state.size);
  const count = helpLines(screenPlace(state), state.marks).length;
  const step = stepOf(action, count, height);
  if (step === null) return state;
  return { ...state, help: { top: Math.max(0, Math.min(Math.max(0, count - height), top + step)) } };
}

function onTimeline(state: State, source: TimelineSource): State {
  return settled({
    ...state,
    screen: 'timeline',
    cameFromOverview: false,
    timeline: state.timeline ?? timelineStart(source),
  });
}

function overviewKey(state: State, action: ActionId): State {
  const rows = overviewRows(state);
  if (action !== 'open')
    return { ...state, overview: overviewAction(state.overview, action, rows, bodyRows(state.size)) };
  const ref = rows[cursorIndex(state.overview, rows)]?.row.ref ?? null;
  return ref === null ? { ...state, notice: 'this line has no record of its own' } : openedAt(state, ref);
}

/** The timeline at a record, which is open. */
export function openedAt(state: State, ref: string): State {
  if (state.standing === null) return state;
  const { source } = state.standing;
  const event = source.locate(ref);
  const base = state.timeline ?? timelineStart(source);
  const around = event === null ? base : timelineAround(source, event, timelineLayout(state.size, 'shown').listRows);
  const timeline = opened(around, source, ref);
  if (timeline.record === null) return { ...state, notice: 'the record is not in this archive' };
  return settled({ ...state, screen: 'timeline', cameFromOverview: true, timeline });
}

function timelineKey(state: State, action: ActionId): State {
  if (state.standing === null || state.timeline === null) return state;
  if (action === 'back' && state.timeline.record === null)
    return state.cameFromOverview ? { ...state, screen: 'overview', cameFromOverview: false } : state;
  const room = timelineRoom(state, state.timeline);
  return settled({ ...state, timeline: timelineAction(state.timeline, action, state.standing.source, room) });
}
