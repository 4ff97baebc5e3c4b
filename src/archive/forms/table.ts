import type { Content } from '../content.ts';
import type { Entry } from '../member.ts';
import type { Reading } from '../reading.ts';
import { readTar } from './tar.ts';
import { looksLikeTar } from './tar-header.ts';
import { isZip, readZipStream } from './zip.ts';

export type ArchiveForm = 'directory' | 'tar' | 'tar.gz' | 'tar.zst' | 'zip' | 'file';
export type Compression = 'none' | 'gzip' | 'zstd';

/** One form of an archive: how it is recognised by its first bytes, and how it becomes entries. A new form is a new entry. */
export interface Form {
  readonly names: Readonly<Record<Compression, ArchiveForm>>;
  readonly matches: (head: Buffer) => boolean;
  readonly read: (content: Content, reading: Reading) => AsyncGenerator<Entry>;
}

const tar: Form = { names: { none: 'tar', gzip: 'tar.gz', zstd: 'tar.zst' }, matches: looksLikeTar, read: readTar };
const forms: readonly Form[] = [
  tar,
  { names: { none: 'zip', gzip: 'zip', zstd: 'zip' }, matches: isZip, read: readZipStream },
];

/** Null for what is no archive. */
export const formOf = (head: Buffer): Form | null => forms.find(({ matches }) => matches(head)) ?? null;

/** A tar without members is nothing but zeros, two blocks at least: the form, when these whole bytes are one. */
export const emptyTar = (bytes: Buffer): Form | null =>
  bytes.length >= 1024 && bytes.length % 512 === 0 && bytes.every((byte) => byte === 0) ? tar : null;

/** Forms that are told apart so that the person learns what to do; they are not read. */
const foreignForms: readonly { readonly name: string; readonly magic: Buffer; readonly unpack: string }[] = [
  { name: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), unpack: 'xz -dk FILE' },
  { name: 'bzip2', magic: Buffer.from('BZh91AY&SY'), unpack: 'bzip2 -dk FILE' },
  { name: '7z', magic: Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), unpack: '7z x FILE -oFOLDER' },
  { name: 'lz4', magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]), unpack: 'lz4 -d FILE' },
  { name: 'rar', magic: Buffer.from('Rar!\x1a\x07'), unpack: 'unrar x FILE' },
];

export const foreignForm = (stored: Buffer): { readonly name: string; readonly unpack: string } | null =>
  foreignForms.find(({ magic }) => stored.subarray(0, magic.length).equals(magic)) ?? null;
