import { constants, createInflateRaw, createZstdDecompress, type InflateRaw, type ZstdDecompress } from 'node:zlib';

/** One decompressor of `node:zlib`, fed by hand: one compressed stream from its first byte to its last. */
export interface Engine {
  /** null says that no more input comes. */
  readonly feed: (piece: Buffer | null) => Step;
  readonly close: () => void;
}

export interface Step {
  /** The next decompressed chunk of the piece, null when it is used up. */
  readonly next: () => Promise<Buffer | null>;
  /** Once `next` gave null: bytes of the piece that were used (fewer than given: the data has ended). */
  readonly outcome: () => { readonly used: number; readonly error: EngineError | null };
}

export interface EngineError {
  readonly code: string;
  readonly message: string;
}

/** Starts an engine for a stream whose first piece has this many bytes. */
export type StartEngine = (firstPiece: number) => Engine;

/** Output is gathered in buffers of 8 times the piece: a small stream, of which there may be many, takes little memory. */
const outputBytes = (firstPiece: number): number => Math.min(512 * 1024, Math.max(4096, firstPiece * 8));
// With so low a mark zlib works one chunk ahead of the reader and no further. The typings do not know it.
const options = (firstPiece: number): object => ({ chunkSize: outputBytes(firstPiece), readableHighWaterMark: 1 });

/** What a frame may ask of memory: as much as `zstd` itself allows without being told otherwise. */
export const zstdWindowLogMax = 27;

export const startInflate: StartEngine = (firstPiece) => drive(createInflateRaw(options(firstPiece)));
export const startZstd: StartEngine = (firstPiece) =>
  drive(
    createZstdDecompress({ ...options(firstPiece), params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } }),
  );

function drive(engine: InflateRaw | ZstdDecompress): Engine {
  let error: EngineError | null = null;
  let closed = false;
  let ended = false;
  let wake = (): void => {};
  const signal = (): void => wake();
  engine.on('readable', signal);
  engine.on('end', () => {
    ended = true;
    wake();
  });
  engine.on('close', signal);
  engine.on('error', (found: Error & { readonly code?: string }) => {
    error = { code: found.code ?? '', message: found.message };
    wake();
  });
  return {
    feed(piece) {
      const before = engine.bytesWritten;
      let settled = false;
      const settle = (): void => {
        settled = true;
        wake();
      };
      // That data is missing is told after the callback of `end`, not before it.
      if (piece === null) engine.end();
      else engine.write(piece, settle);
      return {
        async next() {
          for (;;) {
            const chunk = engine.read() as Buffer | null;
            if (chunk !== null) return chunk;
            if (settled || error !== null || closed || (piece === null && ended)) return null;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
        outcome: () => ({ used: engine.bytesWritten - before, error }),
      };
    },
    close() {
      closed = true;
      engine.destroy();
    },
  };
}
