import Database from 'better-sqlite3';
import { type JsonObject, writeJson } from '../base/json.ts';
import type { Micros } from '../base/time.ts';

export interface FindingInput {
  readonly id: string;
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly title: string;
  readonly summary: string;
  readonly first_ts: Micros | null;
  readonly last_ts: Micros | null;
  readonly count: number;
  readonly entities: readonly string[];
  readonly refs: readonly string[];
  readonly body: JsonObject;
}

/** What a diagnosis says has failed, and the records that show it. */
export interface SymptomInput {
  readonly id: string;
  readonly kind: string;
  readonly refs: readonly string[];
}

export interface CauseInput {
  readonly rank: number;
  readonly kind: string;
  readonly entity: string;
  readonly category: string;
  readonly verdict: string;
  readonly strength: string | null;
  readonly grade: string | null;
  readonly missing: readonly string[];
  readonly reasons: readonly string[];
  readonly body: JsonObject;
}

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
  readonly symptoms: (symptoms: readonly SymptomInput[]) => void;
  readonly listSymptoms: () => readonly SymptomInput[];
}

const views = { t_finding: 'finding', t_cause: 'cause' } as const;

export function openResults(db: Database.Database, path: string): Results {
  /** A file that holds the same already is left as it is: what is remembered of it stays true. */
  const holds = (table: string, rows: readonly Row[]): boolean =>
    JSON.stringify(db.prepare(`SELECT * FROM ${table} ORDER BY rowid`).raw().all()) === JSON.stringify(rows);

  function replace(table: keyof typeof views | 't_symptom', rows: readonly Row[]): void {
    if (holds(table, rows)) return;
    try {
      const writable = new Database(path, { fileMustExist: true, timeout: 1_000 });
      try {
        writable.pragma('trusted_schema = OFF');
        writable.transaction(() => fill(writable, table, rows))();
      } finally {
        writable.close();
      }
      if (table !== 't_symptom') db.exec(`DROP VIEW IF EXISTS temp.${views[table]}`);
      db.exec(`DROP TABLE IF EXISTS temp.${table}`);
    } catch {
      // A table of this connection stands before the file's own of the same name; a view of the file does not look at it.
      db.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} AS SELECT * FROM main.${table} WHERE 0`);
      fill(db, `temp.${table}`, rows);
      if (table !== 't_symptom')
        db.exec(`CREATE TEMP VIEW IF NOT EXISTS ${views[table]} AS SELECT * FROM temp.${table}`);
    }
  }
  return {
    findings: (findings) => replace('t_finding', findings.map(findingRow)),
    causes: (causes) => replace('t_cause', causes.map(causeRow)),
    symptoms: (symptoms) =>
      replace(
        't_symptom',
        symptoms.map(({ id, kind, refs }) => [id, kind, JSON.stringify(refs)]),
      ),
    listSymptoms() {
      const rows = db.prepare('SELECT id, kind, refs FROM t_symptom ORDER BY rowid').all() as {
        id: string;
        kind: string;
        refs: string;
      }[];
      return rows.map(({ id, kind, refs }) => ({ id, kind, refs: JSON.parse(refs) as string[] }));
    },
  };
}

function fill(db: Database.Database, table: string, rows: readonly Row[]): void {
  db.prepare(`DELETE FROM ${table}`).run();
  const width = rows[0]?.length ?? 0;
  if (width === 0) return;
  const insert = db.prepare(`INSERT INTO ${table} VALUES (${Array(width).fill('?').join(', ')})`);
  for (const row of rows) insert.run(...row);
}
