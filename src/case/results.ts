import Database from 'better-sqlite3';
import { writeJson } from '../base/json.ts';
import type { CauseInput, FindingInput } from './reader-types.ts';

type Row = readonly (string | number | null)[];

const findingRow = (one: FindingInput): Row => [
  one.id,
  one.rule,
  one.category,
  one.severity,
  one.title,
  one.summary,
  one.first_ts,
  one.last_ts,
  one.count,
  JSON.stringify(one.entities),
  JSON.stringify(one.refs),
  writeJson(one.body),
];

const causeRow = (one: CauseInput): Row => [
  one.rank,
  one.kind,
  one.entity,
  one.category,
  one.verdict,
  one.strength,
  one.grade,
  JSON.stringify(one.missing),
  JSON.stringify(one.reasons),
  writeJson(one.body),
];

/** Findings and causes go into the case beside the evidence; where that may not be written they live with the connection. */
export interface Results {
  readonly findings: (findings: readonly FindingInput[]) => void;
  readonly causes: (causes: readonly CauseInput[]) => void;
}

export function openResults(db: Database.Database, path: string): Results {
  function replace(table: 't_finding' | 't_cause', view: 'finding' | 'cause', rows: readonly Row[]): void {
    try {
      const writable = new Database(path, { fileMustExist: true, timeout: 1_000 });
      try {
        writable.pragma('trusted_schema = OFF');
        writable.transaction(() => fill(writable, table, rows))();
      } finally {
        writable.close();
      }
      db.exec(`DROP VIEW IF EXISTS temp.${view}`);
    } catch {
      db.exec(`CREATE TEMP TABLE IF NOT EXISTS kept_${view} AS SELECT * FROM main.${table} WHERE 0`);
      fill(db, `kept_${view}`, rows);
      db.exec(`CREATE TEMP VIEW IF NOT EXISTS ${view} AS SELECT * FROM kept_${view}`);
    }
  }
  return {
    findings: (findings) => replace('t_finding', 'finding', findings.map(findingRow)),
    causes: (causes) => replace('t_cause', 'cause', causes.map(causeRow)),
  };
}

function fill(db: Database.Database, table: string, rows: readonly Row[]): void {
  db.prepare(`DELETE FROM ${table}`).run();
  const width = rows[0]?.length ?? 0;
  if (width === 0) return;
  const insert = db.prepare(`INSERT INTO ${table} VALUES (${Array(width).fill('?').join(', ')})`);
  for (const row of rows) insert.run(...row);
}
