import type { Member } from '../member.ts';
import type { Reading } from '../reading.ts';
import { readSingle } from './file.ts';
import { readTar, type TarSource } from './tar.ts';
import { looksLikeTar } from './tar-header.ts';

export type ArchiveForm = 'directory' | 'tar' | 'tar.gz' | 'file';
export type Compression = 'none' | 'gzip';

/** The first bytes of a file, as stored and decompressed. */
export interface Head {
  readonly stored: Buffer;
  readonly plain: Buffer;
  readonly compression: Compression;
  /** Whether `plain` is all there is. */
  readonly whole: boolean;
}

/** One form of a file: how it is recognised, and how its bytes become members. A new form is a new entry. */
interface FileForm {
  readonly name: ArchiveForm;
  readonly matches: (head: Head) => boolean;
  readonly read: (source: TarSource, reading: Reading) => AsyncGenerator<Member>;
}

/** The first form that matches decides; `file` takes what no other form takes. */
export const fileForms: readonly FileForm[] = [
  { name: 'tar', matches: (head) => head.compression === 'none' && isTar(head), read: readTar },
  { name: 'tar.gz', matches: (head) => head.compression === 'gzip' && isTar(head), read: readTar },
  { name: 'file', matches: () => true, read: readSingle },
];

/** A tar without members is nothing but zeros, two blocks at least. */
const isTar = ({ plain, whole }: Head): boolean =>
  looksLikeTar(plain) ||
  (whole && plain.length >= 1024 && plain.length % 512 === 0 && plain.every((byte) => byte === 0));

/** Forms that are told apart so that the person learns what to do; they are not read. */
const foreignForms: readonly { readonly name: string; readonly magic: Buffer; readonly unpack: string }[] = [
  { name: 'zip', magic: Buffer.from('PK\x03\x04'), unpack: 'unzip FILE -d FOLDER' },
  { name: 'zip', magic: Buffer.from('PK\x05\x06'), unpack: 'unzip FILE -d FOLDER' },
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), unpack: 'zstd -d FILE' },
  { name: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), unpack: 'xz -dk FILE' },
  { name: 'bzip2', magic: Buffer.from('BZh91AY&SY'), unpack: 'bzip2 -dk FILE' },
  { name: '7z', magic: Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), unpack: '7z x FILE -oFOLDER' },
  { name: 'lz4', magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]), unpack: 'lz4 -d FILE' },
  { name: 'rar', magic: Buffer.from('Rar!\x1a\x07'), unpack: 'unrar x FILE' },
];

export const foreignForm = (stored: Buffer): { readonly name: string; readonly unpack: string } | null =>
  foreignForms.find(({ magic }) => stored.subarray(0, magic.length).equals(magic)) ?? null;
