/** The same bytes as a Buffer: what came from another thread is none any more. */
export const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The text of so many bytes of UTF-8. */
export const textAt = (bytes: Uint8Array, start: number, length: number): string =>
  bufferOf(bytes).toString('utf8', start, start + length);
