/** All that the screens know and where the user is; every change of it is a pure function. */

import { splitEntity } from '../base/entity.ts';
import { maskText } from '../base/secrets.ts';
import type { Zone } from '../base/zone.ts';
import type { DiagnosisDocument, TriageDocument } from '../diagnosis/index.ts';
import type { CountStep, Histogram } from '../timeline/index.ts';
import type { CaseFacts } from './case-facts.ts';
import { type Clock, clockOf } from './clock.ts';
import { headRows } from './entity/lines.ts';
import { type EntityScreen, entityMoved, entityScreen, scrolledTo, targetAt } from './entity/view.ts';
import { completed, type EditAction, edited, type FilterPrompt, promptOf, typed } from './filter/prompt.ts';
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
  selectedEvent,
  type TimelineRoom,
  type TimelineView,
  timelineAction,
  timelineAround,
  timelineNear,
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

export type ScreenName = 'overview' | 'timeline' | 'entity';

/** The filter of the timeline, as it was typed, and what it lets through. */
export interface AppliedFilter {
  readonly text: string;
  readonly source: TimelineSource;
}

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
  readonly filter: AppliedFilter | null;
  /** The filter that is being typed. */
  readonly prompt: FilterPrompt | null;
  readonly entity: EntityScreen | null;
  /** The screen that Esc on the timeline leads back to, since it opened it. */
  readonly cameFrom: 'overview' | 'entity' | null;
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
  /** Events that pass the filter that is being typed. */
  | { readonly type: 'counted'; readonly text: string; readonly step: CountStep }
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
    filter: null,
    prompt: null,
    entity: null,
    cameFrom: null,
    notice: null,
  };
}

/** Where keys go now. */
export function placeOf(state: State): Place {
  if (state.standing === null) return 'opening';
  if (state.help !== null) return 'help';
  if (state.prompt !== null) return 'filter';
  return screenPlace(state);
}

/** The place under an open help. */
export function screenPlace({ screen, timeline }: State): Place {
  if (screen !== 'timeline') return screen;
  return timeline === null || timeline.record === null ? 'timeline' : 'detail';
}

/** The events that the timeline shows. */
const sourceOf = ({ filter }: State, standing: StandingCase): TimelineSource => filter?.source ?? standing.source;

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
    case 'counted':
      return state.prompt?.text === news.text ? { ...state, prompt: { ...state.prompt, count: news.step } } : state;
    case 'defect':
      return settled({ ...state, defect: news.text });
    case 'size':
      return resized({ ...state, size: news.size });
  }
}

/** Brings cursors back on screen after the size or what is shown has changed. */
function settled(state: State): State {
  const overview = scrolled(state.overview, overviewRows(state), bodyRows(state.size));
  const entity = state.entity === null ? null : scrolledTo(state.entity, state.entity.cursor, entityHeight(state));
  if (state.timeline === null || state.standing === null) return { ...state, overview, entity };
  const { list } = timelineRoom(state, state.timeline);
  const timeline = onScreen(state.timeline, sourceOf(state, state.standing), list);
  return { ...state, overview, entity, timeline };
}

/** As a fresh start at this size would stand: the selection in the middle, where there is room. */
function resized(state: State): State {
  const help = state.help === null ? null : { top: 0 };
  const overview = { ...state.overview, top: 0 };
  const entity = state.entity === null ? null : { ...state.entity, top: 0 };
  if (state.timeline === null) return settled({ ...state, help, overview, entity });
  const { list } = timelineRoom(state, state.timeline);
  const timeline = { ...state.timeline, top: state.timeline.selected - Math.floor(list / 2) };
  return settled({ ...state, help, overview, entity, timeline });
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
  if (state.prompt !== null) return promptAction(state, state.prompt, state.standing, action);
  switch (action) {
    case 'help':
      return { ...state, help: { top: 0 } };
    case 'screen.overview':
      return { ...state, screen: 'overview' };
    case 'screen.timeline':
      return onTimeline(state, sourceOf(state, state.standing));
    case 'screen.next':
      return state.screen === 'overview'
        ? onTimeline(state, sourceOf(state, state.standing))
        : { ...state, screen: 'overview' };
    default:
      if (state.screen === 'overview') return overviewKey(state, action);
      return state.screen === 'entity' ? entityKey(state, state.standing, action) : timelineKey(state, action);
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
    cameFrom: null,
    timeline: state.timeline ?? timelineStart(source),
  });
}

/** Rows of an entity's page that scroll. */
const entityHeight = ({ size }: State): number => bodyRows(size) - headRows;

/** Text that is typed or pasted; only a line that is typed in takes any. */
export function entered(state: State, input: string): State {
  if (state.prompt === null || state.help !== null || state.standing === null) return state;
  return read({ ...state, notice: null }, typed(state.prompt, input), state.standing);
}

/** The line with what can be said of its text at once. */
function read(state: State, prompt: FilterPrompt, { source }: StandingCase): State {
  if (prompt.text.trim() === '') return { ...state, prompt: { ...prompt, error: null } };
  const filtered = source.filtered(prompt.text);
  return { ...state, prompt: { ...prompt, error: filtered.ok ? null : filtered.error } };
}

function promptAction(state: State, prompt: FilterPrompt, standing: StandingCase, action: ActionId): State {
  if (action === 'back') return { ...state, prompt: null };
  if (action === 'filter.complete') return read(state, completed(prompt, standing.source.filterWords), standing);
  if (action !== 'filter.apply') return read(state, edited(prompt, action as EditAction), standing);
  if (prompt.text.trim() === '') return filteredBy(state, null, standing);
  const filtered = standing.source.filtered(prompt.text);
  return filtered.ok
    ? filteredBy(state, { text: prompt.text, source: filtered.value }, standing)
    : { ...state, prompt: { ...prompt, error: filtered.error } };
}

/** The timeline through another filter; the cursor stays on its event, or goes to the next that passes. */
function filteredBy(state: State, filter: AppliedFilter | null, standing: StandingCase): State {
  const next = { ...state, filter, prompt: null };
  const event = state.timeline === null ? undefined : selectedEvent(state.timeline);
  const timeline = timelineNear(sourceOf(next, standing), event, timelineLayout(state.size, 'hidden').listRows);
  return settled({ ...next, timeline });
}

/** The page of the first of the entities that has one; the others are gone round from there. */
function onEntity(
  state: State,
  standing: StandingCase,
  names: readonly string[],
  before: readonly EntityScreen[],
): State {
  for (const [index, name] of names.entries()) {
    const page = standing.source.entity(name);
    if (page === null) continue;
    const ring = [...names.slice(index + 1), ...names.slice(0, index + 1)];
    return settled({ ...state, screen: 'entity', entity: entityScreen(page, ring, before) });
  }
  return {
    ...state,
    notice: names.length === 0 ? 'this event names no entity' : 'nothing more is known of this entity',
  };
}

function entityKey(state: State, standing: StandingCase, action: ActionId): State {
  const { entity } = state;
  if (entity === null) return state;
  if (action === 'back') {
    const last = entity.before.at(-1);
    return settled(last === undefined ? { ...state, screen: 'timeline' } : { ...state, entity: last });
  }
  if (action === 'entity.next') return onEntity(state, standing, entity.ring, entity.before);
  if (action !== 'open') return { ...state, entity: entityMoved(entity, action, entityHeight(state)) };
  const target = targetAt(entity);
  if (target === null) return { ...state, notice: 'this line leads nowhere' };
  switch (target.to) {
    case 'record':
      return openedAt(state, target.ref);
    case 'entity':
      return onEntity(state, standing, [target.entity], [...entity.before, entity]);
    case 'events': {
      if (maskText(entity.page.entity) !== entity.page.entity) return { ...state, notice: 'its name holds a secret' };
      const text = `entity:${quotedValue(entity.page.entity)}`;
      const filtered = standing.source.filtered(text);
      if (!filtered.ok) return { ...state, notice: filtered.error.why };
      const shown = filteredBy({ ...state, timeline: null }, { text, source: filtered.value }, standing);
      return { ...shown, screen: 'timeline', cameFrom: 'entity' };
    }
  }
}

/** What nearly every record names comes last. */
const common = ['caller', 'actor', 'environment', 'project', 'org'];
const byInterest = (names: readonly string[]): readonly string[] => {
  const rank = (name: string): number => common.indexOf(splitEntity(name).kind);
  return [...names].sort((a, b) => rank(a) - rank(b));
};

/** A value of a filter, in quotes where it would end too early. */
const quotedValue = (text: string): string =>
  /^[^\s"(),*]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;

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
  const whole = state.standing.source;
  const hidden = state.filter !== null && state.filter.source.locate(ref) === null && whole.locate(ref) !== null;
  const filter = hidden ? null : state.filter;
  const source = filter?.source ?? whole;
  const event = source.locate(ref);
  const base = hidden || state.timeline === null ? timelineStart(source) : state.timeline;
  const around = event === null ? base : timelineAround(source, event, timelineLayout(state.size, 'shown').listRows);
  const timeline = opened(around, source, ref);
  if (timeline.record === null) return { ...state, notice: 'the record is not in this archive' };
  const cameFrom = state.screen === 'timeline' ? state.cameFrom : state.screen;
  const notice = hidden ? 'the filter hid this record: every event is shown' : state.notice;
  return settled({ ...state, screen: 'timeline', cameFrom, filter, notice, timeline });
}

function timelineKey(state: State, action: ActionId): State {
  if (state.standing === null || state.timeline === null) return state;
  if (action === 'back' && state.timeline.record === null)
    return state.cameFrom === null ? state : { ...state, screen: state.cameFrom, cameFrom: null };
  if (action === 'filter.edit') return read(state, promptOf(state.filter?.text ?? ''), state.standing);
  if (action === 'entity.open')
    return onEntity(state, state.standing, byInterest(selectedEvent(state.timeline)?.entities ?? []), []);
  const room = timelineRoom(state, state.timeline);
  const source = sourceOf(state, state.standing);
  return settled({ ...state, timeline: timelineAction(state.timeline, action, source, room) });
}
