import type Database from 'better-sqlite3';

const pageRows = 10_000;

/**
 * Rows in the order of their numbers, a page at a time, so that others may be written meanwhile: a walk that is under way keeps the
 * connection. `select` gives the number first, and ends before its `WHERE`; `condition` is its rest.
 */
export function* inPages<R extends readonly [number, ...unknown[]]>(
  db: Database.Database,
  select: string,
  condition: string,
): Generator<R> {
  const page = db.prepare(`${select} WHERE n > ? AND (${condition}) ORDER BY n LIMIT ${pageRows}`).raw();
  for (let after = -1; ; ) {
    const rows = page.all(after) as R[];
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last[0];
  }
}
