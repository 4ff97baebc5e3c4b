import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { RecordMapping, Scalar } from './dialect.ts';
import { type Path, type Place, pathOf, placesAt, valueAt } from './path.ts';
import { scalarText } from './when.ts';

/** Turns a parsed record into the contract's spelling. The record is the caller's own, and may be changed. */
export type Mapping = (record: JsonObject) => JsonObject;

type Open = Record<string, Json>;

interface Line {
  readonly target: Path;
  readonly source: Path;
  /** Another line reads the same thing, or a part of it. */
  readonly shared: boolean;
}

const startsWith = (path: Path, head: Path): boolean =>
  head.length <= path.length && head.every((step, index) => JSON.stringify(step) === JSON.stringify(path[index]));

/** Lines in the order in which they are put: shorter targets first, so that the longer path wins. */
function linesOf(fields: Readonly<Record<string, string>>): readonly Line[] {
  const all = Object.entries(fields).map(([target, source]) => ({ target: pathOf(target), source: pathOf(source) }));
  return all
    .map(({ target, source }, index) => ({
      target,
      source,
      shared: all.some((other, at) => at !== index && startsWith(other.source, source)),
    }))
    .sort((a, b) => a.target.length - b.target.length);
}

export function compileFields(mapping: RecordMapping): Mapping {
  const lines = linesOf(mapping.fields ?? {});
  // What lies deeper leaves first, so that an object that is mapped whole goes without the parts that go elsewhere.
  const leaving = [...lines].sort((a, b) => b.source.length - a.source.length);
  const values = Object.entries(mapping.values ?? {}).map(
    ([path, words]) => [pathOf(path), new Map<string, Scalar>(Object.entries(words))] as const,
  );

  return (record) => {
    const found = new Map<Line, readonly Place[]>();
    for (const line of lines) {
      const places = placesAt(record, line.source);
      if (places.length > 0) found.set(line, places);
    }
    const taken = [...found].map(([line, places]) => ({
      line,
      parts: places.map((place) => ({ indexes: place.indexes, value: valueAt(place) })),
    }));
    for (const line of leaving) for (const place of found.get(line) ?? []) leave(place);
    for (const { line, parts } of taken) {
      prune(record as Open, line.source);
      for (const { indexes, value } of parts)
        put(record as Open, line.target, indexes, line.shared ? copied(value) : value);
    }
    for (const [path, words] of values)
      for (const place of placesAt(record, path)) {
        const text = scalarText(valueAt(place));
        const word = text === null ? undefined : words.get(text);
        if (word !== undefined) setAt(place, word);
      }
    return record;
  };
}

export function setAt({ parent, key }: Place, value: Json): void {
  define(parent, key, value);
}

/** An own member, also where it is named `__proto__`. */
function define(parent: Open | Json[], key: string | number, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  else (parent as Record<string | number, Json>)[key] = value;
}

/** A mapped key is not also read under its own name. Items of a list have none. */
function leave({ parent, key }: Place): void {
  if (!Array.isArray(parent)) delete parent[key as string];
}

/** Takes away what nothing is left in on the way to the source. */
function prune(record: Open, source: Path): void {
  const way: { readonly parent: Open; readonly key: string }[] = [];
  let here: Json | undefined = record;
  for (const step of source.slice(0, -1)) {
    if (step.to !== 'key' || !isObject(here)) break;
    way.push({ parent: here as Open, key: step.key });
    here = Object.hasOwn(here, step.key) ? here[step.key] : undefined;
  }
  for (let i = way.length - 1; i >= 0; i--) {
    const { parent, key } = way[i] as (typeof way)[number];
    const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (!isObject(value) || Object.keys(value).length > 0) return;
    delete parent[key];
  }
}

function copied(value: Json): Json {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}

/** Puts a value where the contract has it. What is no object or list on the way is replaced by one. */
function put(record: Open, target: Path, indexes: readonly number[], value: Json): void {
  let here: Open | Json[] = record;
  let key: string | number = (target[0] as { readonly key: string }).key;
  let list = 0;
  for (const step of target.slice(1)) {
    const isList = step.to === 'every';
    let next: Json | undefined = Object.hasOwn(here, key) ? (here as Record<string | number, Json>)[key] : undefined;
    if (isList ? !Array.isArray(next) : !isObject(next)) {
      // A cause that is only text is its message.
      const message = !isList && typeof next === 'string' && (key === 'error' || key === 'reason') ? next : null;
      next = isList ? [] : message === null ? {} : { message };
      define(here, key, next);
    }
    here = next as Open | Json[];
    if (step.to === 'every') {
      key = indexes[list++] ?? 0;
      while ((here as Json[]).length < key) (here as Json[]).push({});
    } else key = (step as { readonly key: string }).key;
  }
  const before = Object.hasOwn(here, key) ? (here as Record<string | number, Json>)[key] : undefined;
  define(here, key, isObject(before) && isObject(value) ? merged(before, value) : value);
}

/** Both are there: of what both tell, the mapped one stands. */
function merged(own: JsonObject, mapped: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(mapped)) {
    const before = Object.hasOwn(own, key) ? own[key] : undefined;
    define(own as Open, key, isObject(before) && isObject(value) ? merged(before, value) : value);
  }
  return own;
}
