import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Limits } from '../archive/index.ts';
import type { Digest } from '../base/digest.ts';
import { evidenceVersion, type UserDialect } from '../evidence/index.ts';
import { makeFolder } from './make-folder.ts';

/** Where cases are kept: `INQUEST_DATA`, else `XDG_DATA_HOME/inquest`, else `~/.local/share/inquest`. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.INQUEST_DATA !== undefined && environment.INQUEST_DATA !== '') return environment.INQUEST_DATA;
  const base = environment.XDG_DATA_HOME;
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.local', 'share'), 'inquest');
}

const hex = (digest: Digest): string => digest.slice('sha256:'.length);

/** A case is found by its digest and the version of the reading. */
export const casePath = (folder: string, digest: Digest): string =>
  join(folder, 'cases', `${hex(digest)}-${evidenceVersion}.inquest`);

/** How an archive is read: with other limits or in another dialect, the same archive reads to something else. */
export interface Way {
  readonly limits: Limits;
  readonly dialects: readonly UserDialect[];
}

const pointerPath = (folder: string, archives: readonly Digest[], { limits, dialects }: Way): string => {
  const spelt = dialects.map(({ dialect, sha256 }) => [dialect.name, sha256]);
  const key = createHash('sha256')
    .update(JSON.stringify([...Object.entries(limits).sort(), ...spelt]))
    .digest('hex')
    .slice(0, 8);
  const [first, second] = archives;
  const name =
    first !== undefined && second === undefined
      ? hex(first)
      : createHash('sha256').update(archives.join('\n')).digest('hex');
  return join(folder, 'archives', `${name}-${evidenceVersion}-${key}`);
};

export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);

/** The case that was made of these archives, in the order of their digests, if any. */
export function rememberedCase(folder: string, archives: readonly Digest[], way: Way): Digest | null {
  try {
    const [digest = ''] = readFileSync(pointerPath(folder, archives, way), 'utf8').split('\n');
    return isDigest(digest) ? digest : null;
  } catch {
    return null;
  }
}

/** So many cases are soon looked through. */
const fewCases = 1_000;

/** Whether there may be a case that was made of so many bytes. */
export function mayKnow(folder: string, bytes: number): boolean {
  const place = join(folder, 'archives');
  let names: string[];
  try {
    names = readdirSync(place);
  } catch {
    return false;
  }
  const isOfThese = (name: string): boolean => {
    try {
      return [undefined, String(bytes)].includes(readFileSync(join(place, name), 'utf8').split('\n')[1]);
    } catch {
      return true;
    }
  };
  return names.length > fewCases || names.some(isOfThese);
}

/** An archive that was read: its digest, and how many bytes it has. */
export interface Known {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Only a short cut: when it cannot be written the archive is read again next time. */
export function rememberCase(folder: string, archives: readonly Known[], way: Way, digest: Digest): void {
  try {
    const path = pointerPath(
      folder,
      archives.map((archive) => archive.digest),
      way,
    );
    const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
    makeFolder(dirname(path), 0o700);
    const temporary = temporaryPath(dirname(path));
    writeFileSync(temporary, `${digest}\n${bytes}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    return;
  }
}

const hostKey = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const temporaryName = /^\.inquest-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}\.tmp(?:-journal)?$/;

/** A name that tells whose it is, so that what a killed run left can be removed without harming one that lives. */
export const temporaryPath = (folder: string): string =>
  join(folder, `.inquest-${hostKey()}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);

/** Removes temporary files of runs that are dead: of this host only, since elsewhere's processes cannot be seen. */
export function removeStale(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  const host = hostKey();
  for (const name of names) {
    const match = temporaryName.exec(name);
    if (match !== null && match[1] === host && !isAlive(Number(match[2]))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
