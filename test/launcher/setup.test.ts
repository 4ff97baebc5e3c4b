// Protects the first start: it builds once, whoever starts at the same time or was killed before, and says so on stderr.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkoutOf,
  launch,
  launcher,
  newFolder,
  packageOf,
  root,
  runtimes,
  startNode,
  writeFiles,
} from './launcher.ts';

const answers = `process.stdout.write('answer');`;
const builds = (folder: string): number => readFileSync(join(folder, 'builds.log'), 'utf8').split('\n').length - 1;

describe('a checkout', () => {
  it('builds at the first start, says so on standard error, and is silent at the second', async () => {
    const folder = checkoutOf(answers);
    writeFiles(folder, { 'dist/main.js': 'old' });
    expect(await launch(folder, []).ended).toMatchObject({ code: 0, out: 'answer', err: 'inquest: building ...\n' });
    expect(await launch(folder, []).ended).toMatchObject({ code: 0, out: 'answer', err: '' });
    expect(builds(folder)).toBe(1);
  });

  it.each([
    ['a source changes', (folder: string) => appendFileSync(join(folder, 'src/cli/main.ts'), '//')],
    ['a source is touched', (folder: string) => utimesSync(join(folder, 'src/cli/main.ts'), 1, 1)],
    ['a source comes', (folder: string) => writeFileSync(join(folder, 'src/new.ts'), '')],
    ['the build itself changes', (folder: string) => appendFileSync(join(folder, 'tools/build.mjs'), '\n')],
  ])('builds again when %s', async (_name, change) => {
    const folder = checkoutOf(answers);
    await launch(folder, []).ended;
    change(folder);
    await launch(folder, []).ended;
    expect(builds(folder)).toBe(2);
  });

  it('builds once when two start at the same time', async () => {
    const folder = checkoutOf(answers);
    const all = await Promise.all([1, 2, 3].map(() => launch(folder, []).ended));
    expect(all.map(({ code, out }) => [code, out])).toEqual(Array(3).fill([0, 'answer']));
    expect(builds(folder)).toBe(1);
    expect(all.filter(({ err }) => err.includes('waiting for another start'))).toHaveLength(2);
  });

  it('says what failed, and tries again at the next start', async () => {
    const folder = writeFiles(checkoutOf(answers), { fail: '' });
    const { code, out, err } = await launch(folder, []).ended;
    expect({ code, out }).toEqual({ code: 70, out: '' });
    expect(err).toContain('inquest: the build failed: exit code 7\n');
    rmSync(join(folder, 'fail'));
    expect(await launch(folder, []).ended).toMatchObject({ code: 0, out: 'answer' });
  });

  it('installs when the lock file differs from what was installed, once', async () => {
    const lock = { name: 'inquest', version: '1.2.3', lockfileVersion: 3, requires: true, packages: {} };
    const folder = writeFiles(checkoutOf(answers), { 'package-lock.json': JSON.stringify(lock) });
    const { code, out, err } = await launch(folder, []).ended;
    expect({ code, out }).toEqual({ code: 0, out: 'answer' });
    expect(err).toMatch(/^inquest: installing packages /);
    expect(await launch(folder, []).ended).toMatchObject({ code: 0, out: 'answer', err: '' });
  });

  it('says that installing failed, and starts nothing', async () => {
    const folder = writeFiles(checkoutOf(answers), { 'package-lock.json': '{' });
    const { code, out, err } = await launch(folder, []).ended;
    expect({ code, out }).toEqual({ code: 70, out: '' });
    expect(err).toMatch(/\ninquest: npm ci in .+ failed: exit code 1\n$/);
  });
});

it('a package without sources neither installs nor builds', async () => {
  expect(await launch(packageOf(answers), []).ended).toMatchObject({ code: 0, out: 'answer', err: '' });
});

describe('the lock', () => {
  const script = (body: string): string =>
    `const { takeLock } = require(${JSON.stringify(join(root, 'bin/lock.cjs'))});
takeLock(process.argv[1], () => process.stdout.write('waiting ')).then(async (lock) => { process.stdout.write('held '); ${body} });`;
  const take = (file: string, body: string) => startNode(['-e', script(body), file]);

  it('of a killed holder is taken over', async () => {
    const file = join(newFolder(), 'lock');
    const killed = take(file, 'setInterval(() => {}, 1000);');
    await killed.says(/held/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await take(file, 'lock.release();').ended).out).toBe('held ');
  });

  it('is held as long as a child works on for a killed holder', async () => {
    const file = join(newFolder(), 'lock');
    const child = startNode(['-e', 'setTimeout(() => {}, 30000)']);
    const killed = take(
      file,
      `lock.shareWith(${child.child.pid}); process.stdout.write('shared'); setInterval(() => {}, 1000);`,
    );
    await killed.says(/shared/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const waiting = take(file, 'lock.release();');
    expect(await waiting.says(/waiting/)).toBe('waiting ');
    child.child.kill('SIGKILL');
    expect((await waiting.ended).out).toBe('waiting held ');
  });

  it('is held by one at a time, also when many find a dead one', async () => {
    const folder = newFolder();
    const file = join(folder, 'lock');
    const dead = startNode(['-e', '0']);
    await dead.ended;
    writeFileSync(file, `${dead.child.pid}\n`);
    const log = JSON.stringify(join(folder, 'log'));
    const body = `const { appendFileSync } = require('fs'); appendFileSync(${log}, '('); await new Promise((r) => setTimeout(r, 30)); appendFileSync(${log}, ')'); lock.release();`;
    await Promise.all(Array.from({ length: 6 }, () => take(file, body).ended));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('()'.repeat(6));
  });
});

describe('the Node that runs the program', () => {
  it.each([
    ['18.20.0', false],
    ['22.14.0', false],
    ['22.15.0', true],
    ['24.0.0', true],
    ['26.10.0', true],
  ])('%s new enough: %s', (version, enough) => {
    expect(runtimes.isNewEnough(version)).toBe(enough);
  });

  it('is the one at hand when it is new enough', () => {
    expect(runtimes.chooseRuntime(root, '24.1.0')).toEqual({ node: process.execPath, install: false });
  });

  it('uses all that Node brings along compiled, with the flags that it is started with', () => {
    const script = `const { internalBinding } = require('internal/test/binding');
      require('crypto');
      const { compiledWithCache, compiledWithoutCache } = internalBinding('builtins').getCacheUsage();
      console.log(JSON.stringify([compiledWithCache.size > 10, ...compiledWithoutCache]));`;
    const flags = [...runtimes.engineFlags, ...launcher.permissionFlags([]), '--no-warnings', '--expose-internals'];
    expect(execFileSync(process.execPath, [...flags, '-e', script]).toString()).toBe('[true]\n');
  });

  it('else the pinned one, found by path, installed when it is missing', () => {
    const folder = writeFiles(newFolder(), { 'runtime/package-lock.json': '{}' });
    const node = runtimes.pinnedPath(folder) ?? '';
    expect(runtimes.chooseRuntime(folder, '20.1.0')).toEqual({ node, install: true });
    writeFiles(folder, { [node.slice(folder.length + 1)]: '' });
    expect(runtimes.chooseRuntime(folder, '20.1.0')).toEqual({ node, install: false });
  });

  it('is asked for in one sentence where there is none to fetch', () => {
    expect(runtimes.chooseRuntime(newFolder(), '20.1.0')).toEqual({
      problem: 'Node 22.15 or newer is needed and this is 20.1.0: install one',
    });
  });
});
