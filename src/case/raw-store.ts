import type { RawBlock } from './protocol.ts';

/** Raw bytes are kept in blocks of this size: large enough to compress well, small enough to read one record. */
export const blockBytes = 256 * 1024;

/** Puts the bytes of all members into one run, so that a thousand small files compress as well as a large one. */
export interface RawStore {
  /** The place where the next member begins. */
  readonly begin: () => number;
  readonly add: (chunk: Buffer) => void;
  /** Blocks that are full; with `rest`, the last one too. */
  readonly take: (rest: boolean) => RawBlock[];
}

export function createRawStore(): RawStore {
  let block = new Uint8Array(blockBytes);
  let used = 0;
  let first = 0;
  let full: RawBlock[] = [];
  let cuts: number[] = [];

  function close(): void {
    full.push({ first, bytes: used === block.length ? block : block.slice(0, used), cuts });
    cuts = [];
    first += used;
    used = 0;
    block = new Uint8Array(blockBytes);
  }

  return {
    begin() {
      cuts.push(used);
      return first + used;
    },
    add(chunk) {
      for (let from = 0; from < chunk.length; ) {
        const size = Math.min(chunk.length - from, block.length - used);
        block.set(chunk.subarray(from, from + size), used);
        used += size;
        from += size;
        if (used === block.length) close();
      }
    },
    take(rest) {
      if (rest && used > 0) close();
      const taken = full;
      full = [];
      return taken;
    },
  };
}
