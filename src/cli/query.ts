import { nearNames } from '../base/near.ts';
import type { Result } from '../base/result.ts';
import { fail } from '../base/result.ts';
import type { CaseReader, SqlResult } from '../case/index.ts';
import { views } from './views.ts';

const unknownTable = /no such table: (?:\w+\.)?(\S+)/;
const unknownColumn = /no such column: (?:\w+\.)?(\S+)/;

/** The columns of the views that the query names, so that a near name is one that would work. */
function columnsIn(query: string): readonly string[] {
  const named = Object.keys(views).filter((view) => new RegExp(`\\b${view}\\b`, 'i').test(query));
  return (named.length === 0 ? Object.keys(views) : named).flatMap((view) => views[view] ?? []);
}

function nextFor(message: string, query: string): string {
  const table = unknownTable.exec(message)?.[1];
  if (table !== undefined) {
    const near = nearNames(table, Object.keys(views));
    return near.length > 0 ? `Near: ${near.join(', ')}.` : `The views are ${Object.keys(views).join(', ')}.`;
  }
  const column = unknownColumn.exec(message)?.[1];
  if (column !== undefined) {
    const near = nearNames(column, columnsIn(query));
    if (near.length > 0) return `Near: ${near.join(', ')}.`;
  }
  return 'The views and their columns: inquest schema views.';
}

/** Runs the query; SQLite's own message on an error, and the names that may have been meant. */
export function runQuery(reader: CaseReader, query: string): Result<SqlResult> {
  const found = reader.sql(query);
  return found.ok ? found : fail('query', 'sql', found.error.why, nextFor(found.error.why, query));
}
