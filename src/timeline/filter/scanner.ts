/** The characters of a filter, by code point: columns count what a person sees. */

/** A filter that can't be read: where, and why. */
export interface FilterError {
  /** From 1, in code points. */
  readonly column: number;
  readonly why: string;
}

/** Ends the parse; only the door turns it into a value. */
export class Unreadable extends Error {
  readonly at: FilterError;
  constructor(index: number, why: string) {
    super(why);
    this.at = { column: index + 1, why };
  }
}

const blank = /^\s$/u;

export interface Scanner {
  /** Index of the next code point. */
  readonly at: () => number;
  /** The next code point; empty at the end. */
  readonly peek: () => string;
  readonly skipBlanks: () => void;
  /** Takes the text if it comes next. */
  readonly take: (text: string) => boolean;
  /** Takes the operator if it comes next as a word of its own. */
  readonly takeWord: (word: string) => boolean;
  /** Whether that word comes next. */
  readonly isWord: (word: string) => boolean;
  /** A run of anything but blanks, parentheses, quotes and what `stop` says. */
  readonly bare: (stop: (index: number) => boolean) => string;
  /** Text in quotes, without them. Throws `Unreadable` at its opening where it is not closed. */
  readonly quoted: () => string;
  /** Whether the code points from the index on begin with the text. */
  readonly isAt: (index: number, text: string) => boolean;
}

export function scannerOf(text: string): Scanner {
  const points = Array.from(text);
  let next = 0;
  const isAt = (index: number, wanted: string): boolean => {
    let at = index;
    for (const point of wanted) if (points[at++] !== point) return false;
    return true;
  };
  const ends = (index: number): boolean => {
    const point = points[index];
    return point === undefined || blank.test(point) || point === '(' || point === ')' || point === '"';
  };
  const isWord = (word: string): boolean => isAt(next, word) && ends(next + word.length);
  return {
    at: () => next,
    peek: () => points[next] ?? '',
    skipBlanks: () => {
      while (next < points.length && blank.test(points[next] ?? '')) next += 1;
    },
    take: (wanted) => {
      if (!isAt(next, wanted)) return false;
      next += Array.from(wanted).length;
      return true;
    },
    isWord,
    takeWord: (word) => {
      if (!isWord(word)) return false;
      next += word.length;
      return true;
    },
    bare: (stop) => {
      const from = next;
      while (!ends(next) && !stop(next)) next += 1;
      return points.slice(from, next).join('');
    },
    quoted: () => {
      const opening = next;
      next += 1;
      const found: string[] = [];
      for (;;) {
        const point = points[next];
        if (point === undefined) throw new Unreadable(opening, 'unclosed quote');
        next += 1;
        if (point === '"') return found.join('');
        if (point !== '\\') found.push(point);
        else {
          const escaped = points[next];
          if (escaped === undefined) throw new Unreadable(opening, 'unclosed quote');
          found.push(escaped);
          next += 1;
        }
      }
    },
    isAt,
  };
}
