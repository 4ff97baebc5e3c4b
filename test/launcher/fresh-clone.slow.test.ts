// Protects the first minute of a newcomer: a clone, `npm start`, and an answer; also when two start at once.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, root } from './launcher.ts';

function clone(): string {
  const folder = join(newFolder(), 'clone');
  const { status, stderr } = spawnSync('git', ['clone', '--quiet', root, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return folder;
}

const npmStart = (folder: string, ...args: readonly string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn('npm', ['start', '--silent', '--', ...args], { cwd: folder });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

const changes = (folder: string): string =>
  spawnSync('git', ['status', '--short'], { cwd: folder, encoding: 'utf8' }).stdout;

it('answers both when two start at once in a fresh clone, installs once, and is silent the next time', async () => {
  const folder = clone();
  const both = await Promise.all([npmStart(folder, '--help'), npmStart(folder, '--help')]);
  for (const { code, out, err } of both) expect([code, out.slice(0, 14)], err).toEqual([0, 'Usage: inquest']);
  // Whoever waits for an installation may be the one that builds.
  for (const step of ['installing packages', 'building'])
    expect(both.filter(({ err }) => err.includes(step))).toHaveLength(1);
  expect(await npmStart(folder, '--help')).toEqual({ code: 0, out: both[0]?.out, err: '' });
  expect(changes(folder)).toBe('');
});

// The short form leaves it out: whoever asks for that started alone in a clean clone.
it.skipIf(process.env.INQUEST_SHORT === '1')('answers alone, after installing and building by itself', async () => {
  const { code, out, err } = await npmStart(clone(), '--help');
  expect(code, err).toBe(0);
  expect(out).toMatch(/^Usage: inquest/);
  expect(err).toMatch(/installing packages[\s\S]*building/);
});
