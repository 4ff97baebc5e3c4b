import type { Json } from '../base/json.ts';
import { isRedacted } from '../base/redacted.ts';
import { type Millis, millisOf, parseMicros } from '../base/time.ts';
import { everyOtherField, type Lookup, type UnknownReason } from './configuration-types.ts';

/** One field of a record: its value, undefined where it has none; or why that is not known. */
export type Field<T> =
  | { readonly known: true; readonly value: T | undefined }
  | { readonly known: false; readonly reason: UnknownReason };

const notCaptured = { known: false, reason: 'not_captured' } as const;
const redacted = { known: false, reason: 'redacted' } as const;

/** Whether a masked value lies anywhere in it. */
export function holdsRedacted(value: Json): boolean {
  if (typeof value === 'string') return isRedacted(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as object).some((item) => holdsRedacted(item as Json));
}

/** The field of a record that is there; of one that is not, absent. */
export function readField(found: Lookup, name: string): Field<Json> {
  if (found.state === 'unknown') return notCaptured;
  if (found.state === 'absent') return { known: true, value: undefined };
  const value = Object.hasOwn(found.record, name) ? found.record[name] : undefined;
  if (found.unknown.length > 0) {
    if (found.unknown.includes(name)) return value === undefined ? notCaptured : redacted;
    if (value === undefined && found.unknown.includes(everyOtherField)) return notCaptured;
  }
  return { known: true, value: value === null ? undefined : value };
}

export function readText(found: Lookup, name: string): Field<string> {
  const field = readField(found, name);
  if (!field.known || field.value === undefined) return field as Field<string>;
  return typeof field.value === 'string' ? { known: true, value: field.value } : notCaptured;
}

/** A moment; one that can't be read is not known. */
export function readTime(found: Lookup, name: string): Field<Millis> {
  const field = readField(found, name);
  if (!field.known || field.value === undefined) return field as Field<Millis>;
  const us = parseMicros(field.value);
  return us === null ? notCaptured : { known: true, value: millisOf(us) };
}

/** A whole number. Beyond 2^53 it counts as the largest safe one, which no count in an archive reaches. */
export function readInteger(found: Lookup, name: string): Field<number> {
  const field = readField(found, name);
  if (!field.known || field.value === undefined) return field as Field<number>;
  if (typeof field.value === 'bigint')
    return { known: true, value: field.value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER };
  return typeof field.value === 'number' && Number.isSafeInteger(field.value)
    ? { known: true, value: field.value }
    : notCaptured;
}

/** Whether a list of texts names one. A list in which something is masked may name anything else. */
export function listHas(found: Lookup, name: string, wanted: string): Field<boolean> {
  if (found.state === 'present') {
    const list = Object.hasOwn(found.record, name) ? found.record[name] : undefined;
    if (Array.isArray(list) && list.includes(wanted)) return { known: true, value: true };
  }
  const field = readField(found, name);
  if (!field.known) return field;
  if (field.value === undefined) return { known: true, value: false };
  return Array.isArray(field.value) ? { known: true, value: false } : notCaptured;
}
