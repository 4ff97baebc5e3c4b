// Protects: what went in comes out: rows, events, references, raw bytes, coverage and damage, in an order no packing changes.
import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it, test } from 'vitest';
import { digestOf, sha256Hex } from '../../src/base/digest.ts';
import { openIncident } from '../../src/case/index.ts';
import { everyKind, folderOf, freshPath, opened, tarOf } from './archives.ts';

describe('a folder with a record of every kind', () => {
  it('gives the rows, events, links and bytes back', async () => {
    const reader = await opened(folderOf(everyKind));
    expect(reader.totals()).toEqual({ members: 13, records: 17, events: 14, gaps: 1, entities: 7 });
    expect(reader.notCaptured()).toEqual(['manifest', 'tuning']);
    expect([...reader.rows('request')].map(({ request_id, grp, ts }) => [request_id, grp, ts === null])).toEqual([
      ['req_1', 'agent', false],
      ['req_2', 'agent', false],
      ['req_3', 'auth', true],
    ]);
    const [first] = [...reader.rows('request')];
    expect(first?.extra).toEqual({ x: 1 });
    expect(reader.raw(first?.ref ?? '')?.toString()).toBe(everyKind['requests.ndjson']?.split('\n')[0]);
    const [rotated] = [...reader.rows('audit', { equals: { action: 'credential.rotated' } })];
    expect([rotated?.seq, rotated?.hash, rotated?.prev_hash]).toEqual(['18446744073709551615', '00FF', '00ff']);
    expect(reader.links(rotated?.n ?? 0).map(({ entity, reason }) => entity ?? reason)).toEqual([
      'credential:cr_1',
      'request_id',
    ]);
    const detail = reader.record([...reader.rows('job')][0]?.ref ?? '');
    expect(detail.ok && detail.value.rows.map(({ kind }) => kind)).toEqual(['job', 'attempt', 'call']);
    expect([...reader.rows('sample')].map(({ real, reset, labels }) => [real, reset, JSON.stringify(labels)])).toEqual([
      [5, false, '{"a":"1","b":"2"}'],
      [3, true, '{"a":"1","b":"2"}'],
    ]);
    expect([...reader.rows('snapshot')][0]).toMatchObject({ ts: 1_769_860_800_000_000, agent_id: 'ag_1' });
    expect([...reader.rows('probe')][0]).toMatchObject({ ok: false, failing_checks: ['db'] });
    expect(reader.state('agents')[0]).toMatchObject({
      key: 'ag_9',
      ref: expect.stringMatching(/^state\.json@\d+\+32$/),
    });
    expect(reader.entities().find(({ entity }) => entity === 'agent:ag_9')).toMatchObject({
      events: 0,
      state: 'offline',
    });
    expect(reader.entities().find(({ entity }) => entity === 'job:job_1')).toMatchObject({
      events: 4,
      state: 'dead_letter',
    });
    expect(reader.coverage('requests')).toEqual([
      {
        member: 'requests.ndjson',
        from: 1_769_860_800_500_000,
        to: 1_769_860_801_000_000,
        declared: false,
        partial: false,
        gaps: 0,
      },
    ]);
    expect(reader.gaps()).toMatchObject([{ reason: 'not_json', ref: expect.stringMatching(/^audit\.ndjson@/) }]);
    expect(Object.fromEntries(reader.lines())).toMatchObject({
      'audit.ndjson': { total: 3, blank: 0 },
      'requests.ndjson': { total: 3, blank: 0 },
      'metrics/api/1769860800000.prom': { total: 2, blank: 1 },
    });
    for (const { path, records, gaps } of reader.members()) {
      const count = reader.lines().get(path);
      if (count !== undefined) expect([path, records + gaps + count.blank]).toEqual([path, count.total]);
    }
    expect(reader.captureTime()).toBe(1_769_864_400_000_000);
    reader.close();
  });

  it('closes while rows are still being walked', async () => {
    const reader = await opened(folderOf(everyKind));
    reader.rows('request').next();
    const result = reader.sql('SELECT n FROM event');
    if (result.ok) result.value.rows.next();
    expect(() => reader.close()).not.toThrow();
  });
});

describe('order', () => {
  it('is time, member path, offset: for a folder and for tars of any order, page by page, both ways', async () => {
    const folder = folderOf(everyKind);
    const names = Object.keys(everyKind);
    const plain = await opened(folder);
    const all = plain.events({ limit: 100 });
    const refs = all.map(({ ref, kind }) => `${kind} ${ref}`);
    const keys = all.map(({ ts, ref }) => [ts ?? Infinity, ref.slice(0, ref.lastIndexOf('@'))] as const);
    for (let i = 1; i < keys.length; i++) {
      const [a, b] = [keys[i - 1], keys[i]];
      expect((a?.[0] ?? 0) < (b?.[0] ?? 0) || (a?.[0] === b?.[0] && (a?.[1] ?? '') <= (b?.[1] ?? ''))).toBe(true);
    }
    for (const order of [names, [...names].reverse(), [...names].sort()]) {
      const reader = await opened(await tarOf(folder, order));
      expect(reader.digest).toBe(plain.digest);
      for (const backwards of [false, true]) {
        const paged: string[] = [];
        for (let after: { n: number; kind: (typeof all)[number]['kind'] } | undefined; ; ) {
          const page = reader.events({ limit: 2, backwards, ...(after === undefined ? {} : { after }) });
          if (page.length === 0) break;
          paged.push(...page.map(({ ref, kind }) => `${kind} ${ref}`));
          after = page.at(-1);
        }
        expect(paged).toEqual(backwards ? [...refs].reverse() : refs);
      }
      reader.close();
    }
    plain.close();
  });

  it('holds for thousands of records of one time, in two members', async () => {
    const lines = (from: number): string =>
      Array.from(
        { length: 6_000 },
        (_, i) => `{"ts":"2026-01-31T12:00:00Z","method":"GET","path":"/${from + i}","status":200}\n`,
      ).join('');
    const folder = folderOf({ 'b/requests.ndjson': lines(6_000), 'a/requests.ndjson': lines(0) });
    const reader = await opened(await tarOf(folder, ['b/requests.ndjson', 'a/requests.ndjson']));
    expect([...reader.rows('request')].map(({ path }) => path)).toEqual(
      Array.from({ length: 12_000 }, (_, i) => `/${i}`),
    );
    reader.close();
  });
});

it('the digest follows the documented rule, counted independently', async () => {
  const reader = await opened(folderOf({ 'b.txt': 'b', 'a/ä.txt': '' }));
  const lines = [`a/ä.txt\0${0}\0${sha256Hex('')}\n`, `b.txt\0${1}\0${sha256Hex('b')}\n`];
  expect(reader.digest).toBe(digestOf(`inquest-case/1\n${lines.join('')}`));
  reader.close();
});

describe('the manifest', () => {
  const audit = everyKind['audit.ndjson'] ?? '';
  const entry = (extra: object) => ({
    path: 'audit.ndjson',
    bytes: Buffer.byteLength(audit),
    sha256: sha256Hex(audit),
    complete: true,
    covers: { from: '2026-01-31T11:00:00Z', to: '2026-01-31T14:00:00Z' },
    ...extra,
  });
  const manifest = (files: object[]) =>
    JSON.stringify({ format: 'inquest-archive', version: 1, captured_at: '2026-01-31T13:30:00Z', files });

  it('is believed where the digest matches', async () => {
    const reader = await opened(
      folderOf({ 'audit.ndjson': audit, 'manifest.json': manifest([entry({ host: 'db-1' })]) }),
    );
    expect(reader.integrity()).toEqual([]);
    expect(reader.coverage('audit')).toMatchObject([{ declared: true, from: 1_769_857_200_000_000, gaps: 1 }]);
    expect(reader.members()[0]).toMatchObject({ host: 'db-1', complete: true });
    reader.close();
  });

  it('is told where it disagrees', async () => {
    const reader = await opened(
      folderOf({
        'audit.ndjson': audit,
        'extra.txt': 'x',
        'manifest.json': manifest([entry({ sha256: '00' }), { path: 'gone.ndjson' }]),
      }),
    );
    expect(reader.integrity().map(({ path, problem }) => `${path} ${problem.split(':')[0]}`)).toEqual([
      'audit.ndjson digest_mismatch',
      'extra.txt unlisted',
      'gone.ndjson missing',
    ]);
    expect(reader.coverage('audit')).toMatchObject([{ declared: false }]);
    reader.close();
  });
});

describe('the case file', () => {
  it('is used again, also under another name, and only its owner can read it', async () => {
    const folder = folderOf(everyKind);
    const data = freshPath('data');
    const first = await opened(folder, { dataDir: data });
    const written = statSync(first.path);
    expect(written.mode & 0o077).toBe(0);
    first.close();
    const second = await opened(folder, { dataDir: data });
    expect(statSync(second.path).ino).toBe(written.ino);
    expect(readdirSync(join(data, 'cases'))).toHaveLength(1);
    second.close();
  });

  it('stands alone elsewhere, and opens as an archive does', async () => {
    const folder = folderOf(everyKind);
    const file = freshPath('my.case');
    const reader = await opened(folder, { caseFile: file });
    const { digest } = reader;
    reader.close();
    const copy = freshPath('copied');
    copyFileSync(file, copy);
    const again = await opened(copy);
    expect(again.digest).toBe(digest);
    expect(again.raw('logs/worker.log@0+28')?.toString()).toBe('2026-01-31T12:00:01Z INFO up');
    again.close();
  });

  it('from elsewhere is refused when it is foreign, altered or damaged', async () => {
    const foreign = freshPath('foreign.sqlite');
    new Database(foreign).exec('CREATE TABLE t (x)').close();
    const file = freshPath('altered');
    (await opened(folderOf(everyKind), { caseFile: file })).close();
    const altered = new Database(file);
    altered.exec('CREATE TRIGGER evil AFTER INSERT ON t_note BEGIN SELECT 1; END');
    altered.close();
    const damaged = freshPath('damaged');
    (await opened(folderOf(everyKind), { caseFile: damaged })).close();
    truncateSync(damaged, 40_000);
    for (const path of [foreign, file, damaged]) {
      const result = await openIncident([path]);
      expect(result.ok ? 'opened' : result.error.code).toBe('case_invalid');
    }
  });

  it('a cached case that is damaged is built anew', async () => {
    const folder = folderOf(everyKind);
    const data = freshPath('data');
    const first = await opened(folder, { dataDir: data });
    first.close();
    writeFileSync(first.path, 'SQLite format 3\0rubbish');
    const second = await opened(folder, { dataDir: data });
    expect(second.totals().records).toBe(17);
    second.close();
  });

  it('keeps findings and causes beside the evidence, or in memory where it may not be written', async () => {
    const reader = await opened(folderOf(everyKind));
    const finding = {
      id: 'f1',
      rule: 'r',
      category: 'auth',
      severity: 'high',
      title: 't',
      summary: 's',
      first_ts: 1,
      last_ts: 2,
      count: 1,
      entities: ['agent:a'],
      refs: ['x@0+1'],
      body: { big: 2n ** 64n },
    };
    const titles = () => {
      const result = reader.sql('SELECT title, body FROM finding ORDER BY id');
      return result.ok ? [...result.value.rows] : result.error;
    };
    reader.writeFindings([finding]);
    expect(titles()).toEqual([['t', '{"big":18446744073709551616}']]);
    reader.close();
  });

  it('an unwritable folder is a failure that says where and what to do', async () => {
    const data = freshPath('data');
    writeFileSync(data, 'a file, no folder');
    const result = await openIncident([folderOf(everyKind)], { dataDir: data });
    expect(result).toMatchObject({ ok: false, error: { code: 'disk', next: expect.stringContaining('--case') } });
    chmodSync(dirname(data), 0o700);
  });

  it('an interrupted build leaves nothing', async () => {
    const data = freshPath('data');
    const abort = new AbortController();
    abort.abort();
    const result = await openIncident([folderOf(everyKind)], { dataDir: data, signal: abort.signal });
    expect(result).toMatchObject({ ok: false, error: { code: 'interrupted' } });
    expect(readdirSync(join(data, 'cases'))).toEqual([]);
  });

  it('a foreign file is never overwritten by --case', async () => {
    const file = freshPath('precious.txt');
    writeFileSync(file, 'precious');
    const result = await openIncident([folderOf(everyKind)], { caseFile: file });
    expect(result).toMatchObject({ ok: false, error: { code: 'usage' } });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });
});

it('counts entities beyond the table of symbols, and finds their records', { timeout: 60_000 }, async () => {
  const many = 265_000;
  const lines = Array.from(
    { length: many },
    (_, i) =>
      `{"ts":"2026-01-31T12:00:00Z","method":"GET","path":"/","status":200,"caller":{"kind":"api_key","id":"${i}"}}\n`,
  );
  const reader = await opened(folderOf({ 'requests.ndjson': lines.join('') }));
  expect(reader.totals().entities).toBe(many);
  for (const id of ['0', String(many - 1)]) {
    expect([...reader.rows('request', { equals: { caller_id: id } })].map(({ caller_id }) => caller_id)).toEqual([id]);
    expect(reader.events({ limit: 9, entity: `caller:${id}` })).toHaveLength(1);
  }
  reader.close();
});

describe('sql', () => {
  it.each([
    ['DELETE FROM t_member', /only SELECT/],
    ["ATTACH 'x' AS y", /only SELECT/],
    ['PRAGMA user_version', /only SELECT/],
    ['SELECT missing_one FROM event', /no such column: missing_one/],
    ['WITH x AS (SELECT 1) DELETE FROM t_member', /read/],
  ])('%s is refused with a reason', async (query, why) => {
    const reader = await opened(folderOf({ 'audit.ndjson': everyKind['audit.ndjson'] ?? '' }));
    const result = reader.sql(query);
    expect(result.ok ? '' : result.error.why).toMatch(why);
    reader.close();
  });
});

test('an archive that was read is known again until it changes, be it in one byte and with its old times', async () => {
  const folder = folderOf({
    'audit.ndjson': '{"ts":"2026-01-31T12:00:00Z","action":"x","resource":{"kind":"k","id":"1"}}\n',
  });
  const file = await tarOf(folder, ['audit.ndjson'], false);
  const old = new Date(1_600_000_000_000);
  utimesSync(file, old, old);
  const dataDir = freshPath('data');
  const remembered = (): number => readdirSync(join(dataDir, 'files')).length;
  const first = await opened(file, { dataDir });
  expect(remembered()).toBe(0);
  const { digest } = first;
  first.close();
  // What was written a moment ago may change again unseen.
  await setTimeout(2_100);
  for (let time = 0; time < 2; time += 1) {
    const again = await opened(file, { dataDir });
    expect([again.digest, remembered()]).toEqual([digest, 1]);
    again.close();
  }
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('"x"') + 1] = 'y'.charCodeAt(0);
  writeFileSync(file, bytes);
  utimesSync(file, old, old);
  const changed = await opened(file, { dataDir });
  expect(changed.digest).not.toBe(digest);
  changed.close();
});
