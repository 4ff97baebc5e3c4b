// Protects dialects as part of a case: another dialect is another case, the digest says so, and what was read how is kept.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import { readDialects, type UserDialect } from '../../src/evidence/index.ts';
import { folderOf, freshPath, opened } from './archives.ts';

const text = (name: string, rest = ''): string =>
  `dialect: 1\nname: ${name}\nrecords: {requests: {when: {has: [verb]}, fields: {method: verb, path: url, status: code}}}\n${rest}`;

async function dialects(...texts: readonly string[]): Promise<readonly UserDialect[]> {
  const read = await readDialects(texts.map((one, at) => ({ name: `${at}.yaml`, bytes: Buffer.from(one) })));
  if (!read.ok) throw new Error(read.error.why);
  return read.value;
}

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');
const log = '{"ts":"2026-01-31T12:00:00Z","verb":"GET","url":"/v1/x","code":403,"extra":1}\n';
const files = { 'access.ndjson': log, 'metrics/api/1.prom': 'a_total 1\n' };

test('the digest names each dialect after the members, in the order given', async () => {
  const folder = folderOf(files);
  const data = freshPath('data');
  const [a, b] = [text('a'), text('b')];
  const members = `access.ndjson\0${log.length}\0${sha256(log)}\nmetrics/api/1.prom\0${10}\0${sha256('a_total 1\n')}\n`;
  const digestOf = (...texts: readonly string[]): string =>
    `sha256:${sha256(`inquest-case/1\n${members}${texts.map((one, at) => `dialect\0${'ab'[at]}\0${sha256(one)}\n`).join('')}`)}`;
  const plain = await opened(folder, { dataDir: data });
  const one = await opened(folder, { dataDir: data, dialects: await dialects(a) });
  const two = await opened(folder, { dataDir: data, dialects: await dialects(a, b) });
  expect([plain.digest, one.digest, two.digest]).toEqual([digestOf(), digestOf(a), digestOf(a, b)]);
  expect([plain.count('request'), one.count('request')]).toEqual([0, 1]);
  const again = await opened(folder, { dataDir: data, dialects: await dialects(a) });
  expect(again.path).toBe(one.path);
  const other = await opened(folder, { dataDir: data, dialects: await dialects(text('a', '# other bytes\n')) });
  expect(other.digest).not.toBe(one.digest);
});

test('it is known which rule read what, and the original bytes stay', async () => {
  const reader = await opened(folderOf(files), { dialects: await dialects(text('a'), text('b')) });
  expect(reader.dialects()).toEqual([
    { name: 'a', sha256: sha256(text('a')), records: 1, hits: 0 },
    { name: 'b', sha256: sha256(text('b')), records: 0, hits: 0 },
  ]);
  expect(reader.readings().get('access.ndjson')).toEqual([
    { kind: 'requests', dialect: 'a', by: 'content', test: 'has verb', records: 1 },
  ]);
  expect(reader.readings().get('metrics/api/1.prom')).toMatchObject([
    { kind: 'metrics', dialect: 'byteor', records: 1 },
  ]);
  const [row] = [...reader.rows('request')];
  expect(row).toMatchObject({ method: 'GET', path: '/v1/x', status: 403, extra: { extra: 1 } });
  expect(reader.raw(row?.ref ?? '')?.toString()).toBe(log.trimEnd());
});

test('a case file opens as it was read, and not in another dialect', async () => {
  const caseFile = freshPath('x.inquest');
  const folder = folderOf(files);
  const own = await dialects(text('a'));
  (await opened(folder, { caseFile, dialects: own })).close();
  const given = await opened(caseFile);
  expect(given.dialects()).toMatchObject([{ name: 'a' }]);
  expect((await opened(caseFile, { dialects: own })).digest).toBe(given.digest);
  for (const paths of [[caseFile], [folder]]) {
    const result = await openIncident(paths, { caseFile, dialects: await dialects(text('b')) });
    expect(result.ok ? '' : `${result.error.code}: ${result.error.why}`).toMatch(/^usage: .*read in other dialects$/);
  }
});
