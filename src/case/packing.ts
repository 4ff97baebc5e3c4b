/** Blocks of raw bytes on their way into the case: compressed, and with what tells their words. */
import { constants, zstdCompressSync } from 'node:zlib';
import { createBlockWords } from './accelerators/block-words.ts';
import type { AcceleratorRow } from './accelerators/tables.ts';
import type { Packed, RawBlock } from './protocol.ts';

export interface Packing {
  readonly add: (block: RawBlock) => Packed;
  /** What is left when the last block was added. */
  readonly end: () => Packed;
}

const quick = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export function createPacking(): Packing {
  let pages: AcceleratorRow[] = [];
  const words = createBlockWords((id, z) => pages.push({ table: 'word', id, z }));
  const takePages = (): readonly AcceleratorRow[] => {
    const taken = pages;
    pages = [];
    return taken;
  };
  return {
    add({ first, bytes, cuts }) {
      words.add(bytes, cuts);
      return { blocks: [{ first, bytes: bytes.length, z: zstdCompressSync(bytes, quick) }], words: takePages() };
    },
    end() {
      words.end();
      return { blocks: [], words: takePages() };
    },
  };
}
