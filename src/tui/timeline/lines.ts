/** Rows of the timeline, and the record beside them, as lines. */

import type { TimelineEvent } from '../../timeline/index.ts';
import type { Clock } from '../clock.ts';
import { cutLine, fillLine, type Line, selectLine, span } from '../line.ts';
import { safeText } from '../safe-text.ts';
import { type Marks, outcomeTone, type Tone } from '../theme.ts';
import { fitText, textWidth, wrapText } from '../width.ts';
import type { RecordView } from './source.ts';

const sourceWidth = 9;
/** Cells of a name in the open record. */
const nameWidth = 14;
/** From here on the entities have a column of their own. */
const entityColumnFrom = 100;
const entityWidth = 34;

export interface RowShape {
  readonly columns: number;
  readonly clock: Clock;
  readonly marks: Marks;
}

const timeWidth = (clock: Clock): number => textWidth(clock.milli(0));

export function eventLine(event: TimelineEvent, selected: boolean, shape: RowShape): Line {
  const { columns, clock, marks } = shape;
  const time = event.ts === null ? '(no time)' : clock.milli(event.ts);
  const head = `${time.padEnd(timeWidth(clock))}${event.skew_us === null ? ' ' : marks.moved}`;
  const line = event.kind === 'gap' ? gapLine(event, head, shape) : recordLine(event, head, shape);
  const filled = fillLine(line, columns - 1, marks.more);
  return selected ? [span(marks.selected, 'strong'), ...selectLine(filled)] : [span(' '), ...filled];
}

function recordLine(event: TimelineEvent, head: string, { columns, marks }: RowShape): Line {
  const tone: Tone = outcomeTone[event.outcome];
  const from = safeText(event.component ?? event.host ?? event.kind);
  const start: Line = [
    span(head, 'faint'),
    span(`${fitText(from, sourceWidth, marks.more)} `, 'label'),
    span(`${marks.outcome[event.outcome]} `, tone),
  ];
  const title = span(safeText(event.title), event.outcome === 'failure' ? 'bad' : 'plain');
  const entities = span(event.entities.map(safeText).join(' '), 'entity');
  if (columns < entityColumnFrom) return [...start, title, ...(entities.text === '' ? [] : [span('  '), entities])];
  return [
    ...fillLine([...start, title], columns - 2 - entityWidth, marks.more),
    span(' '),
    ...cutLine([entities], entityWidth, marks.more),
  ];
}

/** What is missing stands in the list like what is there. */
function gapLine(event: TimelineEvent, head: string, { marks }: RowShape): Line {
  const rule = marks.rule.repeat(3);
  return [span(head, 'faint'), span(`${rule} gap: ${safeText(event.title)} ${rule}`, 'warn')];
}

/** The whole record; the screen shows a part of it. */
export function recordLines(view: RecordView, { columns, clock, marks }: RowShape): readonly Line[] {
  const width = Math.max(1, columns);
  const named = [
    ['time', view.ts === null ? 'none' : clock.full(view.ts)],
    ...(view.recorded === null ? [] : [['recorded', `${clock.full(view.recorded)}, by a clock that was off`] as const]),
    ...view.facts,
    ['ref', view.ref],
  ] as const;
  const facts = named.map(
    ([name, value]): Line =>
      cutLine([span(`${name.padEnd(nameWidth)} `, 'label'), span(safeText(value))], width, marks.more),
  );
  const links = view.links.map(({ relation, target, title, direction }): Line => {
    const name = span(`${fitText(safeText(relation), nameWidth, marks.more)} `, 'label');
    const told = title === undefined ? [] : [span(`  ${safeText(title)}`)];
    const way = direction === undefined ? [] : [span(direction === 'to' ? '-> ' : '<- ', 'faint')];
    return cutLine([name, ...way, span(safeText(target), 'entity'), ...told], width, marks.more);
  });
  const body = view.body.flatMap((text) => wrapText(safeText(text), width).map((line): Line => [span(line)]));
  const rule: Line = [span(marks.rule.repeat(width), 'faint')];
  return [...facts, rule, ...body, ...(links.length === 0 ? [] : [rule, ...links])];
}
