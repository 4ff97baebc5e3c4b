/** A screen is a list of lines, a line is spans with a meaning. Screens are pure functions to lines; one component draws them. */
import type { Tone } from './theme.ts';
import { cutText, textWidth } from './width.ts';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });
export const blank: Line = [];

export const lineText = (line: Line): string => line.map((part) => part.text).join('');
export const lineWidth = (line: Line): number => line.reduce((sum, part) => sum + textWidth(part.text), 0);

/** At most `width` cells; `more` stands at the end where something was left out. */
export function cutLine(line: Line, width: number, more: string): Line {
  if (lineWidth(line) <= width) return line;
  const room = Math.max(0, width - textWidth(more));
  const kept: Span[] = [];
  let used = 0;
  for (const part of line) {
    const size = textWidth(part.text);
    if (used + size > room) {
      const head = cutText(part.text, room - used, '');
      if (width >= textWidth(more)) kept.push({ text: head + more, tone: part.tone });
      return kept;
    }
    kept.push(part);
    used += size;
  }
  return kept;
}

/** Exactly `width` cells. */
export function fillLine(line: Line, width: number, more: string): Line {
  const cut = cutLine(line, width, more);
  const rest = width - lineWidth(cut);
  return rest > 0 ? [...cut, span(' '.repeat(rest))] : cut;
}

/** Groups of spans with a separator between them. */
export function joinSpans(groups: readonly Line[], separator: Span): Line {
  return groups.flatMap((group, index) => (index === 0 ? [...group] : [separator, ...group]));
}

/** The selected line: its own mark in front, and every span shown as selected. */
export const selectLine = (line: Line): Line => line.map((part) => ({ text: part.text, tone: 'selected' }));

export const sameLine = (a: Line, b: Line): boolean =>
  a === b ||
  (a.length === b.length && a.every((part, index) => part.text === b[index]?.text && part.tone === b[index]?.tone));
