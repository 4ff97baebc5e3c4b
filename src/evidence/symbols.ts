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
const nearSize = 1_024;

export function createSymbols(): Symbols {
  const numbers = new Map<string, number>();
  let fresh: string[] = [];

  function column(): SymbolColumn {
    const nearTexts: string[] = new Array<string>(nearSize).fill('');
    const nearNumbers = new Int32Array(nearSize).fill(-1);
    const nearBytes: (Uint8Array | null)[] = new Array<Uint8Array | null>(nearSize).fill(null);
    const nearByteNumbers = new Int32Array(nearSize).fill(-1);
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

    return {
      of(text) {
        const { length } = text;
        // Ids differ at their ends, words anywhere: the last characters and the middle one tell nearly all apart.
        const hash =
          length === 0
            ? 0
            : text.charCodeAt(length - 1) +
              31 * text.charCodeAt(length > 1 ? length - 2 : 0) +
              961 * text.charCodeAt(length > 2 ? length - 3 : 0) +
              29_791 * (text.charCodeAt(length >> 1) + length);
        const slot = (hash ^ (hash >>> 10)) & (nearSize - 1);
        if (nearTexts[slot] === text) {
          const near = nearNumbers[slot] as number;
          if (near >= 0) {
            asked += 1;
            return near;
          }
        }
        const number = slow(text);
        if (number >= 0) {
          nearTexts[slot] = text;
          nearNumbers[slot] = number;
        }
        return number;
      },
      ofAscii(bytes, from, to) {
        const length = to - from;
        const hash =
          length === 0
            ? 0
            : (bytes[to - 1] as number) +
              31 * (bytes[to - (length > 1 ? 2 : 1)] as number) +
              961 * (bytes[to - (length > 2 ? 3 : length)] as number) +
              29_791 * ((bytes[from + (length >> 1)] as number) + length);
        const slot = (hash ^ (hash >>> 10)) & (nearSize - 1);
        const near = nearBytes[slot] as Uint8Array | null;
        if (near !== null && near.length === length) {
          let i = 0;
          while (i < length && near[i] === bytes[from + i]) i += 1;
          if (i === length) {
            asked += 1;
            return nearByteNumbers[slot] as number;
          }
        }
        const number = slow(bytes.toString('latin1', from, to));
        if (number >= 0) {
          nearBytes[slot] = Uint8Array.from(bytes.subarray(from, to));
          nearByteNumbers[slot] = number;
        }
        return number;
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
