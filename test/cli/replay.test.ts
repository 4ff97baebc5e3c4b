// Protects what scripts take from replay: expectations as exit codes, and traces and certificates as files that can be checked.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReplayDocument } from '../../src/diagnosis/index.ts';
import { runner, sampleFolder, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(join(folder, 'data'));
const expected = JSON.parse(readFileSync(join(sampleFolder, '../expected/agent-scope.json'), 'utf8')) as {
  causes: readonly { kind: string; entity: string }[];
  must_not_confirm: readonly { kind: string; entity: string }[];
};
const [cause] = expected.causes;
const name = `${cause?.kind}@${cause?.entity}`;

test('the cause is confirmed, with certificates whose digest is that of their bytes', async () => {
  const file = join(folder, 'verdict.ndjson');
  const run = await inquest(
    'replay',
    sampleFolder,
    '--cause',
    name,
    '--expect',
    'confirmed',
    '--certificate',
    file,
    '--json',
  );
  expect(run.code).toBe(0);
  const { what_ifs } = JSON.parse(run.out) as ReplayDocument;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(what_ifs.length).toBeGreaterThan(0);
  expect(lines.map((line) => `sha256:${createHash('sha256').update(line).digest('hex')}`)).toEqual(
    what_ifs.map((one) => one.certificate),
  );
});

test('an expectation that is not met is exit 1', async () => {
  expect((await inquest('replay', sampleFolder, '--cause', name, '--expect', 'refuted')).code).toBe(1);
  const run = await inquest('replay', sampleFolder, '--cause', 'agent_revoked@agent:nobody', '--expect', 'confirmed');
  expect(run.code).toBe(1);
  expect(run.out).toContain('no symptom has such a suspect');
});

test('no red herring is confirmed', async () => {
  const run = await inquest('replay', sampleFolder, '--all', '--json');
  const { what_ifs } = JSON.parse(run.out) as ReplayDocument;
  const confirmed = what_ifs
    .filter((one) => one.verdict === 'confirmed')
    .map((one) => `${one.cause.kind}@${one.cause.entity}`);
  for (const other of expected.must_not_confirm) expect(confirmed).not.toContain(`${other.kind}@${other.entity}`);
});

test('the trace holds the chain that the digest ends', async () => {
  const file = join(folder, 'trace.ndjson');
  const run = await inquest('replay', sampleFolder, '--trace', file, '--json');
  const { factual } = JSON.parse(run.out) as ReplayDocument;
  const last = JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '') as { head: string };
  expect(factual.digest).toBe(`sha256:${last.head}`);
});

test.each([
  [['--cause', 'credential_expird@credential:x'], /\(near: credential_expired/],
  [['--cause', 'credential_expired'], /not KIND@ENTITY/],
  [['--cause', name, '--all'], /not together/],
  [['--expect', 'confirmed'], /needs --cause or --all/],
  [['--all', '--expect', 'confirmd'], /\(near: confirmed\)/],
  [['--trace', '/dev/null/trace'], /\/dev\/null\/trace: cannot be written/],
  [['--all', '--certificate', '/dev/null/c'], /\/dev\/null\/c: cannot be written/],
])('%j is exit 2', async (flags, says) => {
  const run = await inquest('replay', sampleFolder, ...flags);
  expect(run.err).toMatch(says);
  expect(run.code).toBe(2);
});
