import { compareText } from './order.ts';

/**
 * A reference names a record for ever: `<member path>@<byte offset>+<length>`, in the decompressed member. Where several
 * archives are open, the path begins with eight digits of the archive's digest and a colon.
 */
export interface Ref {
  readonly member: string;
  readonly offset: number;
  readonly length: number;
}

export const formatRef = (ref: Ref): string => `${ref.member}@${ref.offset}+${ref.length}`;

const tail = /@(\d{1,15})\+(\d{1,15})(?:#\d+)?$/;

/** Read from the end, since a path may hold `@` itself. Null where the text is no reference. */
export function parseRef(text: string): Ref | null {
  const match = tail.exec(text);
  if (match === null) return null;
  return { member: text.slice(0, match.index), offset: Number(match[1]), length: Number(match[2]) };
}

const archivePrefix = /^[0-9a-f]{8}:/;

/** Evidence order of members: by their path, whichever archive holds them; of one path by archive. */
export const compareMembers = (a: string, b: string): number =>
  compareText(a.replace(archivePrefix, ''), b.replace(archivePrefix, '')) || compareText(a, b);
