// Protects what an archive is known by: its case is found again by its bytes, whether or not they were read to look for it.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, freshPath, opened, tarOf } from './archives.ts';

const line = (action: string): string =>
  `{"ts":"2026-01-31T12:00:00Z","action":"${action}","resource":{"kind":"k","id":"1"}}\n`;

test('a copy under another name is the same case, and an archive of as many bytes is another', async () => {
  const dataDir = freshPath('data');
  const [file, alike] = await Promise.all(
    ['x', 'y'].map((action) => tarOf(folderOf({ 'audit.ndjson': line(action) }), ['audit.ndjson'], false)),
  );
  if (file === undefined || alike === undefined) throw new Error('two archives');
  expect(statSync(alike).size).toBe(statSync(file).size);
  const first = await opened(file, { dataDir });
  first.close();
  const made = statSync(first.path).ino;

  const copy = freshPath('another.tar');
  copyFileSync(file, copy);
  const again = await opened(copy, { dataDir });
  again.close();
  expect([again.path, statSync(again.path).ino]).toEqual([first.path, made]);

  const other = await opened(alike, { dataDir });
  other.close();
  expect(other.digest).not.toBe(first.digest);
  expect(readdirSync(join(dataDir, 'cases'))).toHaveLength(2);
});

test('where nothing says how many bytes a case was made of, the archive is read for its digest', async () => {
  const dataDir = freshPath('data');
  const file = await tarOf(folderOf({ 'audit.ndjson': line('x') }), ['audit.ndjson'], false);
  const first = await opened(file, { dataDir });
  first.close();
  const made = statSync(first.path).ino;
  const [pointer] = readdirSync(join(dataDir, 'archives')).map((name) => join(dataDir, 'archives', name));
  if (pointer === undefined) throw new Error('a pointer');
  const [digest] = readFileSync(pointer, 'utf8').split('\n');
  writeFileSync(pointer, `${digest}`);
  const again = await opened(file, { dataDir });
  again.close();
  expect(statSync(again.path).ino).toBe(made);
});

test('a case file of its own is made once, and found again', async () => {
  const dataDir = freshPath('data');
  const caseFile = freshPath('own.inquest');
  const file = await tarOf(folderOf({ 'audit.ndjson': line('x') }), ['audit.ndjson']);
  const first = await opened(file, { dataDir, caseFile });
  first.close();
  const made = statSync(caseFile).ino;
  const again = await opened(file, { dataDir, caseFile });
  again.close();
  expect([again.digest, statSync(caseFile).ino]).toEqual([first.digest, made]);
});
