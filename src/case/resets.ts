/** Where counters began anew between two scrapes. */
import type Database from 'better-sqlite3';
import { tables } from '../evidence/index.ts';
import { decoded } from './schema.ts';

const column = (name: string): string => {
  const found = tables.sample.columns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`a sample has no ${name}`);
  return decoded(found);
};
const [nameText, labelsText, typeText] = [column('name'), column('labels'), column('type')];
const endsIn = (suffix: string): string => `${nameText} LIKE '%\\_${suffix}' ESCAPE '\\'`;

const without = (suffix: string): string => `substr(${nameText}, 1, length(${nameText}) - ${suffix.length + 1})`;

/** Of all that a histogram counts, of counts and sums of a summary, and of what has no type but the name of a counter. */
const counts = `CASE
  WHEN ${typeText} IN ('counter', 'histogram') THEN 1
  WHEN ${typeText} = 'summary' THEN ${endsIn('count')} OR ${endsIn('sum')}
  WHEN type IS NULL OR ${typeText} IN ('untyped', 'unknown') THEN ${endsIn('total')} END`;

/**
 * A counter is marked that is lower than at the scrape before, or was born since, as its `_created` tells. `_created` itself
 * is a time.
 */
export function markResets(db: Database.Database): void {
  db.exec(`UPDATE t_sample SET reset = 0 WHERE real IS NOT NULL AND ts IS NOT NULL`);
  db.exec(`UPDATE t_sample SET reset = 1 WHERE n IN (
    SELECT n FROM (
      SELECT n, real, lag(real) OVER (PARTITION BY component, name, labels ORDER BY ts, n) AS before, type, name
      FROM t_sample WHERE real IS NOT NULL AND ts IS NOT NULL)
    WHERE real < before AND NOT ${endsIn('created')} AND ${counts})`);
  markBorn(db);
}

/** A number is a time of birth where it lies between the year 2000 and a day after its scrape: others count what was created. */
const isBirth = 'real BETWEEN 946684800 AND ts / 1e6 + 86400';

const births = `SELECT component, ts, real, lag(real) OVER (PARTITION BY component, name, labels ORDER BY ts, n) AS before,
    ${without('created')} AS family, ${labelsText} AS labels
  FROM t_sample WHERE name IN (SELECT name FROM temp.known WHERE ${endsIn('created')}) AND ts IS NOT NULL AND ${isBirth}`;

const parts = ['total', 'bucket', 'count', 'sum']
  .map((part) => `SELECT name, ${without(part)} AS family, '${part}' AS part FROM temp.known WHERE ${endsIn(part)}`)
  .join(' UNION ALL ');

/** A bucket was born with its histogram. */
const bornLabels = `CASE part WHEN 'bucket' THEN json_remove(own_labels, '$.le') ELSE own_labels END`;

/** What was born anew in the same scrape, by the labels that it shares with its `_created`. */
function markBorn(db: Database.Database): void {
  db.exec(`CREATE TEMP TABLE known AS SELECT DISTINCT name FROM t_sample;
    CREATE TEMP TABLE born AS SELECT component, ts, family, labels FROM (${births}) WHERE real <> before;
    CREATE INDEX temp.i_born ON born (family, ts);
    CREATE TEMP TABLE part AS SELECT * FROM (${parts}) WHERE family IN (SELECT family FROM born);
    CREATE INDEX temp.i_part ON part (name);
    UPDATE t_sample SET reset = 1 WHERE n IN (
      SELECT n FROM (SELECT n, ts, component AS own_component, name AS own_name, ${labelsText} AS own_labels
        FROM t_sample WHERE name IN (SELECT name FROM part) AND real IS NOT NULL AND ts IS NOT NULL AND ${counts}) AS own
      CROSS JOIN part ON part.name = own_name
      CROSS JOIN born ON born.family = part.family AND born.ts = own.ts AND born.component IS own_component
      WHERE born.labels = ${bornLabels});
    DROP TABLE temp.part; DROP TABLE temp.born; DROP TABLE temp.known`);
}
