import { sha256 } from '../base/digest.ts';
import { ahead } from './ahead.ts';
import { byteReader } from './byte-reader.ts';
import { type Content, piecesOf, remaining } from './content.ts';
import type { Source } from './decode.ts';
import type { FileBytes } from './file-bytes.ts';
import { type ArchiveForm, type Compression, emptyTar, formOf } from './forms/table.ts';
import { endsAsZip, isZip, readZip } from './forms/zip.ts';
import { gunzip, isGzip } from './gzip.ts';
import { type Entry, type Member, type PieceSource, passage } from './member.ts';
import { nestedReading, type Packed, type Reading } from './reading.ts';
import { reportTo, type Unpack } from './unpack.ts';
import { isZstd, unzstd } from './zstd.ts';

const headBytes = 64 * 1024;
/** Enough for the header of a tar, and little enough to lie in a member's first piece. */
const memberHeadBytes = 512;
/** Stored bytes of one packed member that are kept, to look at its damage more closely. */
const rememberedBytes = 16 * 2 ** 20;

/** The members of a file that may be an archive of any form, packed or not; returns the form. */
export async function* unfoldFile(file: FileBytes, reading: Reading): AsyncGenerator<Member, ArchiveForm> {
  const stored = byteReader(file.chunks);
  const head = await stored.peek(headBytes);
  const compression = compressionOf(head);
  const isKnown = compression !== 'none' || formOf(head) !== null;
  if (isZip(head) || (!isKnown && (await endsAsZip(file, reading)))) {
    yield* giveAll(readZip(file.byPlace, reading), reading);
    return 'zip';
  }
  const content = contentOf({ reader: stored, readAt: file.readAt }, compression, reading.name, reading);
  try {
    const plain = await content.reader.peek(headBytes);
    const form = formOf(plain) ?? (plain.length < headBytes ? emptyTar(plain) : null);
    if (form !== null) yield* giveAll(form.read(content, reading), reading);
    // A bare evidence file is one member, named as the file. Without a byte there is none.
    else if (plain.length > 0) {
      reading.tally.addMember();
      yield* give({ path: reading.names.unique(reading.name), pieces: piecesOf(content) }, reading);
    }
    await finish(content, reading.name, reading);
    return form?.names[compression] ?? 'file';
  } finally {
    await content.reader.close();
  }
}

/** The members of an archive; those that are packed or archives themselves are unfolded once more. */
export async function* giveAll<T>(entries: AsyncGenerator<Entry, T>, reading: Reading): AsyncGenerator<Member, T> {
  try {
    for (;;) {
      const step = await entries.next();
      if (step.done) return step.value;
      const { path } = step.value;
      const { head, pieces } = await lookAhead(step.value.pieces);
      const compression = compressionOf(head);
      const isArchive = compression === 'none' && formOf(head) !== null;
      if (isArchive && reading.isNested) tellNested(path, reading);
      if (compression !== 'none' || (isArchive && !reading.isNested))
        yield* unfoldMember({ path, pieces }, compression, reading);
      else {
        // Most members are this: no generator of their own, because there may be a million of them.
        const { member, finish: passRest } = passage({ path, pieces }, reading);
        yield member;
        await passRest();
      }
    }
  } finally {
    await entries.return(undefined as T);
  }
}

/** A member that is packed or an archive. */
async function* unfoldMember(
  { path, pieces }: Entry,
  compression: Compression,
  reading: Reading,
): AsyncGenerator<Member> {
  const stored = remember(pieces, compression === 'none' ? 0 : rememberedBytes);
  const content = contentOf(stored.source, compression, path, reading);
  const whole: Content = { reader: content.reader, damage: () => stored.broke() ?? content.damage() };
  try {
    const form = formOf(await content.reader.peek(memberHeadBytes));
    if (form !== null && reading.isNested) tellNested(path, reading);
    if (form === null || reading.isNested) yield* give({ path, pieces: piecesOf(whole) }, reading);
    else {
      const inner = nestedReading(reading, path);
      yield* giveAll(form.read(whole, inner), inner);
      await finish(whole, path, reading);
    }
    await stored.source.reader.skip(Number.POSITIVE_INFINITY);
    reading.packed.push({ path, ...stored.identity() });
  } finally {
    await content.reader.close();
  }
}

async function* give(entry: Entry, reading: Reading): AsyncGenerator<Member> {
  const { member, finish: passRest } = passage(entry, reading);
  yield member;
  await passRest();
}

const tellNested = (path: string, reading: Reading): void =>
  reading.hazards.add(
    path,
    'nested_archive',
    'archives are opened one level deep: unpack this one and open it by itself',
  );

/** The checksum of the last segment, and what follows it, are met only by reading on. */
async function finish(content: Content, path: string, reading: Reading): Promise<void> {
  await content.reader.skip(Number.POSITIVE_INFINITY);
  const damage = content.damage();
  if (damage !== null) reading.hazards.add(path, 'cut', damage);
}

const compressionOf = (head: Buffer): Compression => (isGzip(head) ? 'gzip' : isZstd(head) ? 'zstd' : 'none');

const unpackers: Readonly<Record<Exclude<Compression, 'none'>, Unpack>> = { gzip: gunzip, zstd: unzstd };

/** What bytes hold below their compression. Every byte is counted here, but for those of a nested archive as it lies. */
function contentOf(source: Source, compression: Compression, path: string, reading: Reading): Content {
  if (compression === 'none') {
    const chunks = path === reading.name ? metered(remaining(source.reader), reading) : remaining(source.reader);
    return { reader: byteReader(chunks), damage: () => null };
  }
  const unpacked = unpackers[compression](source, reportTo(reading.hazards, path));
  return { reader: byteReader(metered(ahead(unpacked.chunks), reading)), damage: unpacked.damage };
}

async function* metered(chunks: AsyncGenerator<Buffer>, { tally, progress }: Reading): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    tally.addBytes(chunk.length, progress.bytes);
    yield chunk;
  }
}

/** The first bytes of a member, and the member again from its start. */
async function lookAhead(pieces: PieceSource): Promise<{ readonly head: Buffer; readonly pieces: PieceSource }> {
  const first: IteratorResult<Buffer, string | null>[] = [];
  let head: Buffer = nothing;
  while (head.length < memberHeadBytes) {
    const step = await pieces.next();
    first.push(step);
    if (step.done) break;
    head = head.length === 0 ? step.value : Buffer.concat([head, step.value]);
  }
  let at = 0;
  return {
    head,
    pieces: {
      async next() {
        const step = first[at];
        at += 1;
        return step ?? pieces.next();
      },
    },
  };
}

const nothing = Buffer.alloc(0);

interface Remembered {
  readonly source: Source;
  /** Why the stored bytes break off, once they ran out. */
  readonly broke: () => string | null;
  /** Only after the bytes ran out. */
  readonly identity: () => Omit<Packed, 'path'>;
}

/** Keeps the first bytes at hand, as long as they are not more than `most`. */
function remember(pieces: PieceSource, most: number): Remembered {
  const hash = sha256();
  let bytes = 0;
  let kept: Buffer[] = [];
  let broke: string | null = null;
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let step = await pieces.next(); ; step = await pieces.next()) {
      if (step.done) {
        broke = step.value;
        return;
      }
      hash.update(step.value);
      bytes += step.value.length;
      if (bytes <= most) kept.push(step.value);
      else kept = [];
      yield step.value;
    }
  }
  return {
    source: {
      reader: byteReader(chunks()),
      async readAt(position, n) {
        let at = position;
        if (bytes > most) return Buffer.alloc(0);
        for (const chunk of kept) {
          if (at < chunk.length) return chunk.subarray(at, at + n);
          at -= chunk.length;
        }
        return Buffer.alloc(0);
      },
    },
    broke: () => broke,
    identity: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}
