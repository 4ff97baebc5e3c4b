import { createHash } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import type { Checks } from './check-results.ts';
import { recall, remembering } from './known-files.ts';

/** Raised whenever a check finds something else, or tells it in other words: what was remembered before is not taken then. */
const checksVersion = 1;

/** Where thousands of checks failed they are made again each time: what is remembered of a case stays small. */
const textMax = 256 * 1024;

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The checks of a case, made once while its file stays as it is. The digest: another case may have taken the file's place. */
export function knownChecks(
  folder: string,
  { path, digest }: { readonly path: string; readonly digest: Digest },
  make: () => Checks,
): Checks {
  const about = `checks ${checksVersion} ${digest}`;
  const before = readChecks(recall(folder, path, about));
  if (before !== null) return before;
  const remember = remembering(folder, path, about);
  const checks = make();
  const text = JSON.stringify(checks);
  if (text.length <= textMax) remember(`${digestOf(text)}\n${text}`);
  return checks;
}

/** Null where it is not to the letter what was remembered. */
function readChecks(remembered: string | null): Checks | null {
  if (remembered === null) return null;
  const end = remembered.indexOf('\n');
  const text = remembered.slice(end + 1);
  return remembered.slice(0, Math.max(end, 0)) === digestOf(text) ? (JSON.parse(text) as Checks) : null;
}
