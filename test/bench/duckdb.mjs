/** DuckDB's side of the bench, a process of its own: `duckdb.mjs PACKAGES load|request DATABASE LINES|REQUEST`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , packages = '', action = '', database = '', about = ''] = process.argv;
const { DuckDBInstance } = await import(
  pathToFileURL(join(packages, 'node_modules/@duckdb/node-api/lib/index.js')).href
);
// Nothing is fetched while it is measured.
const settings = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };
const connection = await (await DuckDBInstance.create(database, settings)).connect();
const text = (value) => `'${value.replaceAll("'", "''")}'`;

const pair = 'STRUCT(kind VARCHAR, id VARCHAR)';
const columns = {
  ...{ ts: 'BIGINT', id: 'VARCHAR', seq: 'BIGINT', actor: pair, action: 'VARCHAR', resource: pair },
  ...{ org_id: 'VARCHAR', project_id: 'VARCHAR', environment_id: 'VARCHAR', outcome: 'VARCHAR' },
  ...{ reason: 'STRUCT(code VARCHAR, message VARCHAR)', request_id: 'VARCHAR', job_id: 'VARCHAR' },
  ...{ before: 'JSON', after: 'JSON', details: 'JSON' },
};
const declared = Object.entries(columns).map(([name, type]) => `"${name}": ${text(type)}`);

if (action === 'load') {
  await connection.run(
    `CREATE TABLE event AS SELECT * FROM read_ndjson(${text(about)}, ignore_errors = true, columns = {${declared.join(', ')}})`,
  );
  const counted = await connection.runAndReadAll(
    `SELECT ts // 60000 AS minute, actor.id AS actor, count(*) AS failures FROM event WHERE outcome IN ('failure', 'denied') GROUP BY ALL`,
  );
  process.stdout.write(`${counted.getRows().length}\n`);
} else {
  const found = await connection.runAndReadAll(`SELECT * FROM event WHERE request_id = ${text(about)} ORDER BY ts`);
  process.stdout.write(`${found.getRows().length}\n`);
}
