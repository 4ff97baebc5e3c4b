import { isObject, type Json } from '../../base/json.ts';

/** In the order in which the product's guide reads a bundle. */
export type Topic =
  | 'files'
  | 'validation'
  | 'spec'
  | 'policy'
  | 'environment'
  | 'host'
  | 'snapshot'
  | 'replay'
  | 'approval';

/** Whether it is as it should be: `doubt` is for what a person has to judge. */
export type Mark = 'good' | 'bad' | 'doubt' | 'plain';

/** One sentence about a bundle. Its text holds evidence: it is escaped where it is shown. */
export interface Statement {
  readonly topic: Topic;
  readonly mark: Mark;
  readonly text: string;
  readonly ref: string | null;
}

/** What stands at a path of any JSON; undefined where nothing does. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here = value;
  for (const key of path) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

/** A scalar as text; null for everything else. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ||
    typeof found === 'number' ||
    typeof found === 'bigint' ||
    typeof found === 'boolean'
    ? String(found)
    : null;
}

/** The items of a list; none where there is no list. */
export function itemsAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

/** A counter of up to 128 bits, exact. */
export function countAt(value: Json | undefined, ...path: readonly string[]): bigint | null {
  const found = at(value, ...path);
  if (typeof found === 'bigint') return found;
  return typeof found === 'number' && Number.isSafeInteger(found) ? BigInt(found) : null;
}

const shown = 8;

export const listed = (texts: readonly string[]): string =>
  texts.length > shown ? `${texts.slice(0, shown).join(', ')} and ${texts.length - shown} more` : texts.join(', ');
