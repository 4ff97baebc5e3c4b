/** A hash of 64 bits over the code units of a text: the same everywhere, and cheap enough for every id of every record. */
export interface TextHash {
  /** Hashes `text` from `from` to before `to`. */
  readonly take: (text: string, from: number, to: number) => void;
  /** Both halves of the last one, as unsigned integers of 32 bits. */
  readonly high: () => number;
  readonly low: () => number;
}

export function createTextHash(): TextHash {
  let high = 0;
  let low = 0;
  return {
    take(text, from, to) {
      let a = 0x9e37_79b1 ^ (to - from);
      let b = 0x85eb_ca77;
      for (let i = from; i < to; i++) {
        const unit = text.charCodeAt(i);
        a = Math.imul(a ^ unit, 0x9e37_79b1);
        b = Math.imul(b ^ unit, 0x5f35_6495);
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
