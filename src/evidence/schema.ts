/** The declaration of a table as a zod schema: for documentation, and for the test that holds the fast extractor to it. */
import * as z from 'zod';
import type { Json } from '../base/json.ts';
import { isDatable, parseMicros } from '../base/time.ts';
import type { Column, Table } from './columns.ts';

const time = z
  .union([z.string(), z.number(), z.bigint()])
  .transform((value, context) => {
    const us = parseMicros(value);
    if (us !== null && isDatable(us)) return us;
    context.addIssue({ code: 'custom', message: 'not a usable time' });
    return z.NEVER;
  })
  .meta({ description: 'RFC 3339, or an epoch in s, ms, us or ns by magnitude' });

const text = z.union([z.string(), z.int().transform(String), z.bigint().transform(String)]);

/** What a field may hold to become a value of the column; anything else leaves the column NULL and goes to `extra`. */
export function columnSchema(column: Column): z.ZodType {
  switch (column.type) {
    case 'int':
      return z.int().describe('an integer up to 2^53');
    case 'time':
      return time;
    case 'bool':
      return z.boolean();
    case 'real':
      return z.number();
    case 'symbol':
    case 'id':
    case 'text':
    case 'hex':
      return text;
    case 'json':
      return z.custom<Json>((value) => value !== undefined);
  }
}

/** A record of the table as evidence.md has it: every field optional, unknown ones kept. */
export function recordSchema(table: Table): z.ZodType {
  const fields: Record<string, z.ZodType> = {};
  const nested = new Map<string, Record<string, z.ZodType>>();
  if (table.time !== undefined) fields[table.time] = time.nullish();
  for (const column of table.columns) {
    if (column.path === undefined) continue;
    const [key, sub] = column.path.split('.') as [string, string | undefined];
    if (sub === undefined) fields[key] = columnSchema(column).nullish();
    else nested.set(key, { ...nested.get(key), [sub]: columnSchema(column).nullish() });
  }
  for (const [key, subs] of nested) fields[key] = z.looseObject(subs).nullish();
  return z.looseObject(fields);
}
