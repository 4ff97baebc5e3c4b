import type { CaseReader, SqlValue } from '../../case/index.ts';

export type QueryRow = Readonly<Record<string, SqlValue>>;

/** Rows of a query of our own over the views: one that SQLite refuses is a defect. */
export function query(
  reader: CaseReader,
  sql: string,
  params?: Readonly<Record<string, string | number | null>>,
): readonly QueryRow[] {
  const result = reader.sql(sql, params);
  if (!result.ok) throw new Error(`query: ${result.error.why}: ${sql}`);
  const { columns, rows } = result.value;
  return Array.from(rows, (row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
}

export const textOf = (value: SqlValue | undefined): string =>
  value === null || value === undefined ? '' : String(value);
export const intOf = (value: SqlValue | undefined): number =>
  value === null || value === undefined ? 0 : Number(value);
