import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';

export interface ZipParts {
  readonly name: string | Buffer;
  readonly body?: string | Buffer;
  /** 0 stored, 8 deflate, 93 zstd; others store the body and say so. */
  readonly method?: number;
  readonly flags?: number;
  /** 3: Unix, 0: DOS. */
  readonly host?: number;
  readonly mode?: number;
  readonly extra?: Buffer;
  /** Lengths and checksum follow the bytes: with or without a mark, in four or eight bytes. */
  readonly descriptor?: 'marked' | 'bare' | 'marked64';
  /** Numbers of zip64 in every header. */
  readonly is64?: boolean;
  /** As the headers shall say, whatever is true. */
  readonly crc?: number;
  readonly size?: number;
  readonly stored?: number;
  /** Points at the entry of this index instead of its own. */
  readonly at?: number;
}

const le = (bytes: number, ...values: readonly number[]): Buffer => {
  const field = Buffer.alloc(bytes * values.length);
  values.forEach((value, i) => {
    if (bytes === 8) field.writeBigUInt64LE(BigInt(value), i * 8);
    else field.writeUIntLE(value, i * bytes, bytes);
  });
  return field;
};

const compress = (body: Buffer, method: number): Buffer =>
  method === 8 ? deflateRawSync(body) : method === 93 ? zstdCompressSync(body) : body;

export interface ZipOptions {
  readonly comment?: string;
  readonly withoutDirectory?: boolean;
  /** Entries as the end says. */
  readonly count?: number;
  readonly is64?: boolean;
}

/** A zip, written field by field from PKWARE's note, independently of the reader. */
export function zip(entries: readonly ZipParts[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  const put = (...bytes: Buffer[]): void => {
    for (const piece of bytes) {
      parts.push(piece);
      at += piece.length;
    }
  };
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string);
    const body = Buffer.from((entry.body ?? '') as string);
    const method = entry.method ?? 8;
    const data = compress(body, method);
    const crc = entry.crc ?? crc32(body);
    const size = entry.size ?? body.length;
    const stored = entry.stored ?? data.length;
    const flags = (entry.flags ?? 0) | (entry.descriptor === undefined ? 0 : 8);
    const is64 = entry.is64 === true;
    const before = entry.descriptor !== undefined;
    const small = (value: number): number => (is64 ? 0xffffffff : value);
    offsets.push(at);
    const offset = entry.at === undefined ? at : (offsets[entry.at] ?? 0);
    const extra64 = (values: number[]): Buffer =>
      is64 ? Buffer.concat([le(2, 1, values.length * 8), le(8, ...values)]) : Buffer.alloc(0);
    const localExtra = Buffer.concat([extra64(before ? [0, 0] : [size, stored]), entry.extra ?? Buffer.alloc(0)]);
    if (entry.at === undefined) {
      put(
        Buffer.from('PK\x03\x04'),
        le(2, 45, flags, method, 0, 0x21),
        before ? le(4, 0, small(0), small(0)) : le(4, crc, small(stored), small(size)),
        le(2, name.length, localExtra.length),
        name,
        localExtra,
        data,
      );
      if (entry.descriptor !== undefined)
        put(
          Buffer.from(entry.descriptor === 'bare' ? '' : 'PK\x07\x08'),
          le(4, crc),
          le(entry.descriptor === 'marked64' ? 8 : 4, stored, size),
        );
    }
    const extra = Buffer.concat([extra64([size, stored, offset]), entry.extra ?? Buffer.alloc(0)]);
    directory.push(
      Buffer.from('PK\x01\x02'),
      Buffer.from([45, entry.host ?? 3]),
      le(2, 45, flags, method, 0, 0x21),
      le(4, crc, small(stored), small(size)),
      le(2, name.length, extra.length, 0, 0, 0),
      le(4, ((entry.mode ?? 0o100644) << 16) >>> 0, small(offset)),
      name,
      extra,
    );
  }
  if (options.withoutDirectory === true) return Buffer.concat(parts);
  const start = at;
  put(...directory);
  const length = at - start;
  const count = options.count ?? entries.length;
  if (options.is64 === true)
    put(
      Buffer.from('PK\x06\x06'),
      le(8, 44),
      le(2, 45, 45),
      le(4, 0, 0),
      le(8, count, count, length, start),
      Buffer.from('PK\x06\x07'),
      le(4, 0),
      le(8, start + length),
      le(4, 1),
    );
  const full = options.is64 === true ? 0xffff : count;
  const comment = Buffer.from(options.comment ?? '');
  put(
    Buffer.from('PK\x05\x06'),
    le(2, 0, 0, full, full),
    options.is64 === true ? le(4, 0xffffffff, 0xffffffff) : le(4, length, start),
    le(2, comment.length),
    comment,
  );
  return Buffer.concat(parts);
}
