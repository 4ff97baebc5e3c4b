// Protects what makes answers fast: it finds every row that is wanted, and a case without it answers the same.
import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type Entity, splitEntity } from '../../src/base/entity.ts';
import { eventKinds } from '../../src/base/vocabulary.ts';
import { blocksWith, createBlockWords } from '../../src/case/accelerators/block-words.ts';
import { bucketSeconds, createBucketWriter, openBuckets } from '../../src/case/accelerators/buckets.ts';
import { countEntities, createHitWriter, kindMix, openHits } from '../../src/case/accelerators/hits.ts';
import { createPostingWriter, openPostings, partSize } from '../../src/case/accelerators/postings.ts';
import {
  type Accelerator,
  type AcceleratorRow,
  acceleratorTables,
  type WriteRow,
} from '../../src/case/accelerators/tables.ts';
import { type CaseReader, openIncident } from '../../src/case/index.ts';
import {
  countsAt,
  eventPage,
  foundBy,
  parseFilter,
  type Selector,
  searchPattern,
  searchSteps,
  selectorOf,
  zoomOf,
} from '../../src/timeline/index.ts';
import { moments } from '../timeline/filter/filters.ts';
import { severalParts } from '../timeline/several-parts.ts';
import { folderOf, freshPath, opened } from './archives.ts';

const accelerators = Object.keys(acceleratorTables) as Accelerator[];

function tablesFor(...names: readonly Accelerator[]): Database.Database {
  const db = new Database(':memory:');
  for (const name of names) for (const sql of acceleratorTables[name]) db.exec(sql);
  return db;
}

function insertInto(db: Database.Database, table: AcceleratorRow['table']): WriteRow {
  const insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?)`);
  return (id, z) => void insert.run(id, z);
}

describe('what they keep', () => {
  it('postings: the numbers of each symbol, in any span', () => {
    const number = fc.integer({ min: 0, max: partSize * 3 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), number), { maxLength: 300 }),
        number,
        number,
        fc.boolean(),
        (pairs, a, b, dense) => {
          const db = tablesFor('posting');
          const writer = createPostingWriter(insertInto(db, 'posting'));
          const rising = [...pairs, ...(dense ? Array.from({ length: partSize }, (_, n) => [9, n * 2] as const) : [])];
          rising.sort((x, y) => x[1] - y[1]);
          for (const [symbol, n] of rising) writer.add(symbol, n);
          writer.end();
          const postings = openPostings(db);
          for (const symbol of [0, 1, 2, 3, 4, 5, 9]) {
            const within = rising.filter(([own, n]) => own === symbol && n >= Math.min(a, b) && n <= Math.max(a, b));
            expect(postings.within(symbol, Math.min(a, b), Math.max(a, b))).toEqual([
              ...new Set(within.map(([, n]) => n)),
            ]);
            const all = rising.filter(([own]) => own === symbol).map(([, n]) => n);
            expect(postings.within(symbol, 0, Number.MAX_SAFE_INTEGER)).toEqual([...new Set(all)]);
          }
          db.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('hits: every record of an id, by kind of entity too, and how many entities there are', () => {
    const texts = Array.from({ length: 4_000 }, (_, index) => `id_${index}`);
    const db = tablesFor('hit');
    const writer = createHitWriter(insertInto(db, 'hit'));
    const kinds = [null, 'job', 'agent'] as const;
    const wanted = new Map<string, number[]>();
    const put = (key: string, n: number): void => {
      wanted.set(key, [...(wanted.get(key) ?? []), n]);
    };
    for (let n = 0; n < 9_000; n += 1) {
      const text = texts[(n * 7919) % texts.length] ?? '';
      const kind = kinds[n % 3] ?? null;
      // Numbers that are far apart begin another run.
      const number = n < 5_000 ? n : n + 2 ** 24;
      writer.add(Buffer.from(`<${text}>`), 1, 1 + text.length, kind === null ? 0 : kindMix(kind), number);
      put(text, number);
      if (kind !== null) put(`${kind}:${text}`, number);
    }
    writer.end();
    const hits = openHits(db);
    for (const text of texts) {
      expect(hits.find(text, null)).toEqual(wanted.get(text) ?? []);
      for (const kind of ['job', 'agent'] as const)
        expect(hits.find(text, kind)).toEqual(wanted.get(`${kind}:${text}`) ?? []);
    }
    expect(hits.find('id_', null)).toEqual([]);
    const entities = new Set([...wanted.keys()].filter((key) => key.includes(':')));
    expect(countEntities(db, [])).toBe(entities.size);
    const first = [...entities][0] as Entity;
    const { kind, id } = splitEntity(first);
    expect(countEntities(db, [[kind, id]])).toBe(entities.size);
    expect(countEntities(db, [[kind, 'another']])).toBe(entities.size + 1);
    db.close();
  });

  it('buckets: how many of each sort a slice holds, at every width', () => {
    const second = fc.integer({ min: -20_000, max: 20_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(second, fc.integer({ min: 0, max: 255 })), { maxLength: 200 }),
        second,
        (events, from) => {
          const db = tablesFor('bucket');
          const writer = createBucketWriter(db, 'given');
          for (const [at, sort] of events) writer.add(at * 1_000_000 + 999_999, sort);
          writer.end();
          for (const level of bucketSeconds) {
            const [first, end] = [Math.floor(from / level) * level, Math.floor(from / level) * level + 50 * level];
            const counts = new Map<string, number>();
            openBuckets(db).each(level, first, end, (at, sort, count) => {
              counts.set(`${at} ${sort}`, (counts.get(`${at} ${sort}`) ?? 0) + count);
            });
            const wanted = new Map<string, number>();
            for (const [at, sort] of events) {
              const key = `${Math.floor(at / level) * level} ${sort}`;
              if (at >= first && at < end) wanted.set(key, (wanted.get(key) ?? 0) + 1);
            }
            expect(counts).toEqual(wanted);
          }
          db.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});

const two = (value: number): string => String(value).padStart(2, '0');
const lines = (count: number, line: (index: number) => object): string =>
  Array.from({ length: count }, (_, index) => JSON.stringify(line(index))).join('\n');
const at = (index: number): string =>
  `2026-01-31T${two((index * 7) % 24)}:${two(index % 60)}:${two((index * 11) % 60)}Z`;

const files: Record<string, string> = {
  ...severalParts,
  'requests.ndjson': lines(360, (index) => ({
    ts: at(index),
    request_id: `req_${index % 340}`,
    method: ['GET', 'POST'][index % 2],
    path: '/v1/x',
    status: [200, 403, 503, 429][index % 4],
    agent_id: `ag_${index % 7}`,
    ...(index % 5 === 0 ? { error: { code: 'upstream_timeout', message: `no route to host ${index} wörd` } } : {}),
  })),
  'audit.ndjson': lines(360, (index) => ({
    ts: index % 100 === 0 ? undefined : at(index),
    id: `a_${index}`,
    action: ['job.enqueued', 'credential.rotated', 'agent.offline'][index % 3],
    resource: { kind: ['job', 'agent'][index % 2], id: [`job_${index}`, `ag_${index % 7}`][index % 2] },
    outcome: ['success', 'denied'][index % 2],
    request_id: `req_${index}`,
    ...(index % 3 === 0 ? { job_id: `job_${index % 6}` } : {}),
    reason: { code: 'forbidden_scope', message: index === 150 ? 'a rare-word here' : `Timeout of route ${index}` },
  })),
  'logs/worker.ndjson': lines(200, (index) => ({
    ts: at(index),
    level: 'error',
    msg: `host ag_${index % 3} timed out`,
    n: index,
  })),
  // Enough blocks that some are passed over, and a list of bytes in each and over their borders.
  'logs/journal.json': lines(1_500, (index) => ({
    __REALTIME_TIMESTAMP: String(1_769_860_800_000_000 + index),
    MESSAGE: [...Buffer.from(`\u0001spelt${index}bytes wörtchen ${'. '.repeat(800)}${index % 2} ends`)],
    _PID: index,
  })),
};

const whole = await opened(folderOf(files));
const withoutAny = await without(accelerators);
afterAll(() => {
  whole.close();
  withoutAny.close();
});

async function without(dropped: readonly Accelerator[]): Promise<CaseReader> {
  const file = freshPath('less.inquest');
  copyFileSync(whole.path, file);
  const db = new Database(file);
  for (const name of dropped) db.exec(`DROP TABLE "${name}"`);
  db.close();
  return opened(file);
}

const selectorFor = (reader: CaseReader, text: string): Selector => {
  const filter = parseFilter(text, moments);
  if (!filter.ok) throw new Error(filter.error.why);
  return selectorOf(reader, filter.value, eventKinds);
};

/** The same of the case that lacks them all. */
function same(answer: (reader: CaseReader) => unknown): unknown {
  const wanted = answer(whole);
  expect(answer(withoutAny)).toEqual(wanted);
  return wanted;
}

const filters: readonly string[] = [
  'agent:ag_3',
  'actor:nobody',
  'request:req_5',
  'request:req_5,req_6,req_249 OR agent:ag_1',
  'entity:job:job_2',
  'entity:agent:ag_2 status:403',
  '-request:req_5 code:upstream_timeout',
  'action:agent.offline outcome:refused',
  'route',
  '"no route to host"',
  'rare-word',
  'tim* -request:req_4*',
  'host OR is:undated',
  'wörd',
];

test.each(filters)('a filter and its pages: %s', (text) => {
  const refs = same((reader) => {
    const selector = selectorFor(reader, text);
    const forwards = eventPage(reader, { limit: 5_000 }, selector);
    const middle = forwards[Math.floor(forwards.length / 2)];
    const after = middle === undefined ? {} : { after: { n: middle.n, kind: middle.kind } };
    return [
      forwards,
      eventPage(reader, { limit: 5_000, backwards: true }, selector),
      eventPage(reader, { limit: 20, ...after }, selector),
      eventPage(reader, { limit: 20, backwards: true, ...after }, selector),
      selector.looks ? 0 : reader.countEvents({ where: selector.where }),
    ].map((one) => (typeof one === 'number' ? one : one.map(({ ref, kind }) => `${kind} ${ref}`)));
  }) as readonly unknown[][];
  expect(refs[1]).toEqual([...(refs[0] ?? [])].reverse());
  if (text !== 'actor:nobody') expect(refs[0]?.length).toBeGreaterThan(0);
});

test.each(['agent:ag_2', 'job:job_2', 'job:job_9', 'request:req_1', 'agent:none'])('the page of %s', (entity) => {
  same((reader) =>
    eventPage(reader, { limit: 5_000, entity: entity as Entity }).map(({ ref, kind }) => `${kind} ${ref}`),
  );
  same((reader) => reader.countEvents({ entity: entity as Entity }));
});

test.each(accelerators)('a case that lacks %s alone', async (name) => {
  const reader = await without([name]);
  const answers = (of: CaseReader): unknown => [
    ...['agent:ag_3 status:403', '"no route to host"'].map((text) =>
      eventPage(of, { limit: 100 }, selectorFor(of, text)),
    ),
    countsAt(of, zoomOf(of.span() ?? { from: 0, to: 0 }, 24)),
  ];
  expect(answers(reader)).toEqual(answers(whole));
  reader.close();
});

test('entities, links, and rows by value', () => {
  same((reader) => reader.entities());
  same((reader) => reader.totals());
  same((reader) => Array.from({ length: 30 }, (_, index) => reader.links(1 + index * 27)));
  const rows = same((reader) => [
    ...reader.rows('request', { equals: { request_id: ['req_5', 'req_6'] } }),
    ...reader.rows('audit', { equals: { action: 'agent.offline', outcome: 'denied' }, from: 1_769_820_000_000_000 }),
    ...reader.rows('audit', { equals: { request_id: 'req_none' } }),
    ...reader.rows('job', { equals: { id: 'job_3' } }),
  ]) as readonly unknown[];
  expect(rows.length).toBeGreaterThan(30);
});

test.each([1, 7, 24, 100, 1_440, 10_000])('the histogram in %i slices', (slices) => {
  const span = whole.span() ?? { from: 0, to: 0 };
  for (const text of ['', 'kind:audit,log', 'agent:ag_2']) {
    const counts = same((reader) => countsAt(reader, zoomOf(span, slices), selectorFor(reader, text)));
    expect(
      Object.values(counts as Record<string, number[]>)
        .flat()
        .some((count) => count > 0),
    ).toBe(true);
  }
});

const searched = ['rare', 'req_5', 'route to', 'tim*', 'wörd', 'worker', 'ag_9', 'nothing-holds-this'];
const inBytes = ['Spelt7bytes', 'spelt299*', 'wörtchen', '1 ends', 'spelt7bytes wörtchen'];
test.each([...searched, ...inBytes])('the search for %s', (words) => {
  const found = same((reader) => {
    const steps = searchSteps(reader, searchPattern(words));
    for (;;) {
      const step = steps.next();
      if (step.done === true)
        return [
          step.value,
          eventPage(reader, { limit: 5_000 }, foundBy(selectorFor(reader, ''), step.value)).map(({ ref }) => ref),
        ];
    }
  }) as readonly [unknown, readonly string[]];
  if (inBytes.includes(words)) expect(found[1].length).toBeGreaterThan(0);
});

describe('words of blocks', () => {
  const blockBytes = 4_096;
  /** Cut into blocks that are smaller than those of a case, so that borders are many. */
  function kept(bytes: Buffer, cuts: readonly number[] = []): (word: string) => readonly number[] {
    const db = tablesFor('word');
    const writer = createBlockWords(insertInto(db, 'word'));
    const count = Math.ceil(bytes.length / blockBytes);
    for (let at = 0; at < bytes.length; at += blockBytes)
      writer.add(
        bytes.subarray(at, at + blockBytes),
        cuts.filter((cut) => cut >= at && cut < at + blockBytes).map((cut) => cut - at),
      );
    writer.end();
    return (word) => {
      const mayHold = blocksWith(db, word);
      return Array.from({ length: count }, (_, block) => block).filter((block) => mayHold?.(block) !== false);
    };
  }
  const random = (seed: number, size: number): string => {
    let text = '';
    for (let state = seed; text.length < size; ) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      text += `{"id":"rq_${state.toString(36)}","n":${state % 1_000},"s":"x${state.toString(16)}\\n"}\n`;
    }
    return text;
  };

  it('a block that holds a word, or its end, is never passed over; few others are looked at', () => {
    const text = random(7, blockBytes * 270);
    const blocks = kept(Buffer.from(text));
    const words = [...text.matchAll(/[0-9A-Za-z]+/g)].filter((_, index) => index % 1_501 === 0);
    for (const { 0: word, index } of words) {
      if (word.length < 6) continue;
      const found = blocks(word.toUpperCase());
      expect(found).toContain(Math.floor((index + word.length - 1) / blockBytes));
    }
    // Escapes over a border let both blocks pass, and so do the few blocks of the last group.
    const falsely = Array.from({ length: 20 }, (_, index) => blocks(`neverwritten${index}`).length);
    expect(falsely.reduce((sum, count) => sum + count)).toBeLessThan(20 * 40);
  });

  it.each([
    ['line\\nfoobar', 'foobar'],
    ['C:\\network', 'network'],
    ['caf\\u00e9foobar', 'foobar'],
    ['f\\u006fobar', 'foobar'],
    ['12.22500', '225'],
    ['1.123500', '1235'],
    ['7.125E200', '200'],
    ['0.30000000000000004999', '30000000000000005'],
    ['x\0y', 'foobar'],
    ['[102,111,111,98,97,114]', 'foobar'],
    ['x[ 1, 102, 111, 79, 66, 97, 1.14E2, 255 ]', 'foobar'],
  ])('%j may hold %s, wherever it lies', (spelt, word) => {
    for (let shift = 0; shift < 24; shift += 2) {
      const filler = ' - '.repeat(blockBytes * 4);
      const at = blockBytes * 9 - shift;
      const bytes = Buffer.from(`${filler.slice(0, at)} ${spelt} ${filler}`);
      const found = kept(bytes)(word);
      expect(found.includes(9) || found.includes(8)).toBe(true);
      expect(found.length).toBeLessThan(10);
    }
  });

  it('a list of bytes that goes over several borders may hold any word; others hold what they spell', () => {
    const spelt = (text: string): string => JSON.stringify([...Buffer.from(text)]);
    const filler = ' - '.repeat(blockBytes * 4);
    const long = spelt(`${' '.repeat(blockBytes)}foobar${' '.repeat(blockBytes)}`);
    const cut = blockBytes * 2 + 100;
    const bytes = Buffer.from(`${filler.slice(0, cut)}${long}${filler}${spelt('foobar ')}[1,[2,{}]`);
    const all = kept(bytes);
    const last = Math.floor((bytes.length - 20) / blockBytes);
    const within = Array.from({ length: Math.ceil((cut + long.length) / blockBytes) - 2 }, (_, i) => i + 2);
    expect(all('foobar')).toEqual([...within, last]);
    expect(all('fooba')).toEqual(within);
    // A list does not go on in another member.
    expect(kept(bytes, [0, blockBytes * 4])('fooba')).toEqual([2, 3]);
  });

  it('the end of a member ends a word', () => {
    const filler = '. '.repeat(blockBytes * 12);
    const bytes = Buffer.from(`${filler}foobar${filler}`);
    const cut = filler.length + 3;
    expect(kept(bytes)('bar').length).toBeLessThan(3);
    expect(kept(bytes, [0, cut])('bar')).toContain(Math.floor(cut / blockBytes));
    expect(kept(bytes, [0, cut])('foobar').length).toBeLessThan(3);
  });
});

test.each([
  ['posting', 'z'],
  ['hit', 'z'],
  ['bucket', 'z'],
  ['text_data', 'block'],
])('a case whose %s was tampered with is refused, or answers', async (table, column) => {
  for (const spoil of [
    (z: Buffer) => z.map((byte, at) => (at % 3 === 0 ? byte ^ 0x5a : byte)),
    (z: Buffer) => z.subarray(0, z.length >> 1),
  ]) {
    const file = freshPath('tampered.inquest');
    copyFileSync(whole.path, file);
    const db = new Database(file);
    db.unsafeMode(true);
    const rows = db.prepare(`SELECT id, ${column} FROM ${table}`).raw().all() as [number, Buffer][];
    const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
    for (const [id, z] of rows) update.run(Buffer.from(spoil(z)), id);
    db.close();
    const found = await openIncident([file], { dataDir: freshPath('data') });
    if (!found.ok) {
      expect(found.error.why).toMatch(/damaged/);
      continue;
    }
    const reader = found.value;
    for (const text of ['agent:ag_3', 'request:req_5', 'no', 'rou*'])
      eventPage(reader, { limit: 50 }, selectorFor(reader, text));
    countsAt(reader, zoomOf(reader.span() ?? { from: 0, to: 0 }, 60));
    expect(reader.totals().events).toBe(whole.totals().events);
    reader.close();
  }
});
