/** A hash of 64 bits over the bytes of a text: the same everywhere, and cheap enough for every id of every record. */
export interface TextHash {
  /** Hashes `text` from `from` to before `to`. */
  readonly take: (text: Uint8Array, from: number, to: number) => void;
  /** Both halves of the last one, as unsigned integers of 32 bits. */
  readonly high: () => number;
  readonly low: () => number;
}

/** The upper half of a product hangs on all bits, the lower one on few: both go on into what comes next. */
const mixed = (value: number): number => value ^ (value >>> 15);

export function createTextHash(): TextHash {
  let high = 0;
  let low = 0;
  return {
    take(text, from, to) {
      let a = 0x9e37_79b1 ^ (to - from);
      let b = 0x85eb_ca77;
      let i = from;
      for (; i + 4 <= to; i += 4) {
        const unit =
          (text[i] as number) |
          ((text[i + 1] as number) << 8) |
          ((text[i + 2] as number) << 16) |
          ((text[i + 3] as number) << 24);
        a = mixed(Math.imul(a ^ unit, 0x9e37_79b1));
        b = mixed(Math.imul(b ^ unit, 0x5f35_6495));
      }
      for (; i < to; i++) {
        a = Math.imul(a ^ (text[i] as number), 0x9e37_79b1);
        b = Math.imul(b ^ (text[i] as number), 0x5f35_6495);
      }
      a = Math.imul(a ^ (a >>> 16), 0x85eb_ca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2_ae35);
      b = Math.imul(b ^ (b >>> 16), 0x85eb_ca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2_ae35);
      high = b >>> 0;
      low = a >>> 0;
    },
    high: () => high,
    low: () => low,
  };
}
