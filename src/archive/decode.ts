import type { ByteReader } from './byte-reader.ts';
import type { Engine, EngineError, StartEngine } from './engine.ts';

/** Compressed bytes: in one pass, and again where the pass has been. */
export interface Source {
  readonly reader: ByteReader;
  /** Lets the bytes before a damaged place be read again, in smaller steps. Gives nothing where they are gone. */
  readonly readAt: (position: number, n: number) => Promise<Buffer>;
}

/** Where a compressed stream ends, when its framing tells and not the decompressor. */
export interface Extent {
  /** How many of the next bytes belong to the stream. */
  readonly take: (bytes: Buffer) => number;
  readonly ended: () => boolean;
}

/** Why a compressed stream broke off. Without an error, its bytes came to an end. */
export interface Break {
  /** Of the piece that failed. */
  readonly at: number;
  readonly error: EngineError | null;
}

const pieceBytes = 64 * 1024;

/**
 * Decompresses one stream and leaves the reader behind its last byte; returns null when it ended properly. Where it is
 * damaged, everything that can be decompressed of the bytes before is given out, to the byte and in any packing.
 */
export async function* decode(
  source: Source,
  start: StartEngine,
  extent: Extent | null,
): AsyncGenerator<Buffer, Break | null> {
  const { reader } = source;
  const begin = reader.position();
  let known = 0;
  let engine: Engine | null = null;
  try {
    for (;;) {
      const at = reader.position();
      const taken = await reader.take(pieceBytes);
      engine ??= start(taken.length);
      if (taken.length === 0 && extent !== null) return { at, error: null };
      const piece = extent === null ? taken : taken.subarray(0, extent.take(taken));
      const step = engine.feed(piece.length === 0 ? null : piece);
      for (let chunk = await step.next(); chunk !== null; chunk = await step.next()) {
        known += chunk.length;
        yield chunk;
      }
      const { used, error } = step.outcome();
      if (taken.length === 0) return error === null ? null : { at, error: null };
      if (error !== null) {
        // A damaged end of the framing is passed over, so that the next stream may be found.
        reader.unread(taken.subarray(piece.length));
        yield* readAgain(source, start, { begin, at, end: at + piece.length, known });
        return { at, error };
      }
      reader.unread(taken.subarray(extent === null ? used : piece.length));
      if (extent === null ? used < taken.length : extent.ended()) return null;
    }
  } finally {
    engine?.close();
  }
}

interface Place {
  /** Where the stream begins. */
  readonly begin: number;
  /** The piece that failed. */
  readonly at: number;
  readonly end: number;
  /** Decompressed bytes that were given already. */
  readonly known: number;
}

/**
 * zlib gives nothing of a piece in which it fails. To lose no byte before the damage, another engine goes the same way
 * and takes the failing piece in smaller steps, and so on down to the failing byte.
 */
async function* readAgain(source: Source, start: StartEngine, place: Place): AsyncGenerator<Buffer> {
  const { begin, at: failing, end } = place;
  if (end - failing <= 1) return;
  const stepBytes = Math.ceil((end - failing) / 64);
  const engine = start(pieceBytes);
  let known = place.known;
  let skip = place.known;
  let at = begin;
  try {
    for (let failed = false; !failed && at < end; ) {
      const piece = await source.readAt(
        at,
        at < failing ? Math.min(pieceBytes, failing - at) : Math.min(stepBytes, end - at),
      );
      if (piece.length === 0) return;
      const step = engine.feed(piece);
      for (let chunk = await step.next(); chunk !== null; chunk = await step.next()) {
        const fresh = chunk.subarray(skip);
        skip = Math.max(0, skip - chunk.length);
        known += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      failed = step.outcome().error !== null;
      if (!failed) at += piece.length;
    }
  } finally {
    engine.close();
  }
  yield* readAgain(source, start, { begin, at, end: Math.min(at + stepBytes, end), known });
}
