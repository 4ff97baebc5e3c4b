import { isObject, type Json, type JsonObject, writeJson } from '../base/json.ts';
import type { RowSink } from './batch.ts';
import type { Column, ColumnType, Table } from './columns.ts';
import type { TimeReader } from './fast-time.ts';

/** Values of the columns that have no path, in the table's order. */
export type Computed = readonly (Json | undefined)[];

/** Writes one record as one row. The time of a record is the one at the table's `time`, unless `ts` is given. */
export type Extractor = (
  record: JsonObject,
  offset: number,
  length: number,
  computed: Computed,
  ts?: number | undefined,
) => void;

interface Step {
  readonly type: ColumnType;
  readonly interned: boolean;
  /** First and second key of the path; a computed column has neither. */
  readonly key: string | null;
  readonly sub: string | null;
}

type Known = true | ReadonlySet<string>;

function knownKeys(table: Table): Map<string, Known> {
  const known = new Map<string, Known>();
  const nested = new Map<string, Set<string>>();
  const paths = [table.time, ...(table.known ?? []), ...table.columns.map((column) => column.path)];
  for (const path of paths) {
    if (path === undefined) continue;
    const [key, sub] = path.split('.') as [string, string | undefined];
    if (sub === undefined) known.set(key, true);
    else {
      const subs = nested.get(key) ?? new Set<string>();
      subs.add(sub);
      nested.set(key, subs);
      known.set(key, subs);
    }
  }
  return known;
}

const stepOf = (column: Column): Step => {
  const [key = null, sub = null] = column.path?.split('.') ?? [];
  return { type: column.type, interned: column.interned === true, key, sub };
};

/** Compact JSON; the slow writer only where a bigint makes the fast one refuse. Throws RangeError where nesting is too deep. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return writeJson(value);
    throw error;
  }
}

/**
 * Writes the value as a cell; false where its type is not the column's: then the cell is NULL and the value belongs to `extra`.
 * An integer given as text, or text given as an integer, is taken where nothing is lost.
 */
function put(sink: RowSink, step: Step, value: Json, times: TimeReader): boolean {
  switch (step.type) {
    case 'int':
      if (typeof value === 'number' && Number.isFinite(value)) {
        const rounded = Math.round(value);
        if (Number.isSafeInteger(rounded)) {
          sink.number(rounded);
          return rounded === value;
        }
      }
      break;
    case 'time': {
      const us = times.read(value);
      sink.number(us);
      return !Number.isNaN(us);
    }
    case 'bool':
      if (typeof value === 'boolean') {
        sink.number(value ? 1 : 0);
        return true;
      }
      break;
    case 'real':
      if (typeof value === 'number' && !Number.isNaN(value)) {
        sink.number(value);
        return true;
      }
      break;
    case 'symbol':
      if (typeof value === 'string') {
        sink.symbol(value);
        return true;
      }
      if (isIntegral(value)) {
        sink.symbol(String(value));
        return true;
      }
      break;
    case 'id':
    case 'text':
    case 'hex':
      if (typeof value === 'string') {
        sink.text(value);
        return true;
      }
      if (isIntegral(value)) {
        sink.text(String(value));
        return true;
      }
      break;
    case 'json':
      if (step.interned) sink.symbol(jsonText(value));
      else sink.text(jsonText(value));
      return true;
  }
  sink.none();
  return false;
}

const isIntegral = (value: Json): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));

/** Builds the straight way from a parsed record to a row of the table. */
export function compileExtractor(table: Table, sink: RowSink, times: TimeReader): Extractor {
  const steps = table.columns.map(stepOf);
  const known = knownKeys(table);
  const timeKey = table.time ?? null;
  const keepsExtra = table.extra;

  return (record, offset, length, computed, ts) => {
    // What the columns could not take; null while there is nothing, as in nearly every record.
    let extra: Record<string, Json> | null = null;
    const own = ts !== undefined || timeKey === null ? undefined : record[timeKey];
    const time = ts ?? (own === undefined || own === null ? Number.NaN : times.read(own));
    sink.begin(offset, length, time);
    if (keepsExtra && Number.isNaN(time) && own !== undefined && own !== null && timeKey !== null)
      extra = keep(extra, timeKey, null, own);
    let next = 0;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      let value: Json | undefined;
      if (step.key === null) value = computed[next++];
      else {
        value = record[step.key];
        if (step.sub !== null) value = isObject(value) ? value[step.sub] : undefined;
      }
      // A JSON field that says null says something: there was none. One that is absent says nothing.
      if (value === undefined || (value === null && (step.type !== 'json' || step.key === null))) sink.none();
      else if (!put(sink, step, value, times) && keepsExtra && step.key !== null)
        extra = keep(extra, step.key, step.sub, value);
    }
    if (keepsExtra) {
      for (const key in record) {
        const knows = known.get(key);
        if (knows === true) continue;
        const value = record[key] as Json;
        if (knows === undefined) extra = keep(extra, key, null, value);
        else if (isObject(value)) {
          for (const sub in value) if (!knows.has(sub)) extra = keep(extra, key, sub, value[sub] as Json);
        } else if (value !== null) extra = keep(extra, key, null, value);
      }
      if (extra === null) sink.none();
      else sink.text(jsonText(extra as JsonObject));
    }
    sink.commit();
  };
}

/** Without a prototype, so that a key like `__proto__` is a key. */
function keep(extra: Record<string, Json> | null, key: string, sub: string | null, value: Json): Record<string, Json> {
  const kept = extra ?? (Object.create(null) as Record<string, Json>);
  if (sub === null) kept[key] = value;
  else {
    const inner = (kept[key] as Record<string, Json> | undefined) ?? (Object.create(null) as Record<string, Json>);
    inner[sub] = value;
    kept[key] = inner;
  }
  return kept;
}
