/** The Overview as lines. */
import { cutLine, fillLine, type Line, lineWidth, selectLine, span } from '../line.ts';
import type { Marks } from '../theme.ts';
import type { ShownRow } from './state.ts';

/** Cells of the section's name, after the margin. */
const nameWidth = 11;

export function overviewLine(shown: ShownRow, selected: boolean, columns: number, marks: Marks): Line {
  const more = shown.hidden > 0 ? [span(` +${shown.hidden} more`, 'faint')] : [];
  const right: Line = [...(shown.row.right ?? []), ...more];
  const room = columns - 1 - nameWidth - 2 - (right.length > 0 ? lineWidth(right) + 1 : 0);
  const body =
    right.length > 0
      ? [...fillLine(shown.row.line, room, marks.more), span(' '), ...right]
      : cutLine(shown.row.line, room, marks.more);
  const name = span((shown.named ? shown.section : '').padEnd(nameWidth), 'label');
  const line = fillLine([name, ...body], columns - 3, marks.more);
  return selected
    ? [
        span(marks.selected, 'strong'),
        ...selectLine(line),
        ...(shown.row.ref === null ? [] : [span(` ${marks.opens}`, 'faint')]),
      ]
    : [span(' '), ...line];
}
