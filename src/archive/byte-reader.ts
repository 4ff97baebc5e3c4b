/** Takes exact numbers of bytes from a stream of chunks, copying only where a take spans two chunks. */
export interface ByteReader {
  /** Bytes taken so far. */
  readonly position: () => number;
  /** The next n bytes, or fewer at the end. */
  readonly take: (n: number) => Promise<Buffer>;
  /** What lies at hand, at most n bytes; null at the end. */
  readonly some: (n: number) => Promise<Buffer | null>;
  /** Puts back the last n bytes of the piece that `some` just gave. */
  readonly back: (n: number) => void;
  /** Passes over n bytes; gives how many there were. */
  readonly skip: (n: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

const nothing = Buffer.alloc(0);

export function byteReader(chunks: AsyncGenerator<Buffer>): ByteReader {
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

  return {
    position: () => position,
    some,
    async take(n) {
      if (chunk.length - at >= n) return advance(n);
      const parts: Buffer[] = [];
      for (let missing = n; missing > 0; ) {
        const piece = await some(missing);
        if (piece === null) break;
        parts.push(piece);
        missing -= piece.length;
      }
      return Buffer.concat(parts);
    },
    back(n) {
      at -= n;
      position -= n;
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
