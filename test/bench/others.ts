/** The programs that the bench measures against, each doing the same from the same archive. */
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { dataFolder, note, script } from './places.ts';
import { type Run, runProgram } from './process-tree.ts';

/** A program that is not part of the project; absent, its rows are passed over. */
export interface Other {
  readonly name: string;
  /** Why it cannot be measured against; null where it can. */
  readonly absent: () => Promise<string | null>;
}

function inPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // In none so far.
    }
  }
  return null;
}

const program = (name: string): Other => ({
  name,
  absent: async () => (inPath(name) === null ? `${name} is not in the PATH (Debian has a package of this name)` : null),
});

export const lnav = program('lnav');
export const sqlite = program('sqlite3');
export const grep = program('grep');

/** What lnav must be told of a trail; the fields are those that inquest has columns for. */
const lnavFormat = {
  $schema: 'https://lnav.org/schemas/format-v1.schema.json',
  bench_audit: {
    title: 'audit trail',
    json: true,
    'timestamp-field': 'ts',
    'timestamp-divisor': 1_000,
    'body-field': 'reason/message',
    'line-format': [{ field: '__timestamp__' }, ' ', { field: 'action' }],
    'hide-extra': true,
    value: Object.fromEntries(
      [
        ...['id', 'action', 'outcome', 'request_id', 'job_id', 'org_id', 'project_id', 'environment_id'],
        ...['actor/kind', 'actor/id', 'resource/kind', 'resource/id', 'reason/code', 'reason/message'],
      ].map((name) => [name, { kind: 'string', identifier: true }]),
    ),
  },
};

/** Answers one query over the archive, from nothing. */
export function askLnav(archive: string, query: string, folder: string): Promise<Run> {
  const formats = join(folder, 'lnav/formats/installed');
  mkdirSync(formats, { recursive: true });
  writeFileSync(join(formats, 'bench_audit.json'), JSON.stringify(lnavFormat));
  const args = ['-I', join(folder, 'lnav'), '-n', '-c', `;${query}`, '-c', ':write-csv-to -', archive];
  return runProgram('lnav', args, { ...process.env, HOME: folder, TMPDIR: folder, XDG_CONFIG_HOME: folder });
}

export const lnavFailures = `SELECT strftime('%Y-%m-%dT%H:%M', log_time) AS minute, "actor/id" AS actor, count(*) AS failures FROM bench_audit WHERE outcome IN ('failure', 'denied') GROUP BY 1, 2`;

/** Columns by the path of their value, as inquest has them. */
const columns: readonly (readonly [string, string])[] = [
  ...['ts', 'id', 'seq', 'action', 'org_id', 'project_id', 'environment_id', 'outcome', 'request_id', 'job_id'].map(
    (name) => [name, name] as const,
  ),
  ...['actor.kind', 'actor.id', 'resource.kind', 'resource.id', 'reason.code', 'reason.message'].map(
    (path) => [path.replace('.', '_'), path] as const,
  ),
];
const documents = ['before', 'after', 'details'];

/** `.import` of the lines, and a table with the columns; then the query. */
export const importSqlite = (archive: string, file: string, query: string): Promise<Run> =>
  runProgram(
    'sqlite3',
    [file],
    process.env,
    [
      '.mode ascii',
      '.separator "\\037" "\\n"',
      'CREATE TABLE raw(line TEXT);',
      `.import '|tar -xzOf "${archive}"' raw`,
      `CREATE TABLE event AS SELECT ${[
        ...columns.map(([name, path]) => `line ->> '$.${path}' AS ${name}`),
        ...documents.map((name) => `line -> '$.${name}' AS "${name}"`),
      ].join(', ')} FROM raw WHERE json_valid(line);`,
      `${query};`,
      '',
    ].join('\n'),
  );

export const sqliteFailures = `SELECT ts / 60000 AS minute, actor_id, count(*) AS failures FROM event WHERE outcome IN ('failure', 'denied') GROUP BY 1, 2`;

const duckdbPackage = '@duckdb/node-api@1.5.6-r.1';
const duckdbFolder = join(dataFolder, 'duckdb');
const duckdbScript = script('duckdb.mjs');

export const duckdb: Other = {
  name: 'DuckDB',
  absent: async () =>
    existsSync(join(duckdbFolder, 'node_modules'))
      ? null
      : `${duckdbPackage} is not installed: --install-duckdb puts it into ${duckdbFolder}`,
};

/** By npm alone: the package brings its library along. */
export async function installDuckdb(): Promise<void> {
  if ((await duckdb.absent()) === null) return;
  note(`installing ${duckdbPackage} into ${duckdbFolder}`);
  mkdirSync(duckdbFolder, { recursive: true });
  const args = ['install', '--prefix', duckdbFolder, '--no-audit', '--no-fund', '--loglevel=error', duckdbPackage];
  await runProgram('npm', args, process.env);
}

/** Loads the plain file into a table of a new database, and counts. */
export const loadDuckdb = (lines: string, file: string): Promise<Run> =>
  runProgram(process.execPath, [duckdbScript, duckdbFolder, 'load', file, lines], process.env);

/** All events of one request, from a database that was loaded before. */
export const askDuckdb = (file: string, request: string): Promise<Run> =>
  runProgram(process.execPath, [duckdbScript, duckdbFolder, 'request', file, request], process.env);
