// Protects the reader of evidence: no byte of it moves a terminal, no secret of it is printed, no cell of it is a formula.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archive, request } from './archives.ts';
import { runner, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(join(folder, 'data'));

const attack = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202egnp\u200b\u{e0041}\u2028\u007f';
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvcCJ9.c2lnbmF0dXJlLW9mLXRoZS1zYW1wbGU';
const password = 'hunter2-is-not-enough';

const evil = archive(folder, 'evil', {
  'requests.ndjson':
    request(1, { path: `/x/${attack}`, error: { code: `=1+1${attack}`, message: attack } }) +
    request(2, {
      error: { code: 'unauthorized', message: `bearer ${token} refused` },
      headers: { Authorization: `Bearer ${token}` },
    }) +
    request(3, { caller: { kind: 'operator', id: attack }, database: { password } }),
  'audit.ndjson': `${JSON.stringify({
    ts: '2026-03-01T10:00:05Z',
    actor: { kind: 'operator', id: attack },
    action: `config.changed${attack}`,
    resource: { kind: attack, id: attack },
    details: { note: attack, api_key: password },
  })}\n`,
  'odd.ndjson': `${attack}\n`,
});

const harmful = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

const outputs: readonly (readonly string[])[] = [
  ['index', evil],
  ['index', evil, '--json'],
  ['timeline', evil],
  ['timeline', evil, '--json'],
  ['triage', evil],
  ['triage', evil, '--json'],
  ['show', evil, 'requests.ndjson@0+'],
  ['sql', evil, 'SELECT * FROM request'],
  ['sql', evil, 'SELECT * FROM audit', '--json'],
  ['sql', evil, 'SELECT ref, details, extra FROM audit'],
  ['sql', evil, 'SELECT extra FROM request', '--json'],
];

async function refs(): Promise<readonly string[]> {
  const run = await inquest('timeline', evil, '--json');
  return run.out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { ref: string }).ref);
}

test('nothing harmful and no secret reaches any output', async () => {
  const all = [...outputs.filter(([command]) => command !== 'show')];
  for (const ref of await refs()) all.push(['show', evil, ref], ['show', evil, ref, '--json']);
  for (const args of all) {
    const run = await inquest(...args);
    expect(run.code, args.join(' ')).toBe(0);
    expect(run.out + run.err, args.join(' ')).not.toMatch(harmful);
    expect(run.out, args.join(' ')).not.toContain(token);
    expect(run.out, args.join(' ')).not.toContain(password);
  }
});

test('--unmask shows the record as it stands, still without a control character', async () => {
  const [, second = ''] = await refs();
  const masked = await inquest('show', evil, second);
  expect(masked.out).toContain('--unmask');
  const bare = await inquest('show', evil, second, '--unmask');
  expect(bare.out).toContain(token);
  expect(bare.out).not.toMatch(harmful);
});

test('CSV holds no formula', async () => {
  const run = await inquest('sql', evil, 'SELECT error_code FROM request ORDER BY ts', '--csv');
  const [head, first = ''] = run.out.split('\r\n');
  expect(head).toBe('error_code');
  expect(first).toMatch(/^'=1\+1/);
  expect(run.out.replaceAll('\r\n', '')).not.toMatch(harmful);
});

test('an error that names evidence is harmless, too', async () => {
  for (const args of [
    ['show', evil, `${attack}@0+1`],
    ['sql', evil, `SELECT "${attack}" FROM nowhere`],
    ['timeline', evil, '--from', attack],
  ]) {
    const run = await inquest(...args);
    expect(run.code).toBe(2);
    expect(run.err).not.toMatch(harmful);
  }
});
