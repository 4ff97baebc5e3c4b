// Protects: a folder is read below its root only: links, pipes and what vanishes are recorded, names may be any bytes.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { digestArchive, openArchive } from '../../src/archive/index.ts';
import { hex, problems, read, texts, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

it('follows no link, opens no pipe', async () => {
  const root = shop.path('root');
  mkdirSync(join(root, 'sub'), { recursive: true });
  writeFileSync(shop.path('outside'), 'secret');
  symlinkSync(shop.path('outside'), join(root, 'to-file'));
  symlinkSync('..', join(root, 'sub', 'up'));
  symlinkSync('nowhere', join(root, 'dangling'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  writeFileSync(join(root, 'sub', 'real'), 'evidence');
  const { members, end } = await read(root);
  expect(texts(members)).toEqual({ 'sub/real': 'evidence' });
  expect(problems(end)).toEqual(['link dangling', 'device pipe', 'link sub/up', 'link to-file']);
});

it('reads names that are not UTF-8, spells them, and keeps the digest rule', async () => {
  const root = shop.path('bytes');
  mkdirSync(root);
  const raw = Buffer.concat([Buffer.from(`${root}/a`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(raw, 'x');
  writeFileSync(join(root, 'b~!%'), 'y');
  const { members, end } = await read(root);
  expect(texts(members)).toEqual({ 'a%FF%FE': 'x', 'b%7E%21%25': 'y' });
  const lines = `a%FF%FE\x001\0${hex(Buffer.from('x'))}\nb%7E%21%25\x001\0${hex(Buffer.from('y'))}\n`;
  expect(end.digest).toBe(`sha256:${hex(Buffer.from(lines))}`);
});

it('goes on when files vanish, turn into links, or may not be read', async () => {
  const root = shop.path('moving');
  mkdirSync(root);
  for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(root, name), name);
  const opened = await openArchive(root);
  if (!opened.ok) throw new Error('did not open');
  rmSync(join(root, 'b'));
  rmSync(join(root, 'c'));
  symlinkSync(shop.path('outside'), join(root, 'c'));
  const seen: string[] = [];
  for await (const member of opened.value.members) seen.push(member.path);
  expect(seen).toEqual(['a', 'd']);
  expect(problems(opened.value.end())).toEqual(['unreadable b', 'unreadable c']);
  const lines = ['a', 'd'].map((name) => `${name}\x001\0${hex(Buffer.from(name))}\n`).join('');
  expect(opened.value.end().digest).toBe(`sha256:${hex(Buffer.from(lines))}`);
});

it.skipIf(process.getuid?.() === 0)('records a folder that may not be listed, and fails on such a root', async () => {
  const root = shop.path('closed');
  mkdirSync(join(root, 'inner'), { recursive: true });
  chmodSync(join(root, 'inner'), 0);
  expect(problems((await read(root)).end)).toEqual(['unreadable inner']);
  const outcome = await digestArchive(join(root, 'inner'));
  expect(outcome.ok ? null : outcome.error.code).toBe('unreadable');
  chmodSync(join(root, 'inner'), 0o700);
});
