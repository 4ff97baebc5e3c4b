import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { ok, type Result } from '../../base/result.ts';

/** `key` a member, `index` an item, `every` all items of a list. */
export type Step =
  | { readonly to: 'key'; readonly key: string }
  | { readonly to: 'index'; readonly index: number }
  | { readonly to: 'every' };
export type Path = readonly Step[];

const stepsMax = 32;
const every: Step = { to: 'every' };

/** Dotted, from the top: `a.b`, `a\.b` is one key, `[0]` an item, `[]` every item (formats.md 1). */
export function parsePath(text: string): Result<Path, string> {
  const steps: Step[] = [];
  let key = '';
  let open = true;
  const close = (): boolean => {
    if (key === '') return false;
    steps.push({ to: 'key', key });
    key = '';
    open = false;
    return true;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\') {
      const next = text[++i];
      if (next !== '.' && next !== '\\' && next !== '[') return bad('a \\ stands before . \\ or [ only');
      if (!open) return bad('a . is missing after ]');
      key += next;
    } else if (char === '.') {
      if (open && !close()) return bad('a name between two dots is missing');
      open = true;
    } else if (char === '[') {
      if (open && !close()) return bad('a name before [ is missing');
      const end = text.indexOf(']', i);
      const inside = end < 0 ? null : text.slice(i + 1, end);
      if (inside === '') steps.push(every);
      else if (inside !== null && /^\d{1,6}$/.test(inside)) steps.push({ to: 'index', index: Number(inside) });
      else return bad('[ ] holds the number of an item, or nothing for every item');
      i = end;
    } else {
      if (!open) return bad('a . is missing after ]');
      key += char;
    }
  }
  if (open && !close()) return bad(text === '' ? 'an empty path' : 'it ends in a dot');
  return steps.length > stepsMax ? bad(`more than ${stepsMax} steps`) : ok(steps);
}

const bad = (why: string): Result<never, string> => ({ ok: false, error: why });

/** A path that the program itself wrote. */
export function pathOf(text: string): Path {
  const parsed = parsePath(text);
  if (!parsed.ok) throw new TypeError(`path ${text}: ${parsed.error}`);
  return parsed.value;
}

/** As `parsePath` reads it. */
export const pathText = (path: Path): string =>
  path
    .map((step, index) => {
      if (step.to === 'every') return '[]';
      if (step.to === 'index') return `[${step.index}]`;
      return `${index === 0 ? '' : '.'}${step.key.replace(/[\\.[]/g, '\\$&')}`;
    })
    .join('');

/** How many lists the path goes through. */
export const breadth = (path: Path): number => path.filter((step) => step.to === 'every').length;

/** A place in a record: where it hangs, and by which key or index. */
export interface Place {
  readonly parent: Record<string, Json> | Json[];
  readonly key: string | number;
  /** The items that were gone through, one for each `[]`. */
  readonly indexes: readonly number[];
}

export const valueAt = ({ parent, key }: Place): Json => (parent as Record<string | number, Json>)[key] as Json;

/**
 * The steps to go in this record: where there is no object at the first key, a top-level key may be spelt with the dots.
 */
function stepsIn(record: JsonObject, path: Path): Path {
  const [first, second] = path;
  if (first?.to !== 'key' || second?.to !== 'key') return path;
  const head = Object.hasOwn(record, first.key) ? record[first.key] : undefined;
  if (typeof head === 'object' && head !== null) return path;
  let keys = 0;
  while (path[keys]?.to === 'key') keys += 1;
  for (let count = keys; count > 1; count--) {
    const spelt = path
      .slice(0, count)
      .map((step) => (step as { readonly key: string }).key)
      .join('.');
    if (Object.hasOwn(record, spelt)) return [{ to: 'key', key: spelt }, ...path.slice(count)];
  }
  return path;
}

const none: readonly Place[] = [];

/** Every place of the record that the path leads to; none where it leads nowhere. */
export function placesAt(record: JsonObject, path: Path): readonly Place[] {
  const steps = stepsIn(record, path);
  let here: Json = record;
  // Most paths go through no list: no array is built for what lies between.
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as Step;
    if (step.to === 'every') return Array.isArray(here) ? inEvery(here, steps, i, []) : none;
    const key = keyIn(here, step);
    if (key === null) return none;
    if (i === steps.length - 1) return [{ parent: here as Place['parent'], key, indexes: [] }];
    here = (here as Record<string | number, Json>)[key] as Json;
  }
  return none;
}

function inEvery(list: Json[], steps: Path, at: number, indexes: readonly number[]): readonly Place[] {
  const found: Place[] = [];
  list.forEach((item, index) => {
    const gone = [...indexes, index];
    if (at === steps.length - 1) {
      found.push({ parent: list, key: index, indexes: gone });
      return;
    }
    let here: Json = item;
    for (let i = at + 1; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.to === 'every') {
        if (Array.isArray(here)) found.push(...inEvery(here, steps, i, gone));
        return;
      }
      const key = keyIn(here, step);
      if (key === null) return;
      if (i === steps.length - 1) found.push({ parent: here as Place['parent'], key, indexes: gone });
      else here = (here as Record<string | number, Json>)[key] as Json;
    }
  });
  return found;
}

function keyIn(value: Json, step: Exclude<Step, { readonly to: 'every' }>): string | number | null {
  if (step.to === 'index') return Array.isArray(value) && step.index < value.length ? step.index : null;
  return isObject(value) && Object.hasOwn(value, step.key) ? step.key : null;
}

/** Whether the path leads anywhere. */
export const exists = (record: JsonObject, path: Path): boolean => placesAt(record, path).length > 0;
