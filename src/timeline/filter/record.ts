/** A record as the filter sees it: plain values by field. */
import { isObject, type Json, type JsonObject, writeJson } from '../../base/json.ts';
import type { Micros } from '../../base/time.ts';
import type { Flag, IntegerField, WordField } from './fields.ts';

export interface FilterRecord {
  /** Null for an undated record. */
  readonly ts: Micros | null;
  /** Every value that the record has for the field; an absent field has none. */
  readonly words: { readonly [F in WordField]?: readonly string[] };
  readonly integers: { readonly [F in IntegerField]?: number };
  readonly flags: ReadonlySet<Flag>;
  /** Message-like text: what a person or a program wrote to be read. */
  readonly messages: readonly string[];
  /** The record by the names of the contract, and as it was written where that is JSON. */
  readonly record: JsonObject;
  readonly written: () => JsonObject | null;
}

/**
 * What lies at a dotted path, of lists every item. `a.b` is member `b` of object `a`, or the key that is spelt `a.b`; a
 * number may also be the place in a list.
 */
export function valuesAt(record: Json, path: string): readonly Json[] {
  const found: Json[] = [];
  follow(record, path.split('.'), found);
  return found;
}

function follow(value: Json | undefined, steps: readonly string[], found: Json[]): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const [head = '', ...rest] = steps;
    if (/^\d{1,9}$/.test(head)) follow(items[Number(head)], rest, found);
    else for (const item of items) follow(item, steps, found);
    return;
  }
  if (steps.length === 0) {
    found.push(value);
    return;
  }
  if (!isObject(value)) return;
  for (let taken = 1; taken <= steps.length; taken += 1) {
    const key = steps.slice(0, taken).join('.');
    const inner = Object.hasOwn(value, key) ? value[key] : undefined;
    if (inner === undefined || (taken < steps.length && !isObject(inner) && !Array.isArray(inner))) continue;
    follow(inner, steps.slice(taken), found);
    return;
  }
}

/** By the names of the contract; as written where those lead nowhere. */
export function pathValues(record: FilterRecord, path: string): readonly Json[] {
  const found = valuesAt(record.record, path);
  if (found.length > 0) return found;
  const written = record.written();
  return written === null ? [] : valuesAt(written, path);
}

/** A value as it is compared; an object has no text. */
export const textOf = (value: Json): string | null =>
  typeof value === 'string' ? value : isObject(value) || Array.isArray(value) ? null : writeJson(value);
