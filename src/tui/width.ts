/** The one place that measures text in terminal cells, with the library that the renderer measures with. */
import stringWidth from 'string-width';

const plain = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export const textWidth = (text: string): number => (plain.test(text) ? text.length : stringWidth(text));

/** The first graphemes that fit; `more` stands where something was left out. */
export function cutText(text: string, width: number, more: string): string {
  if (width <= 0) return '';
  // No grapheme is shorter than one code unit a cell by much: a huge text is cut before it is measured.
  const head = text.length > width * 16 ? text.slice(0, width * 16) : text;
  if (head.length === text.length && textWidth(text) <= width) return text;
  const room = width - textWidth(more);
  if (room < 0) return '';
  if (plain.test(head)) return head.slice(0, room) + more;
  let used = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(head)) {
    const next = textWidth(segment);
    if (used + next > room) break;
    used += next;
    kept += segment;
  }
  return kept + more;
}

/** Exactly `width` cells: cut or filled with blanks. */
export function fitText(text: string, width: number, more: string): string {
  const cut = cutText(text, width, more);
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)));
}

/** The text as lines of at most `width` cells, broken at blanks where it can be. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = (): void => {
    lines.push(line.trimEnd());
    line = '';
    used = 0;
  };
  for (const word of text.split(/(?<= )/)) {
    const size = textWidth(word.trimEnd());
    if (used > 0 && used + size > width) flush();
    if (size <= width) {
      line += word;
      used += textWidth(word);
      continue;
    }
    for (const { segment } of graphemes.segment(word)) {
      const next = textWidth(segment);
      if (used > 0 && used + next > width) flush();
      line += segment;
      used += next;
    }
  }
  if (line !== '' || lines.length === 0) flush();
  return lines;
}

export const graphemesOf = (text: string): readonly string[] =>
  plain.test(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment);
