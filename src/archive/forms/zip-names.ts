import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** The upper half of code page 437, in which names without a mark are written. */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const fromCodePage = (bytes: Buffer): string =>
  Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (upperHalf[byte - 0x80] ?? ''))).join('');

/** The fields of an extra block by their numbers. The first of a number counts. */
export function extraFields(extra: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) break;
    if (!fields.has(id)) fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

const unicodePath = 0x7075;

/**
 * The bytes of a name as UTF-8 where that can be known. Without a mark it is taken as UTF-8 where it is that (many tools
 * forget the mark), as the file system's own bytes where it comes from Unix, and as code page 437 else.
 */
export function zipName(
  raw: Buffer,
  extra: ReadonlyMap<number, Buffer>,
  from: { readonly isMarkedUtf8: boolean; readonly isUnix: boolean },
): Buffer {
  const path = extra.get(unicodePath);
  const better =
    !from.isMarkedUtf8 && path !== undefined && path.length > 5 && path.readUInt32LE(1) === crc32(raw)
      ? path.subarray(5)
      : raw;
  const name = from.isMarkedUtf8 || from.isUnix || isUtf8(better) ? better : Buffer.from(fromCodePage(better));
  // Written on Windows by tools that keep its separator. On Unix it is a character like others.
  return from.isUnix || name.includes(0x2f) ? name : Buffer.from(name.map((byte) => (byte === 0x5c ? 0x2f : byte)));
}
