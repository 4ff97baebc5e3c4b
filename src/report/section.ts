/** The page's form: a label in the margin, its lines beside it. */
import { type Paint, padEnd, pageWidth, wrapped } from './layout.ts';

const margin = 12;

/** A line of a section: text that wraps, or lines that are laid out already. */
export type Entry = string | { readonly head: string; readonly text: string } | { readonly lines: readonly string[] };

function linesOf(entry: Entry): readonly string[] {
  if (typeof entry === 'string') return wrapped('', entry, pageWidth - margin);
  return 'lines' in entry ? entry.lines : wrapped(entry.head, entry.text, pageWidth - margin);
}

/** Nothing where there are no entries: an empty section is not shown. */
export function section(paint: Paint, label: string, entries: readonly Entry[]): readonly string[] {
  const lines = entries.flatMap(linesOf);
  if (lines.length === 0) return [];
  return lines.map((line, index) => {
    const head = index === 0 ? paint('strong', padEnd(label, margin)) : ' '.repeat(margin);
    return `${head}${line}`.trimEnd();
  });
}

/** A reference on a line of its own: never broken, so that it can be copied. */
export const refLine = (ref: string): Entry => ({ lines: [`  -> ${ref}`] });

export const page = (sections: readonly (readonly string[])[]): string =>
  `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
