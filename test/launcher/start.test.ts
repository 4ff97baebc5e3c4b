// Protects how the program starts and ends under its launcher: arguments, streams, exit codes, signals, and no orphans.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launch, launcher, newFolder, packageOf, root, startNode, untilGone } from './launcher.ts';

const waits = `process.stdout.write('ready ' + process.pid + '\\n'); setInterval(() => {}, 1000);`;

it('says its version by itself, without a program', async () => {
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  const { code, out, err } = await startNode([join(root, 'bin/inquest.cjs'), '--version']).ended;
  expect({ code, out, err }).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

it('gives the program its arguments, its folder, its input and its exit code, and says nothing itself', async () => {
  const folder = packageOf(`let text = '';
for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
process.stdout.write(JSON.stringify([process.argv.slice(2), process.cwd(), text.length]));
process.exitCode = 5;`);
  const elsewhere = newFolder();
  const running = launch(folder, ['a b', '--json', ''], { cwd: elsewhere });
  running.child.stdin?.end('x'.repeat(3_000_000));
  const { code, out, err } = await running.ended;
  expect({ code, err }).toEqual({ code: 5, err: '' });
  expect(JSON.parse(out)).toEqual([['a b', '--json', ''], realpathSync(elsewhere), 3_000_000]);
});

it('stands where the person stood under npm start', async () => {
  const folder = packageOf('process.stdout.write(process.cwd());');
  const stood = realpathSync(newFolder());
  const env = { npm_lifecycle_event: 'start', npm_package_json: join(folder, 'package.json'), INIT_CWD: stood };
  expect((await launch(folder, [], { env }).ended).out).toBe(stood);
});

it('starts through a symbolic link, as npm installs it', async () => {
  const folder = packageOf(`process.stdout.write('through');`);
  const link = join(newFolder(), 'inquest');
  symlinkSync(join(folder, 'bin/inquest.cjs'), link);
  expect((await startNode([link]).ended).out).toBe('through');
});

it('puts the program behind the wall, with the outputs that are asked for open', async () => {
  const folder = packageOf(`import { writeFileSync } from 'node:fs';
const attempt = (path) => { try { writeFileSync(path, ''); return 'done'; } catch (error) { return error.code; } };
process.stdout.write([attempt(process.env.INQUEST_DATA + '/x'), attempt('out/x'), attempt('x')].join(' '));`);
  mkdirSync(join(folder, 'out'));
  const env = { INQUEST_DATA: join(folder, 'data/deep') };
  const without = await launch(folder, ['report', 'a'], { env }).ended;
  expect(without.out).toBe('done ERR_ACCESS_DENIED ERR_ACCESS_DENIED');
  expect((await launch(folder, ['report', 'a', '-o', 'out/x'], { env }).ended).out).toBe('done done ERR_ACCESS_DENIED');
  expect(existsSync(join(folder, 'x'))).toBe(false);
});

it.skipIf(process.platform === 'win32')('keeps its cases below a home in which nothing is yet', async () => {
  const home = join(newFolder(), 'new');
  const args = [join(root, 'bin/inquest.cjs'), 'index', join(root, 'samples/healthy')];
  const { code, err } = await startNode(args, { env: { HOME: home, INQUEST_DATA: '', XDG_DATA_HOME: '' } }).ended;
  expect(code, err).toBe(0);
  const data = launcher.dataFolder({ INQUEST_DATA: '' }).replace(homedir(), home);
  expect(readdirSync(join(data, 'cases'))).toHaveLength(1);
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

describe.skipIf(process.platform === 'win32')('a signal to the launcher', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s ends the program and gives exit code %i', async (signal, code) => {
    const running = launch(packageOf(waits), []);
    const pid = Number((await running.says(/ready \d+\n/)).slice('ready '.length));
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code, signal: null, err: '' });
    await untilGone(pid, 5000);
  });

  it('lets the program end in its own way', async () => {
    const folder = packageOf(
      `process.on('SIGTERM', () => { process.stdout.write('bye'); process.exit(9); }); ${waits}`,
    );
    const running = launch(folder, []);
    await running.says(/ready/);
    running.child.kill('SIGTERM');
    const { code, out } = await running.ended;
    expect(code).toBe(9);
    expect(out).toMatch(/bye$/);
  });

  const busy = `process.on('SIGTERM', () => {}); process.stdout.write('ready\\n', () => { for (;;); });`;

  it('ends a program that is too busy to hear it', { timeout: 30_000 }, async () => {
    const running = launch(packageOf(busy), []);
    await running.says(/ready/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
  });

  it('that comes twice ends it at once', async () => {
    const running = launch(packageOf(busy), []);
    await running.says(/ready/);
    running.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = performance.now();
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
    expect(performance.now() - asked).toBeLessThan(3_000);
  });

  it('QUIT is for the program, which a terminal tells itself', async () => {
    const running = launch(packageOf(waits), []);
    await running.says(/ready/);
    running.child.kill('SIGQUIT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(running.child.exitCode).toBeNull();
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
  });

  it('kill -9 leaves no program behind', async () => {
    const running = launch(packageOf(waits), []);
    const pid = Number((await running.says(/ready \d+\n/)).slice('ready '.length));
    running.child.kill('SIGKILL');
    await untilGone(pid, 5000);
  });

  it('a program that is killed gives 128 and the number of the signal', async () => {
    expect((await launch(packageOf(`process.kill(process.pid, 'SIGKILL');`), []).ended).code).toBe(137);
  });
});

describe('a program that asks to be ended unless it is done in time', () => {
  const ask = (ms: number, then: string): string =>
    `process.send({ kill_after_ms: ${ms}, text: 'inquest: sql: too long\\n', code: 3 }, () => { ${then} });`;

  it('is killed though it is busy, with the reason and the exit code that it gave', async () => {
    const { code, err } = await launch(packageOf(ask(200, 'for (;;);')), []).ended;
    expect({ code, err }).toEqual({ code: 3, err: 'inquest: sql: too long\n' });
  });

  it('goes on when it takes that back, or is done', async () => {
    const then = `process.send({ kill_after_ms: null }, () => setTimeout(() => { process.exitCode = 4; }, 600));`;
    expect(await launch(packageOf(ask(300, then)), []).ended).toMatchObject({ code: 4, err: '' });
    expect(await launch(packageOf(ask(60_000, '')), []).ended).toMatchObject({ code: 0, err: '' });
  });
});
