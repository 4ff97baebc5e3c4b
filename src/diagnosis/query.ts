import type { CaseReader, SqlValue } from '../case/index.ts';

export type QueryRow = Readonly<Record<string, SqlValue>>;
type Params = Readonly<Record<string, string | number | null>>;

/** Rows of a query of our own over the views, one at a time: one that SQLite refuses is a defect. */
export function* each(reader: CaseReader, sql: string, params?: Params): Generator<QueryRow> {
  const result = reader.sql(sql, params);
  if (!result.ok) throw new Error(`query: ${result.error.why}: ${sql}`);
  const { columns, rows } = result.value;
  for (const row of rows) yield Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]));
}

export const query = (reader: CaseReader, sql: string, params?: Params): readonly QueryRow[] => [
  ...each(reader, sql, params),
];

export const textOf = (value: SqlValue | undefined): string =>
  value === null || value === undefined ? '' : String(value);
export const intOf = (value: SqlValue | undefined): number =>
  value === null || value === undefined ? 0 : Number(value);
