// Protects: every form opens by its content, gives the same members whatever it is packed in, and has the digest of formats.md 7.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as tar from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveStopped, digestArchive, openArchive } from '../../src/archive/index.ts';
import { endMark, entry, hex, openDescriptors, problems, read, readAll, readBytes, texts, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

const files: Record<string, Buffer> = {
  'manifest.json': Buffer.from('{"format":"inquest-archive"}'),
  'a.b': Buffer.from('before a/'),
  'a/b': Buffer.from('after a.b'),
  'a-b': Buffer.from('first of the three'),
  'logs/ünïcode €.log': Buffer.from('text\n'),
  'logs/\u{1F600}': Buffer.from('beyond U+FFFF'),
  'logs/\uFF5E': Buffer.from('before it by bytes, after it by code units'),
  'empty.ndjson': Buffer.alloc(0),
  'big.bin': Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)),
  [`deep/${'long-folder-name/'.repeat(12)}file`]: Buffer.from('a path that needs a pax header'),
};
const folder = shop.path('incident');
const byPath = (a: { path: string }, b: { path: string }): number =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));

beforeAll(async () => {
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  mkdirSync(join(folder, 'nothing-in-it'));
  await tar.create({ cwd: folder, file: shop.path('x.tar') }, ['.']);
  await tar.create({ cwd: folder, file: shop.path('x.tar.gz'), gzip: true }, ['.']);
});

describe('forms', () => {
  it('gives the same members from a folder, its tar and its tar.gz', async () => {
    const expected = Object.entries(files)
      .map(([path, bytes]) => ({ path, bytes, sha256: hex(bytes), cut: null }))
      .sort(byPath);
    const all = [
      [folder, 'directory'],
      [shop.path('x.tar'), 'tar'],
      [shop.path('x.tar.gz'), 'tar.gz'],
    ] as const;
    for (const [path, form] of all) {
      const { members, end, archive } = await read(path);
      expect([...members].sort(byPath)).toEqual(expected);
      expect(end.form).toBe(form);
      expect(end.hazards).toEqual([]);
      expect(archive.bytesRead()).toBe(archive.totalBytes);
    }
  });

  it('lists a folder in the order of its paths as bytes', async () => {
    const { members } = await read(folder);
    expect(members).toEqual([...members].sort(byPath));
    expect(members.slice(0, 3).map(({ path }) => path)).toEqual(['a-b', 'a.b', 'a/b']);
  });

  it('knows tars by content: v7, GNU, any name, several gzip segments', async () => {
    const v7 = Buffer.concat([entry({ path: 'old', magic: '' }, 'v7'), endMark]);
    const gnu = Buffer.concat([
      entry({ path: '././@LongLink', type: 'L', magic: 'ustar  \0' }, `${'n'.repeat(150)}\0`),
      entry({ path: 'short', magic: 'ustar  \0' }, 'gnu'),
      endMark,
    ]);
    expect(texts((await readBytes(shop.path('v7.json'), v7)).members)).toEqual({ old: 'v7' });
    expect(texts((await readBytes(shop.path('gnu'), gnu)).members)).toEqual({ ['n'.repeat(150)]: 'gnu' });
    const split = Buffer.concat([gzipSync(v7.subarray(0, 700)), gzipSync(Buffer.alloc(0)), gzipSync(v7.subarray(700))]);
    const { members, end } = await readBytes(shop.path('split.txt'), split);
    expect([texts(members), end.form, end.hazards]).toEqual([{ old: 'v7' }, 'tar.gz', []]);
  });

  it('opens a bare file, plain and gzipped with every optional header field', async () => {
    const body = Buffer.from('{"method":"GET"}\n');
    const plain = await readBytes(shop.path('requests.tar'), body);
    expect([texts(plain.members), plain.end.form]).toEqual([{ 'requests.tar': body.toString() }, 'file']);
    const zipped = gzipSync(body);
    const fields = Buffer.concat([Buffer.from([3, 0]), Buffer.from('abcname\0comment\0'), Buffer.from([9, 9])]);
    const full = Buffer.concat([zipped.subarray(0, 10), fields, zipped.subarray(10)]);
    full[3] = 2 | 4 | 8 | 16;
    const { members, end } = await readBytes(shop.path('r.ndjson.gz'), full);
    expect([texts(members), end.form, end.hazards]).toEqual([{ 'r.ndjson.gz': body.toString() }, 'file', []]);
  });

  it('takes what is empty as an archive without members', async () => {
    mkdirSync(shop.path('hollow/inner'), { recursive: true });
    expect((await read(shop.path('hollow'))).members).toEqual([]);
    const hollow = {
      nothing: Buffer.alloc(0),
      tar: endMark,
      tar20: Buffer.alloc(10_240),
      gz: gzipSync(''),
      targz: gzipSync(endMark),
    };
    for (const [name, bytes] of Object.entries(hollow)) {
      const { members, end } = await readBytes(shop.path(name), bytes);
      expect([name, members, end.hazards, end.digest]).toEqual([name, [], [], `sha256:${hex(bytes)}`]);
    }
  });

  it('reads a link that the person gave, and names a folder given with a slash or as a dot', async () => {
    symlinkSync(folder, shop.path('link'));
    expect((await read(shop.path('link'))).members).toHaveLength(Object.keys(files).length);
    expect((await read(`${folder}/`)).end.name).toBe('incident');
    expect((await read('test/archive/.')).end.name).toBe('.');
  });
});

describe('what cannot be opened', () => {
  it('says so of foreign forms, with a way out', async () => {
    const foreign = { xz: '\xfd7zXZ\0', bzip2: 'BZh91AY&SY' };
    for (const [name, magic] of Object.entries(foreign)) {
      writeFileSync(shop.path('foreign.tar.gz'), Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.alloc(600, 1)]));
      const outcome = await readAll(shop.path('foreign.tar.gz'));
      if (outcome.kind !== 'failed') throw new Error(`${name} opened`);
      expect(outcome.failure.code).toBe('unrecognised');
      expect(outcome.failure.why).toContain(name);
      expect(outcome.failure.next).toContain('Unpack it');
    }
  });

  it('says so of missing paths and of pipes, and never waits', async () => {
    execFileSync('mkfifo', [shop.path('pipe')]);
    for (const path of [shop.path('nowhere'), shop.path('pipe'), '/dev/null', shop.path('x.tar/below')]) {
      for (const outcome of [await openArchive(path), await digestArchive(path)]) {
        if (outcome.ok) throw new Error(`${path} opened`);
        expect(outcome.error.code).toBe('unreadable');
        expect(outcome.error.next).toBeTruthy();
      }
    }
  });

  it('stops with a failure when the file goes away between opening and reading', async () => {
    const path = shop.path('gone.tar');
    writeFileSync(path, Buffer.concat([entry({ path: 'a' }, 'x'), endMark]));
    const opened = await openArchive(path);
    if (!opened.ok) throw new Error('did not open');
    execFileSync('rm', [path]);
    const reading = (async () => {
      for await (const _ of opened.value.members);
    })();
    await expect(reading).rejects.toThrow(ArchiveStopped);
  });
});

describe('digests', () => {
  it('is of the bytes of a file, and of sorted lines for a folder', async () => {
    for (const name of ['x.tar', 'x.tar.gz']) {
      const bytes = readFileSync(shop.path(name));
      const { end } = await read(shop.path(name));
      expect([end.digest, end.bytes, end.name]).toEqual([`sha256:${hex(bytes)}`, bytes.length, name]);
      expect(await digestArchive(shop.path(name))).toEqual({
        ok: true,
        value: { digest: end.digest, bytes: end.bytes, name },
      });
    }
    const lines = Object.entries(files)
      .map(([path, body]) => Buffer.from(`${path}\0${body.length}\0${hex(body)}\n`))
      .sort((a, b) => Buffer.compare(a.subarray(0, a.indexOf(0)), b.subarray(0, b.indexOf(0))));
    const { end } = await read(folder);
    expect(end.digest).toBe(`sha256:${hex(Buffer.concat(lines))}`);
    expect(end.bytes).toBe(Object.values(files).reduce((sum, { length }) => sum + length, 0));
    expect(await digestArchive(folder)).toEqual({
      ok: true,
      value: { digest: end.digest, bytes: end.bytes, name: 'incident' },
    });
  });

  it('covers bytes after the end, which are told', async () => {
    const tarBytes = Buffer.concat([entry({ path: 'a' }, 'x'), endMark]);
    const cases = {
      'junk after tar': Buffer.concat([tarBytes, Buffer.from('junk')]),
      'junk after gzip': Buffer.concat([gzipSync(tarBytes), Buffer.from('junk')]),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      const { members, end } = await readBytes(shop.path(name), bytes);
      expect([texts(members), problems(end), end.digest]).toEqual([
        { a: 'x' },
        [`trailing_bytes ${name}`],
        `sha256:${hex(bytes)}`,
      ]);
    }
    const zeros = await readBytes(shop.path('zeros'), Buffer.concat([gzipSync(tarBytes), Buffer.alloc(100)]));
    expect(zeros.end.hazards).toEqual([]);
  });
});

describe('a reader that leaves early', () => {
  it('leaves nothing open, and members it does not read are passed over', async () => {
    const before = openDescriptors();
    for (const path of [folder, shop.path('x.tar'), shop.path('x.tar.gz')]) {
      for (const drain of [true, false]) {
        const opened = await openArchive(path);
        if (!opened.ok) throw new Error('did not open');
        for await (const member of opened.value.members) {
          if (drain) for await (const _ of member.chunks) break;
          break;
        }
        expect(() => opened.value.end()).toThrow('before its members ran out');
      }
      const unread = await openArchive(path);
      if (!unread.ok) throw new Error('did not open');
      const whole = await read(path);
      const seen: string[] = [];
      for await (const member of unread.value.members) {
        expect(() => member.end()).toThrow('before its chunks ran out');
        seen.push(member.path);
      }
      expect(seen).toEqual(whole.members.map((member) => member.path));
      expect(unread.value.end()).toEqual(whole.end);
    }
    await openArchive(shop.path('x.tar.gz'));
    expect(openDescriptors()).toBe(before);
  });
});
