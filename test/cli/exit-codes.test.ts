// Protects the exit codes of cli.md, and that an error is one line and a next step, never a stack trace.
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { archive, request } from './archives.ts';
import { finish, type Run, root, runner, sampleFolder, start, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const inquest = runner(data);
const good = archive(folder, 'good', { 'requests.ndjson': request(1) + request(2) });
const gapped = archive(folder, 'gapped', { 'requests.ndjson': `${request(1)}{"broken\n${request(2)}` });
const cut = join(folder, 'cut.ndjson.gz');
writeFileSync(cut, gzipSync(readFileSync(join(sampleFolder, 'requests.ndjson'))).subarray(0, 60_000));
const noise = join(folder, 'noise.bin');
writeFileSync(noise, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff, 0xfe, 0, 0]));

test.each<readonly [string, readonly string[], number, RegExp]>([
  ['an unknown command', ['frobnicate'], 2, /^inquest: frobnicate: no such command/],
  ['a mistyped command', ['diagnoze', 'x'], 2, /\(near: diagnose\)/],
  ['help of a mistyped command', ['help', 'diagnoze'], 2, /^inquest: diagnoze: no such command \(near: diagnose\)/],
  ['a mistyped command with --help', ['diagnoze', '--help'], 2, /^inquest: diagnoze: no such command.*near: diagnose/],
  ['a trace in no folder', ['replay', good, '--trace', join(folder, 'none/trace')], 2, /there is no such folder/],
  ['an unknown flag', ['index', good, '--jsn'], 2, /^inquest: --jsn: no such flag \(near: --json\)/],
  ['a flag without its value', ['timeline', good, '--limit'], 2, /value is missing/],
  ['a missing archive', ['index'], 2, /^inquest: ARCHIVE: missing/],
  ['too many operands', ['show', good, 'a@0+1', 'b@0+1'], 2, /too many arguments/],
  ['a bad zone', ['timeline', good, '--tz', 'Mars/Olympus'], 2, /no such time zone/],
  ['a bad time', ['timeline', good, '--from', 'yesterday'], 2, /not a time/],
  ['a bad number', ['timeline', good, '--limit', '0'], 2, /not a positive whole number/],
  ['a bad limit of the archive', ['index', good, '--max-members', 'many'], 2, /not a positive number/],
  ['a bad kind', ['timeline', good, '--kind', 'reqest'], 2, /\(near: request\)/],
  ['a bad severity', ['triage', good, '--fail-on', 'hihg'], 2, /\(near: high\)/],
  ['no reference', ['show', good, 'nonsense'], 2, /not a reference/],
  ['an unknown member', ['show', good, 'request.ndjson@0+1'], 2, /\(near: requests\.ndjson\)/],
  ['a record that is none', ['show', good, 'requests.ndjson@3+10'], 2, /Nearest in that member: requests\.ndjson@0\+/],
  ['an unknown view', ['sql', good, 'SELECT * FROM requst'], 2, /no such table: requst\nNear: request\./],
  ['an unknown column', ['sql', good, 'SELECT statsu FROM request'], 2, /Near: status\./],
  ['a write', ['sql', good, 'DELETE FROM request'], 2, /only SELECT/],
  ['an unknown sample', ['sample', 'agent-scop'], 2, /\(near: agent-scope\)/],
  ['an unknown schema', ['schema', 'diagnos'], 2, /\(near: diagnose\)/],
  ['an unknown case', ['cases', 'rm', '00000000'], 2, /no such case/],
  ['a file that is not there', ['index', join(folder, 'none.tar.gz')], 3, /there is no such file/],
  ['a limit on the archive', ['index', sampleFolder, '--max-members', '3'], 3, /--max-members/],
])('%s', async (_name, args, code, says) => {
  const run = await inquest(...args);
  expect(run.err).toMatch(says);
  expect(run.err).toMatch(/^inquest: /);
  expect(run.err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  expect(run.err).not.toMatch(/^\s+at /m);
  expect(run.out).toBe('');
  expect(run.code).toBe(code);
});

test('a file of no known format is exit 3 and one answer', async () => {
  const run = await inquest('index', noise);
  expect(run.code).toBe(3);
  expect(run.err).toMatch(/^inquest: .*noise\.bin: /);
});

test('damage is 0, and 4 with --strict, for every command that opens an archive', async () => {
  for (const args of [['index'], ['triage'], ['timeline'], ['diagnose']]) {
    const [name = ''] = args;
    expect((await inquest(name, gapped)).code).toBe(0);
    const strict = await inquest(name, gapped, '--strict');
    expect(strict.code).toBe(4);
    expect(strict.err).toMatch(/damaged: 1 gap/);
    expect((await inquest(name, good, '--strict')).code).toBe(0);
  }
});

test('a stream that breaks off is indexed up to there, and told', async () => {
  const run = await inquest('index', cut, '--json');
  expect(run.code).toBe(0);
  const document = JSON.parse(run.out) as { totals: { records: number }; integrity: readonly unknown[] };
  expect(document.totals.records).toBeGreaterThan(100);
  expect(document.integrity.length).toBe(1);
  expect((await inquest('index', cut, '--strict')).code).toBe(4);
});

test('an archive in which nothing is recognised says what was seen', async () => {
  const strange = archive(folder, 'strange', {
    'a.json': '{"colour": "red", "taste": 3}',
    'b.bin': Buffer.alloc(40, 1),
  });
  for (const command of ['diagnose', 'index', 'triage']) {
    const run = await inquest(command, strange);
    expect(run.code).toBe(0);
    expect(run.out).toContain('keys: colour, taste');
    expect(run.out).toContain('b.bin');
  }
});

test('triage --fail-on is 1 when a finding is that severe', async () => {
  expect((await inquest('triage', sampleFolder, '--fail-on', 'high')).code).toBe(1);
  expect((await inquest('triage', sampleFolder, '--fail-on', 'critical')).code).toBe(0);
});

test('a data folder that cannot be written is told, and leaves nothing', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const run = await finish(start(['index', good], { INQUEST_DATA: join(file, 'below') }));
  expect(run.code).toBe(2);
  expect(run.err).toMatch(/^inquest: .*a-file/);
  expect(run.out).toBe('');
});

test('a case in the data folder with damaged pages is told as that, and built anew by the next run', async () => {
  const own = join(folder, 'data-damaged');
  const run = (command: string): Promise<Run> => finish(start([command, sampleFolder], { INQUEST_DATA: own }));
  const first = await run('triage');
  const [name = ''] = readdirSync(join(own, 'cases'));
  const file = join(own, 'cases', name);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, 300_000, 800_000));
  const second = await run('diagnose');
  expect(second.code).toBe(3);
  expect(second.err).toMatch(/^inquest: .*the case file is damaged\n.*run the same command again/);
  expect(await run('triage')).toEqual(first);
});

test.skipIf(process.platform !== 'linux')('a folder that a file system refuses is told, and tried once', async () => {
  const run = await finish(start(['sample', 'healthy', '-o', '/proc/none/here'], { INQUEST_DATA: data }));
  expect(run).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^inquest: \/proc\/none\/here: cannot be written: /),
  });
  expect((await finish(start(['index', good], { INQUEST_DATA: '/proc/none' }))).code).toBe(2);
});

test('output that cannot be written is exit 2', async () => {
  const full = openSync('/dev/full', 'w');
  const run = await finish(start(['timeline', sampleFolder], { INQUEST_DATA: data }, full));
  expect(run.code).toBe(2);
  expect(run.err).toBe('inquest: standard output: cannot be written: the disk is full\n');
});

test('a reader that leaves early ends the program quietly', async () => {
  const child = start(['timeline', sampleFolder], { INQUEST_DATA: data });
  child.stdout?.once('data', () => child.stdout?.destroy());
  const run = await finish(child);
  expect(run).toMatchObject({ code: 0, err: '' });
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s while indexing leaves no half case', async (signal) => {
  const own = join(folder, `data-${signal}`);
  mkdirSync(own);
  const big = join(folder, 'big');
  mkdirSync(big, { recursive: true });
  const block = Array.from({ length: 60 }, (_, second) => request(second)).join('');
  writeFileSync(join(big, 'requests.ndjson'), block.repeat(8_000));
  const child = start(['index', big, '--progress', 'plain'], { INQUEST_DATA: own });
  child.stderr?.once('data', () => child.kill(signal));
  const run = await finish(child);
  rmSync(big, { recursive: true });
  expect(run.code).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(run.err).toMatch(/interrupted/);
  expect(readdirSync(own, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
});

test('without an argument it tells what it does, and exits 0', async () => {
  const run = await inquest();
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(run.out).toContain('agent-scope');
  expect(run.out).toContain('inquest diagnose');
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await inquest('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});
