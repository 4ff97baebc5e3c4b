/** The page of an entity: what it was, what was captured of it, what it has to do with others. */
import { isObject, writeJson } from '../../base/json.ts';
import { maskText } from '../../base/secrets.ts';
import type { EntityPage, EntityState, Neighbour } from '../../timeline/index.ts';
import type { Clock } from '../clock.ts';
import { blank, fillLine, type Line, selectLine, span } from '../line.ts';
import { counted } from '../number.ts';
import { safeText } from '../safe-text.ts';
import type { Marks } from '../theme.ts';
import { fitText, textWidth } from '../width.ts';
import { type EntityScreen, targetsOf } from './view.ts';

const labelWidth = 11;
const nameWidth = 34;
const roleWidth = 14;
const stateWidth = 16;

export interface PageShape {
  readonly columns: number;
  readonly clock: Clock;
  readonly marks: Marks;
}

/** Name and state of the entity: above its rows. */
export function entityHead({ page }: EntityScreen, { clock }: PageShape): readonly Line[] {
  const { first_ts: first, last_ts: last } = page;
  const span_ =
    first === null || last === null ? '' : `  ${clock.second(first)} to ${clock.second(last)} ${clock.zone}`;
  const state = page.state === null ? [] : [span('  '), span(safeText(page.state), 'strong')];
  return [[span(' '), span(safeText(maskText(page.entity)), 'entity'), ...state, span(span_, 'faint')], blank];
}

/** Rows of the head: the others scroll. */
export const headRows = 2;

/** All rows, in the order of their targets. */
export function entityRows(page: EntityPage, shape: PageShape): readonly Line[] {
  const { states, captured, neighbours } = page;
  return [
    row('EVENTS', [
      span(page.events === 0 ? 'none: it is known from what was captured' : counted(page.events, 'event')),
    ]),
    ...states.map((state, index) => row(index === 0 ? 'OVER TIME' : '', stateLine(state, shape))),
    ...captured.map(({ section, record }, index) =>
      row(index === 0 ? 'CAPTURED' : '', [
        span(`${safeText(section)}  `, 'label'),
        span(
          safeText(
            (isObject(record) ? Object.entries(record) : [])
              .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : writeJson(value)}`)
              .join(', '),
          ),
        ),
      ]),
    ),
    ...neighbours.map((one, index) => row(index === 0 ? 'NEIGHBOURS' : '', neighbourLine(one, shape))),
  ];
}

const row = (name: string, rest: Line): Line => [span(name.padEnd(labelWidth), 'label'), ...rest];

function stateLine({ ts, state, text }: EntityState, { clock, marks }: PageShape): Line {
  const time = ts === null ? '(no time)' : clock.milli(ts);
  return [
    span(`${time.padEnd(textWidth(clock.milli(0)))} `, 'faint'),
    span(`${fitText(safeText(state), stateWidth, marks.more)} `, 'strong'),
    span(safeText(text)),
  ];
}

function neighbourLine({ entity, roles, events, first_ts, last_ts }: Neighbour, { clock, marks }: PageShape): Line {
  const met =
    first_ts === null || last_ts === null ? '' : `  ${clock.second(first_ts)}${marks.dash}${clock.second(last_ts)}`;
  return [
    span(`${fitText(safeText(entity), nameWidth, marks.more)} `, 'entity'),
    span(fitText(roles.map(safeText).join(' '), roleWidth, marks.more), 'faint'),
    span(events === 0 ? ' as captured' : ` ${marks.times} ${events}`),
    span(met, 'faint'),
  ];
}

/** What fits into the rows, from the top of the page on. */
export function entityLines(screen: EntityScreen, height: number, shape: PageShape): readonly Line[] {
  const targets = targetsOf(screen.page);
  const { columns, marks } = shape;
  return entityRows(screen.page, shape)
    .slice(screen.top, screen.top + height)
    .map((line, index) => {
      const at = screen.top + index;
      const opens = targets[at] !== null && at === screen.cursor ? ` ${marks.opens}` : '';
      const filled = fillLine(line, columns - 1 - textWidth(opens), marks.more);
      return at === screen.cursor
        ? [span(marks.selected, 'strong'), ...selectLine(filled), span(opens)]
        : [span(' '), ...filled];
    });
}
