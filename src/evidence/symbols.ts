/** Interned text, so that few-valued columns are small integers. Bounded: beyond the cap a column holds the text itself. */
export interface Symbols {
  /** The number of a text, or -1 where it is not interned (the table is full, or the text is long). */
  readonly of: (text: string) => number;
  /** Texts that are new since the last call, numbered on from those before. */
  readonly takeNew: () => string[];
}

// Enough for what repeats. Ids that are nearly all different fill any table, and a larger one costs more than it saves.
const countMax = 65_536;
const lengthMax = 256;

export function createSymbols(): Symbols {
  const numbers = new Map<string, number>();
  let fresh: string[] = [];
  return {
    of(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      if (numbers.size >= countMax || text.length > lengthMax) return -1;
      const number = numbers.size;
      numbers.set(text, number);
      fresh.push(text);
      return number;
    },
    takeNew() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}
