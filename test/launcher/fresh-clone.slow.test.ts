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

it('answers after installing and building by itself, and at once the second time', async () => {
  const folder = clone();
  const first = await npmStart(folder, '--help');
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/^Usage: inquest/);
  expect(first.err).toMatch(/installing packages[\s\S]*building/);
  const second = await npmStart(folder, '--help');
  expect(second).toEqual({ code: 0, out: first.out, err: '' });
  expect(spawnSync('git', ['status', '--short'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
});

it('answers both when two start at once in a fresh clone, and installs once', async () => {
  const folder = clone();
  const both = await Promise.all([npmStart(folder, '--help'), npmStart(folder, '--help')]);
  for (const { code, out } of both) expect([code, out.slice(0, 14)]).toEqual([0, 'Usage: inquest']);
  expect(both.filter(({ err }) => err.includes('installing packages'))).toHaveLength(1);
});
