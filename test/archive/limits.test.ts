// Protects: a limit on the archive stops it with a failure that names the flag; a limit on a member costs that member only.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { ArchiveStopped, defaultLimits, type Limits, limitFlags } from '../../src/archive/index.ts';
import {
  endMark,
  entry,
  header,
  hex,
  openDescriptors,
  problems,
  read,
  readAll,
  readBytes,
  texts,
  workshop,
} from './made.ts';

const shop = workshop();
afterAll(shop.remove);

async function failureOf(path: string, limits: Limits): Promise<{ code: string; why: string; next: string }> {
  try {
    const outcome = await readAll(path, limits);
    if (outcome.kind === 'failed') return { next: '', ...outcome.failure };
  } catch (error) {
    if (error instanceof ArchiveStopped) return { next: '', ...error.failure };
    throw error;
  }
  throw new Error('was not stopped');
}

const three = Buffer.concat([
  entry({ path: 'a' }, 'aaaa'),
  entry({ path: 'b' }, 'bbbbbbbb'),
  entry({ path: 'c' }, 'c'),
  endMark,
]);

it('stops the whole archive, names limit, value and flag, and closes the file', async () => {
  const before = openDescriptors();
  const bomb = gzipSync(Buffer.concat([header({ path: 'zeros', size: 2 ** 27 }), Buffer.alloc(2 ** 27)]));
  const hits: [keyof Limits, number, Buffer][] = [
    ['members', 2, three],
    ['members', 2, gzipSync(three)],
    ['totalBytes', 1000, three],
    ['totalBytes', 2 ** 20, bomb],
    ['ratio', 500, bomb],
  ];
  for (const [limit, value, bytes] of hits) {
    writeFileSync(shop.path('x'), bytes);
    const failure = await failureOf(shop.path('x'), { ...defaultLimits, [limit]: value });
    expect(failure.code).toBe('limit');
    expect(failure.why).toContain(String(value));
    expect(failure.why).toContain(limitFlags[limit]);
    expect(failure.next).toContain(limitFlags[limit]);
  }
  expect(openDescriptors()).toBe(before);
});

it('lets a dense but small archive pass', async () => {
  const bytes = gzipSync(Buffer.concat([entry({ path: 'zeros' }, Buffer.alloc(2 ** 22)), endMark]));
  expect((await readBytes(shop.path('dense'), bytes, { ...defaultLimits, ratio: 2 })).end.hazards).toEqual([]);
});

it('cuts only the member that is too long, to the byte, and keeps the digest', async () => {
  const limits = { ...defaultLimits, memberBytes: 4 };
  const folder = shop.path('folder');
  mkdirSync(folder);
  for (const [name, body] of [
    ['a', 'aaaa'],
    ['b', 'bbbbbbbb'],
    ['c', 'c'],
  ] as const)
    writeFileSync(join(folder, name), body);
  writeFileSync(shop.path('t.tar'), three);
  for (const path of [folder, shop.path('t.tar')]) {
    const { members, end } = await read(path, limits);
    expect(texts(members)).toEqual({ a: 'aaaa', b: 'bbbb', c: 'c' });
    expect(members.map(({ cut }) => cut?.includes('--max-member-bytes') ?? null)).toEqual([null, true, null]);
    expect(problems(end)).toEqual(['limit b']);
    expect(end.digest).toBe((await read(path)).end.digest);
  }
  expect((await readBytes(shop.path('single'), Buffer.from('123456'), limits)).members[0]?.sha256).toBe(
    hex(Buffer.from('1234')),
  );
});

it('skips members whose path is too long or too deep', async () => {
  const limits = { ...defaultLimits, pathLength: 10, depth: 3 };
  const bytes = Buffer.concat([
    entry({ path: 'abcdefghijk' }, '1'),
    entry({ path: 'a/b/c/d' }, '2'),
    entry({ path: 'a/b/c' }, '3'),
    endMark,
  ]);
  const { members, end } = await readBytes(shop.path('paths'), bytes, limits);
  expect(texts(members)).toEqual({ 'a/b/c': '3' });
  expect(problems(end)).toEqual(['limit abcdefghijk', 'limit a/b/c/d']);
  expect(end.hazards[0]?.detail).toContain('--max-path-length');

  const deep = shop.path('deep');
  mkdirSync(join(deep, 'a/b/c'), { recursive: true });
  writeFileSync(join(deep, 'a/b/f'), '3');
  writeFileSync(join(deep, 'a/b/c/f'), '4');
  const walked = await read(deep, limits);
  expect([texts(walked.members), problems(walked.end)]).toEqual([{ 'a/b/f': '3' }, ['limit a/b/c']]);
});

it('counts the entries of a folder', async () => {
  expect((await failureOf(shop.path('folder'), { ...defaultLimits, members: 2 })).code).toBe('limit');
});
