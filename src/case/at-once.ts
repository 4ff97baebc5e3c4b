import type Database from 'better-sqlite3';

/**
 * Asks all that the action asks in one transaction, where no walk is under way, which keeps the connection. Else each statement locks
 * the file and looks whether it was changed, which takes as long as to read a row.
 */
export function atOnce<T>(db: Database.Database, action: () => T): T {
  if (db.inTransaction || !isDone(db, 'BEGIN')) return action();
  try {
    return action();
  } finally {
    if (db.inTransaction) isDone(db, 'COMMIT');
  }
}

function isDone(db: Database.Database, command: 'BEGIN' | 'COMMIT'): boolean {
  try {
    db.exec(command);
    return true;
  } catch {
    return false;
  }
}
