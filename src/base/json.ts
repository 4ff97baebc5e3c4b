/** A JSON value as evidence holds it. An integer beyond 2^53 is a bigint, so that every digit is kept. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// 9007199254740992 is 2^53. A run of digits this long may as well lie in a string: then only the slow path is taken in vain.
const longDigits = /[0-9]{17}|9[0-9]{15}/;
const integer = /^-?[0-9]+$/;

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && integer.test(source) ? BigInt(source) : value;
}

/** Parses JSON text without losing a digit of an integer. Throws SyntaxError, as JSON.parse does. */
export function parseJson(text: string): Json {
  if (!longDigits.test(text)) return JSON.parse(text) as Json;
  return (JSON.parse as (text: string, reviver: typeof keepDigits) => Json)(text, keepDigits);
}

/** Compact JSON text; a bigint is written with all its digits. */
export function writeJson(value: Json): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeJson).join(',')}]`;
  if (!holdsBigint(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${writeJson(item)}`)
    .join(',')}}`;
}

/** Whether an integer beyond 2^53 lies anywhere in the value. */
export function holdsBigint(value: Json): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as object).some((item) => holdsBigint(item as Json));
}

/** Follows keys and indexes; undefined where the path leads nowhere. */
export function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.hasOwn(here, step) ? (here as JsonObject)[step] : undefined;
  }
  return here;
}
