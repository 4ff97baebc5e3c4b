/** The text of so many bytes of UTF-8. */
export const textAt = (bytes: Uint8Array, start: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8');
