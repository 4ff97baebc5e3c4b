/** A state as the lines of a screen: exactly as many as the terminal has rows, none wider than it. */
import { entityHead, entityLines, headRows } from './entity/lines.ts';
import { targetAt } from './entity/view.ts';
import { promptLines } from './filter/lines.ts';
import { helpLines } from './help/lines.ts';
import { type ActionId, bindingsAt, keyName, type Place } from './keymap.ts';
import { bodyRows, least, timelineLayout, tooSmall } from './layout.ts';
import { blank, cutLine, fillLine, joinSpans, type Line, lineWidth, span } from './line.ts';
import { counted } from './number.ts';
import { openingLines } from './opening/lines.ts';
import { overviewLine } from './overview/lines.ts';
import { cursorIndex } from './overview/state.ts';
import { safeText } from './safe-text.ts';
import { overviewRows, placeOf, type StandingCase, type State, screenPlace } from './state.ts';
import { eventLine, recordLines } from './timeline/lines.ts';
import { selectedEvent, type TimelineView } from './timeline/view.ts';

export function frameOf(state: State): readonly Line[] {
  const { columns, rows } = state.size;
  const lines = screenLines(state);
  return Array.from({ length: rows }, (_, index) => cutLine(lines[index] ?? blank, columns, state.marks.more));
}

function screenLines(state: State): readonly Line[] {
  if (tooSmall(state.size))
    return [
      [span('inquest needs a larger terminal', 'strong')],
      [span(`at least ${least.columns}x${least.rows}, this is ${state.size.columns}x${state.size.rows}`)],
      [span('q quit', 'faint')],
    ];
  const { standing } = state;
  if (standing === null) {
    const lines = openingLines(state.opening, state.size.columns, state.marks);
    return [...padded(lines, state.size.rows - 2), rule(state), hintLine(state)];
  }
  return [
    titleLine(state, standing),
    tabLine(state),
    rule(state),
    ...padded(bodyLines(state, standing), bodyRows(state.size)),
    ...(state.prompt === null || state.help !== null
      ? [rule(state), hintLine(state)]
      : promptLines(state.prompt, state.size.columns, state.marks, joinSpans(hints(state, 'filter'), span('  ')))),
  ];
}

const rule = ({ size, marks }: State): Line => [span(` ${marks.rule.repeat(size.columns - 2)}`, 'faint')];

const padded = (lines: readonly Line[], count: number): readonly Line[] =>
  Array.from({ length: count }, (_, index) => lines[index] ?? blank);

function titleLine({ size, clock, marks }: State, { facts }: StandingCase): Line {
  const span_ = facts.span;
  const parts: Line[] = [
    [
      span(
        span_ === null ? 'no times' : `${clock.minute(span_.from)}${marks.dash}${clock.minute(span_.to)} ${clock.zone}`,
      ),
    ],
    ...(facts.hosts > 0 && size.columns >= 80 ? [[span(counted(facts.hosts, 'host'))]] : []),
    [span(counted(facts.events, 'event'))],
  ];
  const right = joinSpans(parts, span(` ${marks.dot} `, 'faint'));
  const room = size.columns - lineWidth(right) - 14;
  return [span(' inquest  ', 'strong'), ...cutLine([span(facts.name)], room, marks.more), span('   '), ...right];
}

function tabLine(state: State): Line {
  const tabs = [
    ['1 Overview', 'overview'],
    ['2 Timeline', 'timeline'],
  ] as const;
  const line = tabs.flatMap(([text, name]) => [span(' '), span(text, state.screen === name ? 'selected' : 'plain')]);
  if (state.screen === 'entity') return [...line, span(' '), span('Entity', 'selected')];
  return state.screen === 'timeline' && state.filter !== null
    ? [...line, span('  filter: ', 'label'), span(safeText(state.filter.text))]
    : line;
}

function bodyLines(state: State, standing: StandingCase): readonly Line[] {
  if (state.help !== null) return helpLines(screenPlace(state), state.marks).slice(state.help.top);
  if (state.screen === 'entity' && state.entity !== null) {
    const shape = { columns: state.size.columns, clock: state.clock, marks: state.marks };
    return [...entityHead(state.entity, shape), ...entityLines(state.entity, bodyRows(state.size) - headRows, shape)];
  }
  if (state.screen === 'overview' || state.timeline === null) return overviewBody(state);
  return timelineBody(state, standing, state.timeline);
}

function overviewBody(state: State): readonly Line[] {
  const rows = overviewRows(state);
  const at = cursorIndex(state.overview, rows);
  return rows
    .map((row, index) => overviewLine(row, index === at, state.size.columns, state.marks))
    .slice(state.overview.top, state.overview.top + bodyRows(state.size));
}

function timelineBody(state: State, { facts }: StandingCase, view: TimelineView): readonly Line[] {
  const { marks } = state;
  const layout = timelineLayout(state.size, view.record === null ? 'hidden' : 'shown');
  if (facts.events === 0 && view.record === null) return [[span(' This archive holds no events.')]];
  if (view.events.length === 0 && view.record === null)
    return [[span(' No event passes the filter: f changes it, and an empty one shows every event.')]];
  const shape = { columns: layout.listColumns, clock: state.clock, marks };
  const list = padded(
    view.events
      .slice(view.top, view.top + layout.listRows)
      .map((event, index) => eventLine(event, view.top + index === view.selected, shape)),
    layout.listRows,
  );
  if (view.record === null) return list;
  const record = padded(
    recordLines(view.record.view, { columns: layout.recordColumns, clock: state.clock, marks }).slice(
      view.record.top,
      view.record.top + layout.recordRows,
    ),
    layout.recordRows,
  );
  if (layout.side === 'right')
    return list.map((line, index) => [
      ...fillLine(line, layout.listColumns, marks.more),
      span(marks.side, 'faint'),
      span(' '),
      ...(record[index] ?? blank),
    ]);
  return [...list, rule(state), ...record.map((line): Line => [span(' '), ...line])];
}

/** What can be done now; at its right where the cursor is. */
export function hintLine(state: State): Line {
  const { marks, size } = state;
  const place = placeOf(state);
  const left: Line =
    state.notice === null
      ? [span(' '), ...joinSpans(hints(state, place), span('  '))]
      : [span(` ${state.notice}`, 'warn')];
  const right = place === 'timeline' || place === 'detail' ? position(state) : [];
  // The keys come first where both find no room.
  if (right.length === 0 || lineWidth(left) + lineWidth(right) + 3 > size.columns) return left;
  return [...fillLine(left, size.columns - lineWidth(right) - 1, marks.more), ...right];
}

/** Left out first where a line is too narrow for all. */
const spared: readonly ActionId[] = ['record.down', 'entity.next', 'screen.next', 'entity.open', 'filter.edit'];

function hints(state: State, place: Place): readonly Line[] {
  let shown = bindingsAt(place)
    .filter((binding) => binding.hint !== undefined && doesSomething(state, place, binding.id))
    .map((binding) => ({
      id: binding.id,
      line: [span(keyHint(state, binding.keys[0] ?? ''), 'strong'), span(` ${binding.hint ?? ''}`, 'faint')] as Line,
    }));
  const width = (): number => shown.reduce((sum, { line }) => sum + lineWidth(line) + 2, 0);
  for (const id of spared) if (width() > state.size.columns) shown = shown.filter((one) => one.id !== id);
  return shown.map(({ line }) => line);
}

const keyHint = (state: State, stroke: string): string =>
  stroke === 'enter' && state.display.marks === 'unicode' ? state.marks.opens : keyName(stroke);

/** A key that would do nothing now is not offered. */
function doesSomething(state: State, place: Place, action: ActionId): boolean {
  if (action === 'back' && place === 'timeline') return state.cameFrom !== null;
  if (action === 'open' && place === 'entity') return state.entity !== null && targetAt(state.entity) !== null;
  if (action === 'entity.next') return (state.entity?.ring.length ?? 0) > 1;
  if (action !== 'open' || place !== 'overview') return true;
  const rows = overviewRows(state);
  return (rows[cursorIndex(state.overview, rows)]?.row.ref ?? null) !== null;
}

function position(state: State): Line {
  const event = state.timeline === null ? undefined : selectedEvent(state.timeline);
  if (event === undefined) return [];
  return [span(event.ts === null ? 'undated' : `${state.clock.second(event.ts)} ${state.clock.zone}`, 'faint')];
}
