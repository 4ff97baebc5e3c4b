/** What a case file says of itself, for a list of many: without opening it as a case. */
import { connect } from './connect.ts';

export interface CaseContents {
  /** Names of the archives that it was made of, as they were given. */
  readonly archives: readonly string[];
  readonly notes: number;
}

/** Null where the file is no case that this program reads: it is built anew from its archive. */
export function contentsOf(path: string): CaseContents | null {
  const opened = connect(path);
  if (!opened.ok) return null;
  const db = opened.value;
  try {
    return {
      archives: db.prepare('SELECT name FROM archive ORDER BY id').pluck().all() as string[],
      notes: db.prepare('SELECT count(*) FROM t_note').pluck().get() as number,
    };
  } catch {
    return null;
  } finally {
    db.close();
  }
}
