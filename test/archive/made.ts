import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Archive, type ArchiveEnd, type Limits, openArchive } from '../../src/archive/index.ts';
import type { Failure } from '../../src/base/result.ts';

/** A temporary folder of one test file. */
export function workshop(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'inquest-archive-'));
  return { path: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) };
}

export const hex = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

export interface HeaderParts {
  readonly path: string | Buffer;
  readonly type?: string;
  readonly size?: number;
  /** The twelve bytes of the size field, as they shall stand there. */
  readonly sizeField?: Buffer;
  readonly link?: string;
  readonly magic?: string;
  readonly prefix?: string;
  readonly checksumOff?: number;
  readonly patch?: (block: Buffer) => void;
}

/** One tar header, written field by field from POSIX ustar, independently of the reader. */
export function header(parts: HeaderParts): Buffer {
  const block = Buffer.alloc(512);
  Buffer.from(parts.path as string).copy(block, 0, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (parts.sizeField === undefined) block.write(`${(parts.size ?? 0).toString(8).padStart(11, '0')}\0`, 124);
  else parts.sizeField.copy(block, 124, 0, 12);
  block.write('00000000000\0', 136);
  block.write(parts.type ?? '0', 156, 'latin1');
  block.write(parts.link ?? '', 157);
  block.write(parts.magic ?? 'ustar\u000000', 257, 'latin1');
  block.write(parts.prefix ?? '', 345);
  parts.patch?.(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0) + (parts.checksumOff ?? 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export const padded = (body: Buffer): Buffer => Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);

export const entry = (parts: HeaderParts, body: string | Buffer = ''): Buffer => {
  const bytes = Buffer.from(body as string);
  return Buffer.concat([header({ size: bytes.length, ...parts }), padded(bytes)]);
};

export const endMark = Buffer.alloc(1024);

export function pax(fields: Record<string, string | Buffer>, type = 'x'): Buffer {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as string), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) length += 1;
    return Buffer.concat([Buffer.from(String(length)), rest]);
  });
  return entry({ path: 'PaxHeader', type }, Buffer.concat(records));
}

export interface Seen {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly cut: string | null;
}

export type Outcome =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'read'; readonly members: readonly Seen[]; readonly end: ArchiveEnd; readonly archive: Archive };

export async function readAll(path: string, limits?: Limits): Promise<Outcome> {
  const opened = await openArchive(path, limits);
  if (!opened.ok) return { kind: 'failed', failure: opened.error };
  const members: Seen[] = [];
  for await (const member of opened.value.members) {
    const chunks: Buffer[] = [];
    for await (const chunk of member.chunks) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const end = member.end();
    if (end.bytes !== bytes.length || end.sha256 !== hex(bytes))
      throw new Error(`${member.path}: size or hash is wrong`);
    members.push({ path: member.path, bytes, sha256: end.sha256, cut: end.cut });
  }
  return { kind: 'read', members, end: opened.value.end(), archive: opened.value };
}

/** For archives that must open. */
export async function read(path: string, limits?: Limits): Promise<Extract<Outcome, { kind: 'read' }>> {
  const outcome = await readAll(path, limits);
  if (outcome.kind === 'failed') throw new Error(outcome.failure.why);
  return outcome;
}

export async function readBytes(
  path: string,
  bytes: Buffer,
  limits?: Limits,
): Promise<Extract<Outcome, { kind: 'read' }>> {
  writeFileSync(path, bytes);
  return read(path, limits);
}

export const texts = (members: readonly Seen[]): Record<string, string> =>
  Object.fromEntries(members.map(({ path, bytes }) => [path, bytes.toString('latin1')]));

export const problems = (end: ArchiveEnd): readonly string[] =>
  end.hazards.map(({ path, problem }) => `${problem} ${path}`);

/** File descriptors this process holds, where the system tells. */
export const openDescriptors = (): number => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
};
