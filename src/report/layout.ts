/** Plain text for a terminal, a ticket or a mail: 80 columns, colours only where they are asked for. */
import stringWidth from 'string-width';

export const pageWidth = 80;

export type Tone = 'strong' | 'dim' | 'good' | 'bad' | 'doubt';
export type Paint = (tone: Tone, text: string) => string;

const sgr: Record<Tone, readonly [number, number]> = {
  strong: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  doubt: [33, 39],
};

export const plainPaint: Paint = (_tone, text) => text;
export const colorPaint: Paint = (tone, text) => `\x1b[${sgr[tone][0]}m${text}\x1b[${sgr[tone][1]}m`;

/** Columns that the text takes on a terminal. */
export const textWidth = (text: string): number => stringWidth(text);

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - textWidth(text))) + text;

/** `1,204`: grouped the same in every locale. */
export const groupDigits = (value: number | bigint): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${groupDigits(count)} ${count === 1 ? one : many}`;

/** Words, cut where a single one is wider than the page. */
function pieces(text: string, width: number): readonly string[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      if (textWidth(word) <= width) return [word];
      const parts: string[] = [];
      let part = '';
      for (const character of word) {
        if (textWidth(part + character) > width) {
          parts.push(part);
          part = '';
        }
        part += character;
      }
      return [...parts, part];
    });
}

/** Lines no wider than the page: the first begins with `head`, the others are indented as far. */
export function wrapped(head: string, text: string, width = pageWidth): readonly string[] {
  const indent = textWidth(head);
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of pieces(text, room)) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.map((content, index) => (index === 0 ? head : ' '.repeat(indent)) + content);
}

/** Cut to the width, with a mark where something is missing. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let taken = 0;
  for (const character of text) {
    const more = textWidth(character);
    if (taken + more > width - 1) break;
    kept += character;
    taken += more;
  }
  return `${kept}…`;
}

export interface TableColumn {
  readonly title: string;
  readonly right?: true;
}

/** Aligned columns, two blanks between them, no blanks at the ends of lines. */
export function tableLines(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index] ?? ''))),
  );
  const lineOf = (cells: readonly string[]): string =>
    columns
      .map((column, index) => (column.right === true ? padStart : padEnd)(cells[index] ?? '', widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [lineOf(columns.map((column) => column.title)), ...rows.map(lineOf)];
}
