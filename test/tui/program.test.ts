/** Protects the whole way in a real terminal: open an incident, read its cause, walk its timeline, leave it clean. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Program, startProgram } from './program.ts';

let folder = '';
let program: Program | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inquest-tui-'));
});
afterEach(async () => {
  if (program === undefined) return;
  try {
    program.kill('SIGKILL');
  } catch {
    // It ended by itself, as it should.
  }
  program = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = 'samples/agent-scope';
const start = (
  archive = sample,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Program => {
  program = startProgram([...flags, archive], join(folder, 'data'), env);
  return program;
};

/** Little to diagnose, where what is shown does not matter. */
function smallArchive(): string {
  const archive = join(folder, 'small');
  if (existsSync(archive)) return archive;
  mkdirSync(archive);
  const requests = readFileSync('samples/agent-scope/requests.ndjson', 'utf8').split('\n', 50);
  writeFileSync(join(archive, 'requests.ndjson'), `${requests.join('\n')}\n`);
  return archive;
}

/** What a terminal must have been told by the end: main screen, cursor, wrapping, no paste mode. */
function expectRestored(ended: Program): void {
  expect(ended.buffer()).toBe('normal');
  const output = ended.output();
  for (const [on, off] of [
    ['\u001b[?1049h', '\u001b[?1049l'],
    ['\u001b[?25l', '\u001b[?25h'],
    ['\u001b[?7l', '\u001b[?7h'],
    ['\u001b[?2004h', '\u001b[?2004l'],
  ] as const)
    expect(output.lastIndexOf(off)).toBeGreaterThan(output.lastIndexOf(on));
}

test('the cause, its evidence, the timeline, the help, and out again', async () => {
  const run = start();
  await run.shows(/CAUSE {6}CONFIRMED {2}credential:cr_81a7e724/);
  run.type('\r');
  await run.shows('ref   ');
  run.type('\u001b');
  await run.hides('ref   ');
  run.type('g');
  await run.shows(/^>01:30:0/m);
  run.type('\u0004');
  run.type('jjj');
  run.type('\u001b[B');
  run.type('?');
  await run.shows('Keys: Timeline');
  run.type('\u001b');
  await run.hides('Keys: Timeline');
  run.type('1');
  await run.shows('CAUSE');
  run.type('q');
  expect(await run.exited()).toBe(0);
  expectRestored(run);
});

test('a filter, its error and its count, and the page of an entity', async () => {
  const run = start();
  await run.shows('CAUSE');
  run.type('2');
  await run.shows(/^>01:30:0/m);
  run.type('foutcome:');
  await run.shows('^ column 9');
  run.type('ref\t credential:cr_81a7e724');
  await run.shows(/^ 1\d\d events /m);
  run.type('\r');
  await run.shows('filter: outcome:refused credential:cr_81a7e724');
  await run.shows(/^>02:14:13.*403/m);
  run.type('e');
  await run.shows(/^ (?:agent|credential):/m);
  run.type('\u001b');
  await run.shows('2 Timeline  filter:');
  run.type('q');
  expect(await run.exited()).toBe(0);
});

test('Ctrl-C ends with 130', async () => {
  const run = start(smallArchive());
  await run.shows('CAUSE');
  run.type('\u0003');
  expect(await run.exited()).toBe(130);
  expectRestored(run);
});

test('SIGTERM to the launcher ends the whole tree with 143', async () => {
  const run = start(smallArchive());
  await run.shows('CAUSE');
  run.kill('SIGTERM');
  expect(await run.exited()).toBe(143);
  expectRestored(run);
});

/** Large enough that reading and diagnosing it takes seconds. */
function largeArchive(): string {
  const archive = join(folder, 'large');
  if (existsSync(archive)) return archive;
  mkdirSync(archive);
  const line = (n: number): string =>
    `{"ts":"2026-03-17T02:00:00Z","request_id":"rq_${n}","method":"GET","path":"/api/v1/orgs/org_1/agents","status":200}\n`;
  writeFileSync(join(archive, 'requests.ndjson'), Array.from({ length: 200_000 }, (_, n) => line(n)).join(''));
  return archive;
}

test('Ctrl-C while the archive is read ends with 130 and leaves no half case', async () => {
  const data = join(folder, 'interrupted');
  program = startProgram([largeArchive()], data);
  await program.shows('Reading the archive');
  await program.shows(/ MB of /);
  program.type('\u0003');
  expect(await program.exited()).toBe(130);
  expectRestored(program);
  expect(readdirSync(join(data, 'cases'))).toEqual([]);
});

test('who leaves during the diagnosis is not kept waiting by it', async () => {
  const run = start(largeArchive());
  await run.shows('first pass and findings');
  const before = performance.now();
  run.type('q');
  expect(await run.exited()).toBe(0);
  expect(performance.now() - before).toBeLessThan(1_000);
  expectRestored(run);
});

test('Ctrl-Z hands the terminal back and stops; continued, the screen is there again', async () => {
  const run = start();
  await run.shows('NEXT');
  run.type('\u001a');
  await run.stopped();
  expect(run.buffer()).toBe('normal');
  process.kill(-run.pid, 'SIGCONT');
  await run.shows('NEXT');
  expect(run.buffer()).toBe('alternate');
  run.type('2');
  await run.shows(/^>01:30:0/m);
  run.type('q');
  expect(await run.exited()).toBe(0);
  expectRestored(run);
});

test('a new size is drawn at once and equals a fresh start', async () => {
  const run = start();
  await run.shows('NEXT');
  run.resize(120, 40);
  await run.shows(/^ ─{118}$/m);
  await run.shows(/q quit *$/);
  run.resize(80, 24);
  await run.shows(/^ ─{78}$/m);
  await run.shows('CAUSE');
  run.resize(50, 10);
  await run.shows('at least 60x16, this is 50x10');
  run.type('q');
  expect(await run.exited()).toBe(0);
});

test('an archive that does not exist is one line on the main screen, with exit code 3', async () => {
  const run = start('/nowhere/incident.tar.gz');
  expect(await run.exited()).toBe(3);
  expectRestored(run);
  expect(run.screen()).toMatch(/^inquest: .*nowhere/m);
});

test('NO_COLOR: no colour is sent, and the selection has its own mark', async () => {
  const run = start(smallArchive(), { NO_COLOR: '1' });
  await run.shows(/^>CAUSE/m);
  run.type('q');
  expect(await run.exited()).toBe(0);
  expect(run.output()).not.toMatch(/\u001b\[[0-9;]*m/);
});

test('--ascii draws nothing beyond ASCII', async () => {
  const run = start(sample, {}, ['--ascii']);
  await run.shows('SYMPTOMS');
  await run.shows('TIMELINE');
  expect(run.screen()).toMatch(/^[\n\x20-\x7e]*$/);
  run.type('q');
  expect(await run.exited()).toBe(0);
});

test('hostile text of an archive keeps the rows straight', async () => {
  const archive = join(folder, 'hostile');
  mkdirSync(join(archive, 'logs'), { recursive: true });
  const texts = [
    '\u001b[2J\u001b[H cleared',
    '\u001b]52;c;aGk=\u0007 clipboard',
    'right\u202eto left',
    '漢字かな交じり文の記録',
    '👩\u200d👩\u200d👧 ⚠\ufe0f family',
    'line\nbreak\ttab\u2028separator',
    'wide ﷽'.repeat(20),
  ];
  const lines = Array.from({ length: 60 }, (_, n) =>
    JSON.stringify({
      time: `2026-03-17T02:00:${String(n).padStart(2, '0')}.000Z`,
      level: 'warn',
      component: n % 3 === 0 ? '漢字漢字漢字' : 'api',
      msg: texts[n % texts.length],
    }),
  );
  writeFileSync(join(archive, 'logs', 'api.ndjson'), `${lines.join('\n')}\n`);
  const run = start(archive);
  await run.shows('CAUSE');
  run.type('2');
  await run.shows(/^>02:00:00\.000/m);
  // Title, tabs, rule, 19 rows whose time stands in its column, rule, hints.
  const straight = /^ inquest.*\n.*\n ─+\n(?:[ >]02:00:\d\d\.000 .*\n){19} ─+\n .*q quit.*$/;
  for (let page = 0; page < 3; page += 1) {
    await run.shows(straight);
    const rows = run.screen().split('\n');
    const selected = rows.find((row) => row.startsWith('>')) ?? '';
    run.type('\u001b[6~');
    await run.hides(selected.slice(0, 13));
  }
  run.type('q');
  expect(await run.exited()).toBe(0);
  expect(run.output()).not.toContain('\u001b]52');
});
