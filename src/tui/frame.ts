/** A state as the lines of a screen: exactly as many as the terminal has rows, none wider than it. */
import { helpLines } from './help/lines.ts';
import { type ActionId, bindingsAt, keyName, type Place } from './keymap.ts';
import { bodyRows, least, timelineLayout, tooSmall } from './layout.ts';
import { blank, cutLine, fillLine, joinSpans, type Line, lineWidth, span } from './line.ts';
import { counted } from './number.ts';
import { openingLines } from './opening/lines.ts';
import { overviewLine } from './overview/lines.ts';
import { cursorIndex } from './overview/state.ts';
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
    rule(state),
    hintLine(state),
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
  return tabs.flatMap(([text, name]) => [span(' '), span(text, state.screen === name ? 'selected' : 'plain')]);
}

function bodyLines(state: State, standing: StandingCase): readonly Line[] {
  if (state.help !== null) return helpLines(screenPlace(state), state.marks).slice(state.help.top);
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

function hints(state: State, place: Place): readonly Line[] {
  return bindingsAt(place)
    .filter((binding) => binding.hint !== undefined && doesSomething(state, place, binding.id))
    .map(
      (binding): Line => [
        span(keyHint(state, binding.keys[0] ?? ''), 'strong'),
        span(` ${binding.hint ?? ''}`, 'faint'),
      ],
    );
}

const keyHint = (state: State, stroke: string): string =>
  stroke === 'enter' && state.display.marks === 'unicode' ? state.marks.opens : keyName(stroke);

/** A key that would do nothing now is not offered. */
function doesSomething(state: State, place: Place, action: ActionId): boolean {
  if (action === 'back' && place === 'timeline') return state.cameFromOverview;
  if (action !== 'open' || place !== 'overview') return true;
  const rows = overviewRows(state);
  return (rows[cursorIndex(state.overview, rows)]?.row.ref ?? null) !== null;
}

function position(state: State): Line {
  const event = state.timeline === null ? undefined : selectedEvent(state.timeline);
  if (event === undefined) return [];
  return [span(event.ts === null ? 'undated' : `${state.clock.second(event.ts)} ${state.clock.zone}`, 'faint')];
}
