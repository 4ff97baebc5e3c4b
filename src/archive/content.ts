import type { ByteReader } from './byte-reader.ts';
import type { Pieces } from './member.ts';

/** The bytes of one thing, decompressed. */
export interface Content {
  readonly reader: ByteReader;
  /** Why the bytes broke off, where the layer below knows. */
  readonly damage: () => string | null;
}

const pieceBytes = 1024 * 1024;

/** What a reader has left. */
export async function* remaining(reader: ByteReader): AsyncGenerator<Buffer> {
  for (let piece = await reader.some(pieceBytes); piece !== null; piece = await reader.some(pieceBytes)) yield piece;
}

export async function* piecesOf(content: Content): Pieces {
  yield* remaining(content.reader);
  return content.damage();
}
