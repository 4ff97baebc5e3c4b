// Protects: a packed member is read as what it holds, an archive in the archive one level deep, and the case sees one set of members whatever the packing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveStopped, defaultLimits, digestArchive, type Limits } from '../../src/archive/index.ts';
import { endMark, entry, hex, problems, read, readBytes, texts, workshop } from './made.ts';
import { zip } from './made-zip.ts';

const shop = workshop();
afterAll(shop.remove);

const tarOf = (files: Readonly<Record<string, string | Buffer>>): Buffer =>
  Buffer.concat([...Object.entries(files).map(([path, body]) => entry({ path }, body)), endMark]);
const zipOf = (files: Readonly<Record<string, string | Buffer>>): Buffer =>
  zip(Object.entries(files).map(([name, body]) => ({ name, body })));
const zst = (body: string | Buffer): Buffer => zstdCompressSync(Buffer.from(body as string));
const gz = (body: string | Buffer): Buffer => gzipSync(body);
const line = '{"n":1}\n';

const inner = { 'audit.ndjson': line, 'logs/x.log.gz': gz('log') };
const files: Readonly<Record<string, string | Buffer>> = {
  'plain.ndjson': line,
  'a.ndjson.gz': gz(line),
  'b.ndjson': zst('by content, not by name'),
  'in.tar': tarOf(inner),
  'in.tar.gz': gz(tarOf(inner)),
  'in.tar.zst': zst(tarOf(inner)),
  'in.zip': zipOf(inner),
  'in.zip.gz': gz(zipOf(inner)),
  'empty.gz': gz(''),
  'hollow.tar.gz': gz(endMark),
  short: '\x1f\x8b',
};
const archives = ['in.tar', 'in.tar.gz', 'in.tar.zst', 'in.zip', 'in.zip.gz'];
const expected: Readonly<Record<string, string>> = {
  'plain.ndjson': line,
  'a.ndjson.gz': line,
  'b.ndjson': 'by content, not by name',
  'empty.gz': '',
  'hollow.tar.gz': endMark.toString('latin1'),
  short: Buffer.from('\x1f\x8b').toString('latin1'),
  ...Object.fromEntries(
    archives.flatMap((path) => [
      [`${path}!audit.ndjson`, line],
      [`${path}!logs/x.log.gz`, 'log'],
    ]),
  ),
};

it('gives the same members from a folder, tar, tar.gz, tar.zst and zip', async () => {
  const folder = shop.path('folder');
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  const packed: Readonly<Record<string, Buffer>> = {
    tar: tarOf(files),
    'tar.gz': gz(tarOf(files)),
    'tar.zst': zst(tarOf(files)),
    zip: zipOf(files),
  };
  for (const [form, bytes] of Object.entries(packed)) writeFileSync(shop.path(form), bytes);
  for (const form of ['folder', ...Object.keys(packed)]) {
    const { members, end } = await read(shop.path(form));
    expect(texts(members)).toEqual(expected);
    expect([end.hazards, end.form]).toEqual([[], form === 'folder' ? 'directory' : form]);
    expect(await digestArchive(shop.path(form))).toMatchObject({ ok: true, value: { digest: end.digest } });
    // What a manifest would say of them: the bytes as they lie there.
    const stored = Object.fromEntries(end.packed.map(({ path, bytes, sha256 }) => [path, { bytes, sha256 }]));
    for (const path of [...archives, 'a.ndjson.gz', 'b.ndjson', 'empty.gz', 'hollow.tar.gz']) {
      const body = Buffer.from(files[path] as string);
      expect(stored[path]).toEqual({ bytes: body.length, sha256: hex(body) });
    }
    expect(Object.keys(stored).filter((path) => path.includes('!'))).toEqual(
      expect.arrayContaining(archives.map((path) => `${path}!logs/x.log.gz`)),
    );
    expect(end.packed).toHaveLength(archives.length * 2 + 4);
  }
});

describe('levels', () => {
  it('opens one archive inside another and keeps a deeper one as bytes', async () => {
    const deepest = tarOf({ deep: 'x' });
    const middle = tarOf({ 'deep.tar.gz': gz(deepest), 'deep.zip': zipOf({ deep: 'x' }), note: 'read' });
    const { members, end } = await readBytes(shop.path('m'), zipOf({ 'mid.tar': middle, after: 'read' }));
    expect(members.map(({ path }) => path)).toEqual([
      'mid.tar!deep.tar.gz',
      'mid.tar!deep.zip',
      'mid.tar!note',
      'after',
    ]);
    expect(members[0]?.bytes.equals(deepest)).toBe(true);
    expect(problems(end)).toEqual(['nested_archive mid.tar!deep.tar.gz', 'nested_archive mid.tar!deep.zip']);
  });

  it('takes one compression away from a member, and no more', async () => {
    const { members, end } = await readBytes(shop.path('m'), tarOf({ 'a.gz.gz': gz(gz(line)) }));
    expect([members[0]?.bytes.equals(gz(line)), end.hazards]).toEqual([true, []]);
  });

  it('names the inner members by the outer ones', async () => {
    const { members, end } = await readBytes(
      shop.path('m'),
      Buffer.concat([
        entry({ path: 'x.tar' }, Buffer.concat([entry({ path: './a' }, '1'), entry({ path: 'a' }, '2'), endMark])),
        entry({ path: 'x.tar' }, tarOf({ '../a': '3', 'b!c': '4' })),
        endMark,
      ]),
    );
    expect(texts(members)).toEqual({
      'x.tar!a': '1',
      'x.tar!a~2': '2',
      'x.tar~2!../a': '3',
      'x.tar~2!b%21c': '4',
    });
    expect(problems(end)).toEqual(['duplicate_name x.tar!a~2', 'duplicate_name x.tar~2', 'parent_path x.tar~2!../a']);
  });
});

describe('damage', () => {
  it('gives what comes before a cut, in a member and in a nested archive, and reads the next member', async () => {
    const body = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `${(i * 48_271) % 65_537}\n`).join(''));
    const packed = gz(body);
    const bytes = Buffer.concat([
      entry({ path: 'cut.gz' }, packed.subarray(0, packed.length / 2)),
      entry({ path: 'in.tgz' }, gz(tarOf({ a: '1', b: body })).subarray(0, -2000)),
      entry({ path: 'in.zip' }, zipOf({ a: '1', b: '2' }).subarray(0, -30)),
      entry({ path: 'after' }, 'read'),
      endMark,
    ]);
    const { members, end } = await readBytes(shop.path('d'), bytes);
    expect(members.map(({ path }) => path)).toEqual([
      'cut.gz',
      'in.tgz!a',
      'in.tgz!b',
      'in.zip!a',
      'in.zip!b',
      'after',
    ]);
    for (const at of [0, 2]) {
      const { bytes: got, cut } = members[at] ?? { bytes: Buffer.alloc(0), cut: null };
      expect(got.length).toBeGreaterThan(1000);
      expect([body.subarray(0, got.length).equals(got), cut]).toEqual([true, 'the gzip stream breaks off']);
    }
    expect(problems(end)).toEqual(['cut cut.gz', 'cut in.tgz!b', 'cut in.tgz', 'damaged_header in.zip']);
  });

  it('gives the same bytes of a damaged member from a folder as from a tar', async () => {
    const body = Buffer.from(Array.from({ length: 90_000 }, (_, i) => `${(i * 48_271) % 65_537}\n`).join(''));
    const bad = gzipSync(body, { memLevel: 1 });
    bad.fill(0xff, bad.length / 2, bad.length / 2 + 12);
    mkdirSync(shop.path('bad'));
    writeFileSync(shop.path('bad/x.gz'), bad);
    const seen = [await read(shop.path('bad'))];
    const odd = entry({ path: 'odd' }, 'x'.repeat(777));
    for (const bytes of [Buffer.concat([odd, tarOf({ 'x.gz': bad })]), zipOf({ 'x.gz': bad })])
      for (const pack of [(plain: Buffer) => plain, gz, zst]) seen.push(await readBytes(shop.path('t'), pack(bytes)));
    const got = seen.map(({ members }) => members.find(({ path }) => path === 'x.gz'));
    expect(got[0]?.bytes.length).toBeGreaterThan(10_000);
    expect(new Set(got.map((member) => member?.sha256)).size).toBe(1);
  });
});

describe('limits', () => {
  it('count the decompressed bytes of members, and cut only the member that is too long', async () => {
    const limits = { ...defaultLimits, memberBytes: 4 };
    const bytes = tarOf({ 'a.gz': gz('123456'), 'b.tar': tarOf({ c: '123456', d: '1' }), e: '1' });
    const { members, end } = await readBytes(shop.path('l'), bytes, limits);
    expect(texts(members)).toEqual({ 'a.gz': '1234', 'b.tar!c': '1234', 'b.tar!d': '1', e: '1' });
    expect(problems(end)).toEqual(['limit a.gz', 'limit b.tar!c']);
  });

  it('stop what is packed in what is packed', async () => {
    const zeros = gz(Buffer.alloc(2 ** 28));
    for (const bytes of [gz(tarOf({ 'x.gz': zeros })), zipOf({ 'x.gz': zeros })]) {
      const read = (limits: Partial<Limits>) => readBytes(shop.path('l'), bytes, { ...defaultLimits, ...limits });
      await expect(read({ totalBytes: 2 ** 24 })).rejects.toThrow('--max-total-bytes');
      await expect(read({ ratio: 400 })).rejects.toThrow('--max-ratio');
    }
  });

  it('hold for names and numbers inside too', async () => {
    const bytes = tarOf({ 'in.tar': tarOf({ 'a/b/c': '1', d: '2' }), e: '3' });
    const { members, end } = await readBytes(shop.path('l'), bytes, { ...defaultLimits, depth: 2 });
    expect([texts(members), problems(end)]).toEqual([{ 'in.tar!d': '2', e: '3' }, ['limit in.tar!a/b/c']]);
    await expect(readBytes(shop.path('l'), bytes, { ...defaultLimits, members: 3 })).rejects.toThrow('--max-members');
  });
});

it('survives any damage of what is packed inside, and keeps the others', { timeout: 120_000 }, async () => {
  const packers: Readonly<Record<string, Buffer>> = {
    gz: gz('text '.repeat(40)),
    zst: zstdCompressSync(Buffer.from('text '.repeat(40)), { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    tgz: gz(tarOf({ a: 'a'.repeat(40), b: 'b' })),
    zip: zipOf({ a: 'a'.repeat(40), b: 'b' }),
  };
  const edit = fc.tuple(fc.nat(4000), fc.nat(255), fc.boolean());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(packers)),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(tarOf, zipOf),
      async (kind, edits, pack) => {
        let body = Buffer.from(packers[kind] ?? '');
        for (const [place, value, cut] of edits) {
          const at = place % Math.max(1, body.length);
          if (cut) body = body.subarray(0, at);
          else body[at] = (body[at] ?? 0) ^ (value || 1);
        }
        const bytes = pack({ before: 'before', x: body, after: 'after' });
        const outcome = await readBytes(shop.path('f'), bytes, { ...defaultLimits, totalBytes: 2 ** 26 }).catch(
          (error) => {
            if (!(error instanceof ArchiveStopped)) throw error;
          },
        );
        if (outcome === undefined) return;
        expect(texts(outcome.members)).toMatchObject({ before: 'before', after: 'after' });
        expect(outcome.end.digest).toBe(`sha256:${hex(bytes)}`);
      },
    ),
    { numRuns: 300 },
  );
});
