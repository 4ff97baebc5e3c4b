// Protects `index --explain` and `--suggest-dialect`: what is told of members that nobody recognised, that a suggestion opens the
// archive at once, and that no file is overwritten unasked.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { indexDocument } from '../../src/cli/documents/index-document.ts';
import { archive } from './archives.ts';
import { runner, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(folder);

const records = [
  { at: 1_769_860_800_000, verb: 'GET', uri: '/v1/x', statusCode: 200, client: { type: 'robot', ref: 'a' } },
  { at: 1_769_860_801_000, verb: 'PUT', uri: '/v1/x', statusCode: 403, '\u001b[2J': 1, err: { code: 'SCOPE_MISSING' } },
];
const target = archive(folder, 'theirs', {
  'export.ndjson': records.map((one) => `${JSON.stringify(one)}\n`).join(''),
  'blob.bin': '\u0000\u0001\u0002',
});

test('says which keys were seen, what is nearest, and why it did not match', async () => {
  const { explain } = indexDocument.parse(JSON.parse((await inquest('index', target, '--explain', '--json')).out));
  expect(explain?.foreign.map(({ paths, form }) => [paths, form])).toEqual([
    [['blob.bin'], 'bytes'],
    [['export.ndjson'], 'JSON lines'],
  ]);
  expect(explain?.foreign[1]).toMatchObject({
    standing: 'unrecognised',
    records: 2,
    nearest: { kind: 'requests', has: [], missing: ['method', 'path', 'status'] },
  });
  expect(explain?.foreign[1]?.keys).toContainEqual({ path: 'at', seen: 2, shapes: ['time (epoch ms)'] });
  const { out } = await inquest('index', target, '--explain');
  expect(out).toMatch(/verb +2 +HTTP method/);
  expect(out).toContain('verb may be method');
  expect(out).toContain('--suggest-dialect dialect.yaml');
  expect(out).not.toContain('\u001b');
});

test('writes a dialect that opens it, and overwrites nothing unasked', async () => {
  const file = join(folder, 'Their Export.yaml');
  expect(await inquest('index', target, '--suggest-dialect', file)).toMatchObject({ code: 0, out: '' });
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('name: their-export\n');
  const read = await inquest(
    'sql',
    target,
    'SELECT time, method, status, error_code FROM request',
    '--dialect',
    file,
    '--json',
  );
  expect((JSON.parse(read.out) as { rows: unknown }).rows).toEqual([
    ['2026-01-31T12:00:00.000000Z', 'GET', 200, null],
    ['2026-01-31T12:00:01.000000Z', 'PUT', 403, 'forbidden_scope'],
  ]);
  const again = await inquest('index', target, '--suggest-dialect', file);
  expect([again.code, again.out]).toEqual([2, '']);
  expect(again.err).toContain('this file exists');
  writeFileSync(file, 'mine');
  expect((await inquest('index', target, '--suggest-dialect', file, '--force')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('a foreign archive that is read as logs is not told to be well', async () => {
  const logs = archive(folder, 'logs', {
    'a.ndjson': '{"timestamp":1769860800,"verb":"GET","uri":"/x","code":403}\n',
  });
  const { out } = await inquest('diagnose', logs);
  expect(out).not.toContain('NOTHING FAILED');
  expect(out).toContain(`inquest index ${logs} --explain`);
});

test('maps logs, routes and metrics of others, and opens with that at once', async () => {
  const line = (record: object): string => `${JSON.stringify(record)}\n`;
  const time = '2026-01-31T12:00:00Z';
  const theirs = archive(folder, 'mixed', {
    'out/a.ndjson': `${line({ T: time, L: 'WARN', M: 'storage is slow' })}${line({ T: time, L: 'INFO', M: 'storage is back' })}`,
    'out/requests.ndjson': line({ ts: time, method: 'POST', path: '/gw/agents/ag_1/heartbeat', status: 200 }),
    'metrics/api/1769860800000.prom':
      '# TYPE acme_jobs gauge\nacme_jobs{phase="queued"} 2\nacme_jobs{phase="running"} 1\n',
  });
  const file = join(folder, 'mixed.yaml');
  const { code, err } = await inquest('index', theirs, '--suggest-dialect', file);
  expect([code, err]).toEqual([0, expect.stringContaining('It maps logs, 1 route, 1 metric, and leaves')]);
  const rowsOf = async (query: string): Promise<unknown> =>
    (JSON.parse((await inquest('sql', theirs, query, '--dialect', file, '--json')).out) as { rows: unknown }).rows;
  expect(await rowsOf('SELECT time, level, message FROM log ORDER BY message')).toEqual([
    ['2026-01-31T12:00:00.000000Z', 'INFO', 'storage is back'],
    ['2026-01-31T12:00:00.000000Z', 'WARN', 'storage is slow'],
  ]);
  expect(await rowsOf('SELECT route, grp FROM request')).toEqual([['/api/v1/agents/{agent_id}/heartbeat', 'agent']]);
  expect(await rowsOf('SELECT role, labels FROM sample')).toEqual([
    ['jobs_by_state', '{"state":"queued"}'],
    ['jobs_by_state', '{"state":"running"}'],
  ]);
});
