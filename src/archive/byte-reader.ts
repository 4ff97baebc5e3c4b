/** Takes exact numbers of bytes from a stream of chunks, copying only where a take spans two chunks. */
export interface ByteReader {
  /** Bytes taken so far. */
  readonly position: () => number;
  /** The next n bytes, or fewer at the end. */
  readonly take: (n: number) => Promise<Buffer>;
  /** The same, without taking them. */
  readonly peek: (n: number) => Promise<Buffer>;
  /** What lies at hand, at most n bytes; null at the end. */
  readonly some: (n: number) => Promise<Buffer | null>;
  /** Puts back the bytes that were taken last. */
  readonly unread: (bytes: Buffer) => void;
  /** Passes over n bytes; gives how many there were. */
  readonly skip: (n: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

const nothing = Buffer.alloc(0);

export function byteReader(chunks: AsyncGenerator<Buffer, unknown>): ByteReader {
  let chunk: Buffer = nothing;
  let at = 0;
  let position = 0;

  async function fill(): Promise<boolean> {
    while (at >= chunk.length) {
      const step = await chunks.next();
      if (step.done) return false;
      chunk = step.value;
      at = 0;
    }
    return true;
  }

  const advance = (n: number): Buffer => {
    const piece = chunk.subarray(at, at + n);
    at += piece.length;
    position += piece.length;
    return piece;
  };

  async function some(n: number): Promise<Buffer | null> {
    return at < chunk.length || (await fill()) ? advance(n) : null;
  }

  async function take(n: number): Promise<Buffer> {
    if (chunk.length - at >= n) return advance(n);
    const parts: Buffer[] = [];
    for (let missing = n; missing > 0; ) {
      const piece = await some(missing);
      if (piece === null) break;
      parts.push(piece);
      missing -= piece.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  function unread(bytes: Buffer): void {
    position -= bytes.length;
    if (at >= bytes.length) at -= bytes.length;
    else {
      chunk = Buffer.concat([bytes, chunk.subarray(at)]);
      at = 0;
    }
  }

  return {
    position: () => position,
    some,
    take,
    unread,
    async peek(n) {
      const bytes = await take(n);
      unread(bytes);
      return bytes;
    },
    async skip(n) {
      let passed = 0;
      while (passed < n) {
        const piece = await some(n - passed);
        if (piece === null) break;
        passed += piece.length;
      }
      return passed;
    },
    async close() {
      chunk = nothing;
      at = 0;
      await chunks.return(undefined);
    },
  };
}

/** Reads the next n bytes of another reader and no further. */
export const limitedReader = (reader: ByteReader, n: number): ByteReader => byteReader(limited(reader, n));

async function* limited(reader: ByteReader, n: number): AsyncGenerator<Buffer> {
  for (let missing = n; missing > 0; ) {
    const piece = await reader.some(missing);
    if (piece === null) return;
    missing -= piece.length;
    yield piece;
  }
}
