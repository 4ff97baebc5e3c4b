import { Header } from 'tar/header';

export const blockBytes = 512;

/** One 512-byte block where a header is due. */
export type HeaderBlock =
  | { readonly kind: 'zero' }
  | { readonly kind: 'damaged'; readonly why: string }
  | {
      readonly kind: 'entry';
      /** The type flag, as it stands in the block. */
      readonly flag: string;
      readonly size: number;
      readonly path: Buffer;
      readonly link: Buffer;
    };

const zeros = Buffer.alloc(blockBytes);

/** Names stay bytes here: the package reads them as UTF-8 and would lose those that are not. */
export function readHeaderBlock(block: Buffer): HeaderBlock {
  if (block.equals(zeros)) return { kind: 'zero' };
  let header: Header;
  try {
    header = new Header(block);
  } catch {
    return { kind: 'damaged', why: 'a number in the header cannot be read' };
  }
  if (!header.cksumValid) return { kind: 'damaged', why: 'the header does not match its checksum' };
  const flag = String.fromCharCode(block[156] ?? 0);
  const size = header.size;
  if (size === undefined || !Number.isSafeInteger(size)) {
    if (carriesBytes(flag)) return { kind: 'damaged', why: 'the size in the header is no size' };
    return { kind: 'entry', flag, size: 0, path: pathField(block), link: linkField(block) };
  }
  return { kind: 'entry', flag, size, path: pathField(block), link: linkField(block) };
}

/** Links, devices, directories and pipes have no bytes, whatever their size says. */
export const carriesBytes = (flag: string): boolean => !'123456'.includes(flag);

const untilNul = (field: Buffer): Buffer => {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
};

const linkField = (block: Buffer): Buffer => untilNul(block.subarray(157, 257));

function pathField(block: Buffer): Buffer {
  const name = untilNul(block.subarray(0, 100));
  if (block.toString('latin1', 257, 263) !== 'ustar\0') return name;
  // Where byte 475 is zero, the end of the prefix may hold times (star's variant).
  const prefix = untilNul(block.subarray(345, block[475] === 0 ? 475 : 500));
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

/** Whether a block is a tar header: by its checksum, or by the mark where only a number was damaged. */
export function looksLikeTar(block: Buffer): boolean {
  if (block.length < blockBytes) return false;
  const first = block.subarray(0, blockBytes);
  const kind = readHeaderBlock(first).kind;
  return kind === 'entry' || (kind === 'damaged' && first.toString('latin1', 257, 262) === 'ustar');
}
