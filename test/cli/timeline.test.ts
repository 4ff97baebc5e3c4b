// Protects `inquest timeline`: each flag and the filter narrow the same list, and pages put together are the whole.
import { expect, test } from 'vitest';
import { fieldNames } from '../../src/timeline/filter/fields.ts';
import { severalParts } from '../timeline/several-parts.ts';
import { archive } from './archives.ts';
import { runner, sampleFolder, start, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(folder);
const several = archive(folder, 'several', severalParts);

interface Line {
  readonly ref: string;
  readonly ts: string | null;
  readonly kind: string;
}
const linesOf = async (target: string, ...flags: readonly string[]): Promise<readonly Line[]> => {
  const run = await inquest('timeline', target, '--json', ...flags);
  expect(run.err).toBe('');
  expect(run.code).toBe(0);
  return run.out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
};

test('a page goes on after the last line of the one before, also after a part of a record', async () => {
  const whole = await linesOf(several);
  const part = whole.findIndex(({ ref }) => /^jobs\.ndjson@\d+\+\d+#\d$/.test(ref));
  const first = await linesOf(several, '--limit', String(part + 1));
  const ref = first.at(-1)?.ref ?? '';
  expect(ref).toBe(whole[part]?.ref);
  expect([...first, ...(await linesOf(several, '--after', ref))]).toEqual(whole);
});

test('every flag is short for a filter', async () => {
  const pairs: readonly (readonly [readonly string[], string])[] = [
    [
      [
        '--from',
        '+1s',
        '--to',
        '12:05',
        '--kind',
        'request,audit,job',
        '--entity',
        'job:job_1',
        '--where',
        '-agent:ag_1',
      ],
      '-agent:ag_1 after:+1s before:12:05 kind:request,audit,job entity:job:job_1',
    ],
  ];
  for (const [flags, filter] of pairs) {
    const found = await linesOf(several, ...flags);
    expect(found.length).toBeGreaterThan(0);
    expect(await linesOf(several, '--where', filter)).toEqual(found);
  }
});

test('a page around a time has half of its events before it', async () => {
  const audits = await linesOf(sampleFolder, '--kind', 'audit');
  const at = 30;
  const time = audits[at]?.ts ?? '';
  const before = audits.filter(({ ts }) => (ts ?? '') < time).length;
  const page = await linesOf(sampleFolder, '--kind', 'audit', '--around', time);
  expect(page).toEqual(audits.slice(before - 20, before + 20));
  const early = await linesOf(sampleFolder, '--kind', 'audit', '--around', audits[1]?.ts ?? '', '--limit', '5');
  expect(early).toEqual(audits.slice(0, 1 + 3));
});

test('text has the references by which it goes on', async () => {
  const run = await inquest('timeline', several, '--where', 'kind:attempt', '--limit', '2');
  expect(run.out.split('\n')[0]).toBe('2026-01-31 UTC');
  const hint = /--after '([^']+)'/.exec(run.err)?.[1] ?? '';
  expect(run.out.trimEnd().endsWith(hint)).toBe(true);
});

test('a filter that cannot be read is shown with a caret below the place', async () => {
  const run = await inquest('timeline', several, '--where', '"no route" é 日 statsu:200');
  expect(run).toEqual({
    code: 2,
    out: '',
    err: `inquest: filter: column 16: unknown field "statsu" (near: status, state)\n"no route" é 日 statsu:200\n${' '.repeat(16)}^\n`,
  });
});

test.each([
  ['two pages at once', ['--after', 'requests.ndjson@0+9', '--around', '12:00'], /not together with --around/],
  ['a time that is none', ['--around', 'noon'], /^inquest: --around noon: not a time/],
])('%s is an error', async (_name, flags, message) => {
  const run = await inquest('timeline', several, ...flags);
  expect(run.code).toBe(2);
  expect(run.err).toMatch(message);
});

test('the help names every field', async () => {
  const run = await inquest('timeline', '--help');
  const words = new Set(run.out.split(/[\s,.]+/));
  expect(fieldNames.filter((name) => !words.has(name))).toEqual([]);
});

test('a search also finds what is no event, after the events, and goes on there', async () => {
  const target = archive(folder, 'searched', {
    ...severalParts,
    'notes.txt': 'nothing\nthe agent ag_1 was restarted\nag_1 again, ag_10 too\n',
  });
  const whole = await linesOf(target, '--search', 'ag_1');
  const events = ['snapshot', 'request', 'request'];
  const others = ['document', 'document', 'document', 'unrecognised', 'unrecognised'];
  expect(whole.map(({ kind }) => kind)).toEqual([...events, ...others]);
  const first = await linesOf(target, '--search', 'ag_1', '--limit', '7');
  expect([...first, ...(await linesOf(target, '--search', 'ag_1', '--after', first.at(-1)?.ref ?? ''))]).toEqual(whole);
  expect(await linesOf(target, '--search', 'ag_1', '--kind', 'request,audit')).toEqual(whole.slice(1, 3));
  const text = await inquest('timeline', target, '--search', 'ag_1');
  expect(text.out).toMatch(
    /beside the timeline\n(?:.*document .*\n){3}.*the agent ag_1 was restarted {2}notes\.txt@8\+28\n/,
  );
  const nothing = await inquest('timeline', target, '--search', 'nowhere', '--progress', 'plain');
  expect(nothing).toEqual({ code: 0, out: '', err: 'Nothing holds these words.\n' });
});

test('an interrupt ends it with 130, also while nobody reads what it writes', async () => {
  const child = start(['timeline', sampleFolder, '--json'], { INQUEST_DATA: folder });
  const code = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await new Promise<void>((resolve) => child.stdout?.once('readable', () => resolve()));
  child.kill('SIGINT');
  expect(await code).toBe(130);
});
