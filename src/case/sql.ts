import type Database from 'better-sqlite3';
import { fail, ok, type Result } from '../base/result.ts';
import type { SqlResult, SqlValue } from './reader-types.ts';

const comment = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)/;
const reading = /^(?:SELECT|WITH|VALUES|EXPLAIN)\b/i;

/**
 * Runs one statement that only reads. The connection is read-only anyway; what is refused here is what could reach other
 * files (ATTACH) or change the connection (PRAGMA).
 */
export function runSql(
  db: Database.Database,
  query: string,
  params: Readonly<Record<string, string | number | null>>,
): Result<SqlResult & { readonly rows: Generator<readonly SqlValue[]> }> {
  let text = query;
  for (let match = comment.exec(text); match !== null; match = comment.exec(text)) text = text.slice(match[0].length);
  if (!reading.test(text))
    return fail(
      'query',
      'sql',
      'only SELECT, WITH, VALUES and EXPLAIN are run',
      'See the views: inquest schema views.',
    );
  try {
    const statement = db.prepare(query);
    if (!statement.reader || !statement.readonly) return fail('query', 'sql', 'the statement does not only read');
    const columns = statement.columns().map(({ name }) => name);
    const bound = Object.keys(params).length === 0 ? [] : [params];
    const rows = statement
      .safeIntegers(true)
      .raw()
      .iterate(...bound) as IterableIterator<unknown[]>;
    return ok({ columns, rows: plainRows(rows) });
  } catch (error) {
    return fail('query', 'sql', (error as Error).message);
  }
}

/** Integers that a double holds exactly come as numbers. */
function* plainRows(rows: IterableIterator<unknown[]>): Generator<readonly SqlValue[]> {
  for (const row of rows)
    yield row.map((value) => {
      if (typeof value !== 'bigint') return value as SqlValue;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    });
}
