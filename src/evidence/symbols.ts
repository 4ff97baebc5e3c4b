/** Interned text, so that few-valued columns are small integers. Bounded: beyond the cap a column holds the text itself. */
export interface Symbols {
  /** A column's own way to the numbers of its texts. */
  readonly column: () => SymbolColumn;
  /** Texts that are new since the last call, numbered on from those before. */
  readonly takeNew: () => string[];
}

export interface SymbolColumn {
  /**
   * The number of a text, or -1 where it is not interned: the table is full, the text is long, or the column holds hardly
   * any text twice. A text may be a number in one column and itself in another.
   */
  readonly of: (text: string) => number;
  /** The same of the ASCII text that lies in the bytes. */
  readonly ofAscii: (bytes: Buffer, from: number, to: number) => number;
}

const countMax = 65_536;
const lengthMax = 256;

/** A column that has brought so many new texts, and more new ones than known ones, brings no more. */
const freshMax = 4_096;

/** Texts that a column met last, by a cheap hash: most values are found here without asking the table of all. */
const nearSize = 4_096;

/** Ids differ at their ends, words anywhere: the last characters and the middle one tell nearly all apart. */
function slotOf(length: number, last: number, second: number, third: number, middle: number): number {
  const hash = last + 31 * second + 961 * third + 29_791 * (middle + length);
  return (hash ^ (hash >>> 10)) & (nearSize - 1);
}

export function createSymbols(): Symbols {
  const numbers = new Map<string, number>();
  let fresh: string[] = [];

  function column(): SymbolColumn {
    const nearTexts: string[] = new Array<string>(nearSize).fill('');
    const nearNumbers = new Int32Array(nearSize).fill(-1);
    let asked = 0;
    let brought = 0;

    function slow(text: string): number {
      asked += 1;
      const known = numbers.get(text);
      if (known !== undefined) return known;
      if (numbers.size >= countMax || text.length > lengthMax) return -1;
      if (brought >= freshMax && brought * 2 > asked) return -1;
      brought += 1;
      const number = numbers.size;
      numbers.set(text, number);
      fresh.push(text);
      return number;
    }

    function remembered(text: string, slot: number): number {
      const number = slow(text);
      if (number >= 0) {
        nearTexts[slot] = text;
        nearNumbers[slot] = number;
      }
      return number;
    }

    function near(slot: number): number {
      asked += 1;
      return nearNumbers[slot] as number;
    }

    return {
      of(text) {
        const { length } = text;
        const slot =
          length === 0
            ? 0
            : slotOf(
                length,
                text.charCodeAt(length - 1),
                text.charCodeAt(length > 1 ? length - 2 : 0),
                text.charCodeAt(length > 2 ? length - 3 : 0),
                text.charCodeAt(length >> 1),
              );
        return nearTexts[slot] === text && (nearNumbers[slot] as number) >= 0 ? near(slot) : remembered(text, slot);
      },
      ofAscii(bytes, from, to) {
        const length = to - from;
        const slot =
          length === 0
            ? 0
            : slotOf(
                length,
                bytes[to - 1] as number,
                bytes[length > 1 ? to - 2 : from] as number,
                bytes[length > 2 ? to - 3 : from] as number,
                bytes[from + (length >> 1)] as number,
              );
        const text = nearTexts[slot] as string;
        if (text.length === length && (nearNumbers[slot] as number) >= 0) {
          let same = 0;
          while (same < length && text.charCodeAt(same) === bytes[from + same]) same += 1;
          if (same === length) return near(slot);
        }
        return remembered(bytes.toString('latin1', from, to), slot);
      },
    };
  }

  return {
    column,
    takeNew() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}
