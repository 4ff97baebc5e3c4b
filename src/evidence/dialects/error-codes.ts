import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { MappedKind } from './contract.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** Which dialect gives an answer, and the answer; null where none does. */
export interface Lookup {
  readonly code: (code: string) => string | null;
  readonly message: (message: string) => string | null;
}

export interface CodeTables {
  readonly codes: Readonly<Record<string, string>>;
  readonly messages: readonly { readonly like: string; readonly code: string }[];
}

/** Earlier tables first; the first hit decides. `onHit` is told whose it was. */
export function compileCodes(tables: readonly CodeTables[], onHit: (table: number) => void): Lookup | null {
  const codes = new Map<string, { readonly code: string; readonly table: number }>();
  const patterns: { readonly pattern: Pattern; readonly code: string; readonly table: number }[] = [];
  tables.forEach(({ codes: own, messages }, table) => {
    for (const [from, code] of Object.entries(own)) if (!codes.has(from)) codes.set(from, { code, table });
    for (const { like, code } of messages) {
      const pattern = compilePattern(like);
      if (!pattern.ok) throw new TypeError(`pattern ${like}: ${pattern.error}`);
      patterns.push({ pattern: pattern.value, code, table });
    }
  });
  if (codes.size === 0 && patterns.length === 0) return null;
  const answer = (hit: { readonly code: string; readonly table: number } | undefined): string | null => {
    if (hit === undefined) return null;
    onHit(hit.table);
    return hit.code;
  };
  return {
    code: (code) => answer(codes.get(code)),
    message: (message) => answer(patterns.find(({ pattern }) => pattern.test(message))),
  };
}

type Open = Record<string, Json>;

/** Maps every error code of a record; a message gives one where none was given, or `unknown`. */
export function mapCodes(kind: MappedKind, record: JsonObject, lookup: Lookup): void {
  switch (kind) {
    case 'requests':
      mapError(record as Open, 'error', lookup);
      return;
    case 'audit':
      mapError(record as Open, 'reason', lookup);
      return;
    case 'jobs':
      mapError(record as Open, 'error', lookup);
      for (const attempt of objectsIn(record.attempts)) {
        mapError(attempt, 'error', lookup);
        for (const call of objectsIn(attempt.calls)) mapError(call, 'error', lookup);
      }
      return;
    case 'state':
      // A policy that names codes means those of the jobs.
      for (const policy of objectsIn(record.retry_policies))
        if (Array.isArray(policy.non_retryable))
          policy.non_retryable = policy.non_retryable.map((code: Json) =>
            typeof code === 'string' ? (lookup.code(code) ?? code) : code,
          );
      return;
    case 'health':
    case 'artifacts':
    case 'logs':
    case 'manifest':
      return;
  }
}

const objectsIn = (value: Json | undefined): readonly Open[] =>
  Array.isArray(value) ? (value.filter(isObject) as Open[]) : [];

function mapError(holder: Open, key: 'error' | 'reason', lookup: Lookup): void {
  const error = holder[key];
  if (typeof error === 'string') {
    const code = lookup.message(error);
    if (code !== null) holder[key] = { code, message: error };
    return;
  }
  if (!isObject(error)) return;
  const open = error as Open;
  const given = open.code;
  let code = typeof given === 'number' || typeof given === 'bigint' ? String(given) : given;
  if (typeof code === 'string') code = lookup.code(code) ?? code;
  if ((code === undefined || code === null || code === 'unknown') && typeof open.message === 'string')
    code = lookup.message(open.message) ?? code;
  if (code !== given && code !== undefined) open.code = code;
}
