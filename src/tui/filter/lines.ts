/** The filter as it is typed, and below it what it comes to. */
import { cutLine, type Line, lineWidth, span } from '../line.ts';
import { counted } from '../number.ts';
import { safeText } from '../safe-text.ts';
import type { Marks } from '../theme.ts';
import { cutText, graphemesOf, textWidth } from '../width.ts';
import type { FilterPrompt } from './prompt.ts';

const label = ' filter: ';

/** Where the text begins on screen, so that the caret is always seen. */
function shownFrom(text: string, caret: number, room: number): number {
  let from = 0;
  while (from < caret && textWidth(safeText(text.slice(from, caret))) >= room)
    from += graphemesOf(text.slice(from))[0]?.length ?? 1;
  return from;
}

/** Two lines: the text with its caret, and the error below its column, the choices, or the number of events. */
export function promptLines(prompt: FilterPrompt, columns: number, marks: Marks, hints: Line): readonly [Line, Line] {
  const { text, caret, error } = prompt;
  const room = columns - label.length - 1;
  const from = shownFrom(text, caret, room);
  const shown = safeText(text.slice(from, caret));
  // The caret is a mark of its own: a colour alone would say nothing where there are none.
  const input: Line = [
    span(label, 'label'),
    span(shown),
    span(marks.caret, 'strong'),
    span(cutText(safeText(text.slice(caret)), Math.max(0, room - textWidth(shown) - 1), marks.more)),
  ];
  if (error === null) return [input, cutLine([...outcomeOf(prompt), ...hints], columns, marks.more)];
  const points = Array.from(text);
  const before = points.slice(0, error.column - 1).join('');
  const indent = label.length + textWidth(safeText(before.slice(from))) + (caret <= before.length ? 1 : 0);
  const why = `column ${error.column}: ${safeText(error.why)}`;
  const below: Line = [span(`${' '.repeat(indent)}^ `, 'warn'), span(why, 'warn')];
  // Beside the column where there is room, else in front of it: the sentence says the column, too.
  return [input, before.length >= from && lineWidth(below) <= columns ? below : [span(` ${why}`, 'warn')]];
}

function outcomeOf({ text, count, choices }: FilterPrompt): Line {
  if (choices.length > 0) return [span(` ${choices.join(' ')} `, 'faint')];
  if (text.trim() === '') return [span(' every event  ', 'faint')];
  if (count === null) return [span(' counting  ', 'faint')];
  const found = counted(count.count, 'event');
  return [span(` ${count.done ? found : `${found} so far`}  `, 'strong')];
}
