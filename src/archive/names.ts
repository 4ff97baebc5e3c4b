import { isUtf8 } from 'node:buffer';
import { sha256 } from '../base/digest.ts';
import type { HazardLog } from './hazards.ts';
import { type Limits, limitText } from './limits.ts';

const plain = /^[ "$&-}#]*$/;
const reserved = /[%!~\p{Cc}]/gu;

const percent = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

const escapeText = (text: string): string => text.replace(reserved, (found) => percent(Buffer.from(found, 'utf8')));

/** Length of the UTF-8 sequence that the byte may start. */
const sequenceLength = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/**
 * The spelling of a path in references: bytes that are not UTF-8, `%`, `!`, `~` and controls as `%XX`, the rest as it
 * is. No two paths have the same spelling.
 */
export function spellPath(raw: Buffer): string {
  if (isUtf8(raw)) {
    const text = raw.toString('utf8');
    return plain.test(text) ? text : escapeText(text);
  }
  let spelled = '';
  for (let at = 0; at < raw.length; ) {
    const sequence = raw.subarray(at, at + sequenceLength(raw[at] ?? 0));
    const valid = isUtf8(sequence);
    spelled += valid ? escapeText(sequence.toString('utf8')) : percent(raw.subarray(at, at + 1));
    at += valid ? sequence.length : 1;
  }
  return spelled;
}

/** The names of one archive's members. */
export interface Names {
  /** As references have it: spelt, without leading `./`, and behind `outer!` in a nested archive. */
  readonly spell: (raw: Buffer) => string;
  readonly isFolder: (path: string) => boolean;
  /** A path over its limits is refused. Records that. */
  readonly fits: (path: string) => boolean;
  /** Gives every member a path of its own: the k-th of the same path becomes `path~k`. Records hazardous paths. */
  readonly unique: (path: string) => string;
}

/** `prefix` is empty, or `outer!`. */
export function namesIn(prefix: string, limits: Limits, hazards: HazardLog): Names {
  const seen = new Map<string, number>();
  return {
    spell: (raw) => prefix + spellPath(raw).replace(/^(?:\.\/+)+/, ''),
    isFolder: (path) => path === prefix || path === `${prefix}.` || path.endsWith('/'),
    fits(path) {
      const broken =
        Buffer.byteLength(path) > limits.pathLength ? 'pathLength' : depthOf(path) > limits.depth ? 'depth' : null;
      if (broken !== null) hazards.add(path, 'limit', `skipped: ${limitText(broken, limits)}`);
      return broken === null;
    },
    unique(path) {
      const own = path.slice(prefix.length);
      if (own.startsWith('/') || /^[A-Za-z]:[\\/]/.test(own))
        hazards.add(path, 'absolute_path', 'read under this name; nothing is written there');
      if (own.includes('..') && own.split('/').includes('..'))
        hazards.add(path, 'parent_path', 'read under this name; nothing is written there');
      // A long path is remembered by its digest: a million of them may not fill the memory.
      const key = path.length <= 64 ? path : sha256().update(path).digest('base64');
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (count === 1) return path;
      const numbered = `${path}~${count}`;
      hazards.add(numbered, 'duplicate_name', `member ${count} of the path ${path}`);
      return numbered;
    },
  };
}

function depthOf(path: string): number {
  let depth = 1;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) depth += 1;
  return depth;
}
