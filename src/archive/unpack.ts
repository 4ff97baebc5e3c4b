import type { ByteReader } from './byte-reader.ts';
import type { Source } from './decode.ts';
import type { HazardLog } from './hazards.ts';

/** Decompressed bytes of a whole file of gzip or zstd. */
export interface Unpacked {
  readonly chunks: AsyncGenerator<Buffer>;
  /** Why the stream breaks off, once the chunks ran out; null when it ended properly. */
  readonly damage: () => string | null;
}

export interface UnpackReport {
  readonly checksum: (detail: string) => void;
  readonly trailing: (detail: string) => void;
}

export type Unpack = (source: Source, report: UnpackReport) => Unpacked;

export const reportTo = (hazards: HazardLog, path: string): UnpackReport => ({
  checksum: (detail) => hazards.add(path, 'checksum', detail),
  trailing: (detail) => hazards.add(path, 'trailing_bytes', detail),
});

/** Ends the decompression: what came before is kept. */
export class Damage extends Error {}

/**
 * A segment or frame costs a fresh engine (about 0.1 ms): a file of nothing but empty ones must end soon. bgzip makes one
 * for each 64 KiB, which leaves room for 12 GiB of it.
 */
export const segmentsMax = 200_000;

export function unpacked(run: () => AsyncGenerator<Buffer>): Unpacked {
  let damage: string | null = null;
  async function* guarded(): AsyncGenerator<Buffer> {
    try {
      yield* run();
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damage = error.message;
    }
  }
  return { chunks: guarded(), damage: () => damage };
}

/** Exactly n bytes. */
export async function expectBytes(reader: ByteReader, n: number, what: string): Promise<Buffer> {
  const bytes = await reader.take(n);
  if (bytes.length < n) throw new Damage(`the ${what} stream breaks off`);
  return bytes;
}

/** Zeros after the last segment are padding, anything else is junk. */
export async function passTrailing(reader: ByteReader, what: string, report: UnpackReport): Promise<void> {
  const start = reader.position();
  let junk = false;
  for (let piece = await reader.some(2 ** 16); piece !== null; piece = await reader.some(2 ** 16))
    junk ||= piece.some((byte) => byte !== 0);
  const length = reader.position() - start;
  if (junk) report.trailing(`${length} bytes follow the end of the ${what} stream at byte ${start}`);
}
