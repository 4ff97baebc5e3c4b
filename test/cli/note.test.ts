// Protects `inquest note`: a note is written, listed, shown with its record, found by filters, and removed.
import { expect, test } from 'vitest';
import { noteDocument } from '../../src/cli/documents/note-document.ts';
import { archive, request } from './archives.ts';
import { runner, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(folder);
const target = archive(folder, 'noted', { 'requests.ndjson': request(1) + request(2) });
const ref = `requests.ndjson@0+${request(1).length - 1}`;

test('from writing to removing', async () => {
  const added = await inquest(
    'note',
    target,
    `${ref}#1`,
    'rotated \u001b[31mby hand',
    '--tag',
    'suspect',
    '--tag',
    'b',
  );
  expect(added).toEqual({ code: 0, out: `   1  ${ref}  #suspect #b rotated ␛[31mby hand\n`, err: '' });
  await inquest('note', target, `requests.ndjson@${request(1).length}+${request(2).length - 1}`, '--tag', 'c');
  const listed = await inquest('note', target, '--json');
  const document = noteDocument.parse(JSON.parse(listed.out));
  expect(document.notes.map(({ id, n, tags }) => [id, n, tags])).toEqual([
    [1, 1, ['suspect', 'b']],
    [2, 2, ['c']],
  ]);
  expect((await inquest('show', target, ref)).out).toContain('NOTES       1 #suspect #b rotated ␛[31mby hand');
  const filtered = await inquest('timeline', target, '--where', 'tag:suspect OR is:noted -tag:c', '--json');
  expect(
    filtered.out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { ref: string }).ref),
  ).toEqual([ref]);
  expect(await inquest('note', target, '--rm', '1')).toEqual({ code: 0, out: '', err: 'Removed note 1.\n' });
  expect((await inquest('note', target)).out).toMatch(/^ {3}2 .* #c\n$/);
});

test.each([
  ['a record that is not there', ['requests.ndjson@1+2', 'x'], /no record begins there/],
  ['a tag of two words', [ref, '--tag', 'a b'], /^inquest: --tag a b: not a tag/],
  ['a tag of nothing', ['--tag', 'a'], /^inquest: REF: missing/],
  ['a note that is not there', ['--rm', '9'], /^inquest: --rm 9: no such note/],
  ['two things at once', [ref, '--rm', '1'], /stands alone/],
])('%s is an error', async (_name, args, message) => {
  const run = await inquest('note', target, ...args);
  expect(run.code).toBe(2);
  expect(run.err).toMatch(message);
});
