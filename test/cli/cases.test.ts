// Protects `inquest cases`: what is stored, by what it was made of, and that removing takes the cases that were named and no other.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casesDocument } from '../../src/cli/documents/listing-documents.ts';
import { archive, request } from './archives.ts';
import { runner, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(folder);
const first = archive(folder, 'first\u001b[31m', { 'requests.ndjson': request(1) });
const second = archive(folder, 'second', { 'requests.ndjson': request(2) });

test('some are listed, one is removed, then all', async () => {
  await inquest('note', first, `requests.ndjson@0+${request(1).length - 1}`, 'x');
  await inquest('index', second);
  const listed = await inquest('cases');
  expect(listed.out).toMatch(
    /^sha256:[0-9a-f]{64} +[\d.]+ .iB {2}second\nsha256:[0-9a-f]{64} +[\d.]+ .iB {2}first%1B\[31m {2}\(1 note\)\n$/,
  );
  const { cases } = casesDocument.parse(JSON.parse((await inquest('cases', 'list', '--json')).out));
  expect(cases.map(({ archives, notes }) => [archives, notes])).toEqual([
    [['second'], 0],
    [['first%1B[31m'], 1],
  ]);
  const [newer, older] = cases;
  expect((await inquest('cases', 'rm', newer?.digest ?? '')).err).toBe('Removed 1 case.\n');
  expect([existsSync(newer?.path ?? ''), existsSync(older?.path ?? '')]).toEqual([false, true]);
  writeFileSync(older?.path ?? '', 'no case any more');
  expect((await inquest('cases')).out).toContain('(built anew when it is opened)');
  expect((await inquest('cases', 'rm', '--all')).code).toBe(0);
  expect(readdirSync(join(folder, 'cases'))).toEqual([]);
});
