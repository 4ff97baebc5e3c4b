// Protects: the documented views, column by column, also in the stock sqlite3 that ships with Debian, and as Datasette asks.
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { utc } from '../../src/base/zone.ts';
import { eventPage, parseFilter, selectorOf } from '../../src/timeline/index.ts';
import { everyKind, folderOf, opened } from './archives.ts';

/** formats.md section 5. */
const views: Readonly<Record<string, string>> = {
  event: 'n ts time end_ts skew_us kind action subject outcome code component host ref',
  request:
    'n ts time ref request_id component host method path route grp status latency_ms bytes_in caller_kind caller_id credential_id ip org_id project_id environment_id agent_id error_code error_message limit_group limit_limit limit_remaining limit_reset retry_after_s sent_ts retry_of extra',
  audit:
    'n ts time ref id seq actor_kind actor_id action resource_kind resource_id org_id project_id environment_id outcome reason_code reason_message request_id job_id before after details prev_hash hash extra',
  job: 'n ts time ref id type state org_id project_id environment_id deployment_id artifact_id request_id run_ts updated_ts attempt max_attempts payload payload_bytes payload_sha256 error_code error_message retryable extra',
  attempt: 'n ts time ref job_id attempt finished_ts worker outcome error_code error_message next_run_ts',
  call: 'n ts time ref job_id attempt ordinal op dependency outcome error_code error_message',
  probe: 'n ts time ref component host endpoint status latency_ms error ok failing_checks',
  sample: 'n ts time ref component name labels role type value real reset',
  snapshot: 'n ts time ref agent_id model body',
  log: 'n ts time ref component host level message request_id',
  state: 'n ref section key body',
  entity: 'entity kind id first_ts last_ts events state',
  link: 'n entity role to_n reason',
  gap: 'n ref member offset length reason',
  member: 'archive path kind bytes sha256 records gaps host complete covers_from_ts covers_to_ts',
  finding: 'id rule category severity title summary first_ts last_ts count entities refs body',
  cause: 'rank kind entity category verdict strength grade missing reasons body',
  note: 'id ref n text tags',
};

/** Columns that are no text, by name; `id` is one of `note` alone. */
const integers = new Set(
  'n ts end_ts skew_us status latency_ms bytes_in limit_limit limit_remaining retry_after_s sent_ts run_ts updated_ts attempt max_attempts payload_bytes retryable finished_ts next_run_ts ordinal ok reset first_ts last_ts events to_n offset length bytes records gaps complete covers_from_ts covers_to_ts count rank'.split(
    ' ',
  ),
);
const json = new Set(
  'extra before after details payload failing_checks labels body entities refs missing reasons tags'.split(' '),
);
const typeOf = (view: string, column: string): string =>
  column === 'real' ? 'real' : integers.has(column) || (view === 'note' && column === 'id') ? 'integer' : 'text';

const reader = await opened(folderOf(everyKind));
reader.addNote({ ref: [...reader.rows('audit')][0]?.ref ?? '', text: 'x', tags: ['a'] });
afterAll(() => reader.close());

it('have the documented types, and JSON where they say so', () => {
  for (const [view, columns] of Object.entries(views)) {
    const names = columns.split(' ');
    const types = reader.sql(`SELECT ${names.map((name) => `typeof("${name}")`).join(', ')} FROM ${view}`);
    for (const row of types.ok ? types.value.rows : [])
      for (const [at, type] of row.entries())
        if (type !== 'null')
          expect(`${view}.${names[at]} ${type}`).toBe(`${view}.${names[at]} ${typeOf(view, names[at] ?? '')}`);
    for (const name of names.filter((one) => json.has(one))) {
      const invalid = reader.sql(`SELECT count(*) FROM ${view} WHERE NOT json_valid("${name}")`);
      expect([view, name, invalid.ok && [...invalid.value.rows]]).toEqual([view, name, [[0]]]);
    }
  }
});

it('count what the timeline counts', () => {
  const countIn = (view: string): number => {
    const found = reader.sql(`SELECT count(*) FROM ${view}`);
    return found.ok ? Number([...found.value.rows][0]?.[0]) : -1;
  };
  for (const kind of eventKinds) {
    const filter = parseFilter(`kind:${kind}`, { span: null, zone: utc });
    if (!filter.ok) throw new Error(filter.error.why);
    const shown = eventPage(reader, { limit: 1_000 }, selectorOf(reader, filter.value, eventKinds));
    expect([kind, shown.length]).toEqual([kind, countIn(kind)]);
    expect(shown.every((event) => event.kind === kind)).toBe(true);
  }
  expect(countIn('event')).toBe(reader.totals().events);
});

it('have the documented columns in the documented order, and rows', () => {
  for (const [view, columns] of Object.entries(views)) {
    const result = reader.sql(`SELECT * FROM ${view}`);
    if (!result.ok) throw new Error(result.error.why);
    expect(result.value.columns.join(' ')).toBe(columns);
    const rows = [...result.value.rows];
    if (!['finding', 'cause', 'note'].includes(view)) expect(rows.length, view).toBeGreaterThan(0);
  }
});

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

it('say the same in the stock sqlite3', (test) => {
  test.skip(!isThere('sqlite3'), 'there is no sqlite3 on this machine');
  for (const view of Object.keys(views)) {
    const ours = reader.sql(`SELECT * FROM ${view}`);
    const theirs = execFileSync('sqlite3', ['-readonly', '-json', reader.path, `SELECT * FROM ${view}`], {
      encoding: 'utf8',
    });
    const parsed = (theirs.trim() === '' ? [] : JSON.parse(theirs)) as Record<string, unknown>[];
    expect(parsed.map((row) => Object.values(row))).toEqual(ours.ok ? [...ours.value.rows] : ours.error);
  }
  const plan = execFileSync('sqlite3', [reader.path, 'EXPLAIN QUERY PLAN SELECT * FROM event ORDER BY ts LIMIT 50'], {
    encoding: 'utf8',
  });
  expect(plan).toContain('MERGE (UNION ALL)');
  expect(plan).toContain('USING INDEX i_request_ts');
  const [time] = execFileSync('sqlite3', [reader.path, "SELECT time FROM request WHERE request_id = 'req_1'"], {
    encoding: 'utf8',
  }).split('\n');
  expect(time).toBe('2026-01-31T12:00:00.500000Z');
});

/** What Datasette asks of a file before it shows it, and for each view: only what Python's own SQLite knows. */
const datasette = `
import json, sqlite3, sys
path, views, told = sys.argv[1], sys.argv[2].split(), []
for mode in ("mode=ro", "immutable=1"):
    db = sqlite3.connect(f"file:{path}?{mode}", uri=True)
    db.execute("PRAGMA recursive_triggers")
    names = [row[0] for row in db.execute("select name from sqlite_master where type='view'")]
    for (table,) in db.execute("select name from sqlite_master where type='table'").fetchall():
        db.execute(f"PRAGMA table_xinfo([{table}])").fetchall()
        db.execute(f"PRAGMA foreign_key_list([{table}])").fetchall()
        db.execute(f"PRAGMA index_list([{table}])").fetchall()
    for view in views:
        columns = [row[1] for row in db.execute(f"PRAGMA table_xinfo([{view}])")]
        count = db.execute(f"select count(*) from [{view}]").fetchone()[0]
        page = db.execute(f"select * from [{view}] limit 101").fetchall()
        facet = db.execute(f"select [{columns[0]}] as value, count(*) as count from (select * from [{view}]) where [{columns[0]}] is not null group by value order by count desc, value limit 31").fetchall()
        told.append([mode, view, view in names, columns, count, len(page) == min(count, 101), len(facet) > 0 or count == 0])
print(json.dumps(told))
`;

it('are read as Datasette reads them: read-only and immutable, by a SQLite without functions of ours', (test) => {
  test.skip(!isThere('python3'), 'there is no python3 on this machine');
  const names = Object.keys(views);
  const told = JSON.parse(
    execFileSync('python3', ['-c', datasette, reader.path, names.join(' ')], { encoding: 'utf8' }),
  ) as unknown[];
  const countOf = (view: string): unknown => {
    const found = reader.sql(`SELECT count(*) FROM ${view}`);
    return found.ok ? [...found.value.rows][0]?.[0] : found.error;
  };
  const expected = ['mode=ro', 'immutable=1'].flatMap((mode) =>
    names.map((view) => [mode, view, true, views[view]?.split(' '), countOf(view), true, true]),
  );
  expect(told).toEqual(expected);
});
