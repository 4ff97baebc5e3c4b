// Protects search: a token in any text of any record, in unknown fields and in files that nothing recognised, is found; nothing else is.
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, test } from 'vitest';
import { eventKinds } from '../../src/base/vocabulary.ts';
import type { CaseReader } from '../../src/case/index.ts';
import { tables } from '../../src/evidence/index.ts';
import {
  eventPage,
  everything,
  type Finds,
  foundBy,
  searchPattern,
  searchSteps,
  selectorOf,
} from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';

function found(reader: CaseReader, text: string): Finds {
  const steps = searchSteps(reader, searchPattern(text));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What is found, as kind and member. */
function kindsOf(reader: CaseReader, text: string): readonly string[] {
  const finds = found(reader, text);
  const events = eventPage(reader, { limit: 10_000 }, foundBy(selectorOf(reader, everything, eventKinds), finds));
  return [...events, ...finds.others].map(({ kind, ref }) => `${kind} ${ref.slice(0, ref.lastIndexOf('@'))}`);
}

/** Tokens by where they stand and as what they are to be found. */
const planted = new Map<string, string>();
const everyPart = 'job jobs.ndjson, attempt jobs.ndjson, call jobs.ndjson';
const plant = (found: string): string => {
  const token = `zq${planted.size}x`;
  planted.set(token, found);
  return token;
};

/** A record with a token in every column of text that has a path. */
function recordOf(
  kind: 'request' | 'audit' | 'job' | 'attempt' | 'call' | 'probe' | 'artifact',
  as: string,
): Record<string, unknown> {
  const record: Record<string, Record<string, unknown> | string> = {};
  for (const column of tables[kind].columns) {
    if (!('path' in column) || !['symbol', 'id', 'text', 'hex', 'json'].includes(column.type)) continue;
    const value =
      column.type === 'json'
        ? { deep: [{ er: plant(as) }], [plant(as)]: 1 }
        : `a ${column.name === 'id' && kind === 'job' ? 'id' : plant(as)}-b`;
    const [head = '', sub] = column.path.split('.');
    if (sub === undefined) record[head] = value as string;
    else record[head] = { ...(record[head] as object), [sub]: value };
  }
  return { ...record, [plant(as)]: 1, unknown: { of: [plant(as)] } };
}

const at = '2026-01-31T12:00:00Z';
const other = '{"ts":"2026-01-31T12:00:00Z","request_id":"other","method":"GET","path":"/x","status":200}\n';
const files: Record<string, string | Buffer> = {
  'requests.ndjson': `${other}${JSON.stringify({ ...recordOf('request', 'request requests.ndjson'), ts: at, status: 200 })}\n${other}`,
  'audit.ndjson': `${JSON.stringify({ ...recordOf('audit', 'audit audit.ndjson'), ts: at })}\nbroken ${plant('gap audit.ndjson')} {\n`,
  'jobs.ndjson': JSON.stringify({
    ...recordOf('job', 'job jobs.ndjson'),
    id: plant(everyPart),
    created_at: at,
    attempt: 1,
    payload: { any: plant('job jobs.ndjson'), long: 'x'.repeat(70_000), last: plant('job jobs.ndjson') },
    attempts: [
      {
        n: 1,
        started_at: at,
        worker: plant('job jobs.ndjson, attempt jobs.ndjson'),
        outcome: 'error',
        error: {
          code: plant('job jobs.ndjson, attempt jobs.ndjson'),
          message: plant('job jobs.ndjson, attempt jobs.ndjson'),
        },
        calls: [
          {
            op: `${plant('job jobs.ndjson, call jobs.ndjson')}.put`,
            args: [plant('job jobs.ndjson')],
            error: { message: plant('job jobs.ndjson, call jobs.ndjson') },
          },
        ],
      },
    ],
  }),
  'health.ndjson': JSON.stringify({
    ...recordOf('probe', 'probe health.ndjson'),
    ts: at,
    status: 503,
    body: { checks: { [plant('probe health.ndjson')]: 'fail' } },
  }),
  'artifacts.ndjson': JSON.stringify({ ...recordOf('artifact', 'artifact artifacts.ndjson'), captured_at: at }),
  [`metrics/${plant('sample metrics/zq/1.prom')}/1769860800000.prom`]: `# TYPE a counter\n${plant('sample metrics/zq/1.prom')}{${plant('sample metrics/zq/1.prom')}="${plant('sample metrics/zq/1.prom')}"} 1\n`,
  'logs/x.ndjson': `${JSON.stringify({ ts: at, level: plant('log logs/x.ndjson'), component: plant('log logs/x.ndjson'), host: plant('log logs/x.ndjson'), msg: plant('log logs/x.ndjson'), request_id: plant('log logs/x.ndjson'), [plant('log logs/x.ndjson')]: [plant('log logs/x.ndjson')] })}\n`,
  [`logs/${plant('log logs/zq')}.log`]: `2026-01-31T12:00:01Z INFO ${plant('log logs/zq')} up\n`,
  'state.json': JSON.stringify({
    captured_at: at,
    agents: [{ id: plant('state state.json'), note: { deep: plant('state state.json') } }, { id: 'ag_other' }],
    heartbeat: { ttl_ms: 1, [plant('state state.json')]: 2 },
  }),
  [`agents/${plant('snapshot agents')}/snapshots/1769860800000.json`]: JSON.stringify({
    model: plant('snapshot agents'),
    cursor: 1,
    gating: [1],
    stages: [{ name: plant('snapshot agents') }],
  }),
  'doctor.json': JSON.stringify({
    captured_at: at,
    ready: true,
    checks: [{ name: plant('document doctor.json'), status: 'ok' }],
  }),
  'agents/ag_1/incident-bundle/spec.kv': `pipeline.name=${plant('document agents/ag_1/incident-bundle/spec.kv')}\n`,
  'notes.txt': `first line\nsecond ${plant('unrecognised notes.txt')} line\n`,
  'deep/notes.txt.gz': gzipSync(`third ${plant('unrecognised deep/notes.txt.gz')} line\n`),
};
// Another spelling of the same text.
files['audit.ndjson'] +=
  `{"ts":"${at}","action":"x","resource":{"kind":"k","id":"1"},"details":{"a":"caf\\u00e9 zq\\u0065scaped","b":"\\u65e5\\u672c"}}\n`;

const reader = await opened(folderOf(files));
afterAll(() => reader.close());

describe('a token is found as what it lies in', () => {
  it.each([...planted])('%s: %s', (token, as) => {
    const kinds = kindsOf(reader, token);
    const wanted = as.split(', ');
    // Where the path holds the token the member is named by its beginning alone.
    const shown = kinds.map((one) => wanted.find((want) => one.startsWith(want.replace('/1.prom', ''))) ?? one);
    expect([...new Set(shown)].sort()).toEqual([...wanted].sort());
  });
});

test.each([
  ['ZQESCAPED', ['audit audit.ndjson']],
  ['café', ['audit audit.ndjson']],
  ['CAFÉ zqescaped', ['audit audit.ndjson']],
  ['日本', ['audit audit.ndjson']],
  ['日*', ['audit audit.ndjson']],
  ['zqesc', []],
  ['zqesc*', ['audit audit.ndjson']],
  ['second zq*', ['unrecognised notes.txt']],
  ['first second', []],
  [
    'request_id',
    [
      'request requests.ndjson',
      'request requests.ndjson',
      'request requests.ndjson',
      'audit audit.ndjson',
      'job jobs.ndjson',
      'log logs/x.ndjson',
    ],
  ],
])('%s is found as %j', (text, kinds) => {
  expect([...kindsOf(reader, text)].sort()).toEqual([...kinds].sort());
});

test('a line of an unrecognised file opens by its reference', () => {
  const [token] = [...planted].find(([, as]) => as === 'unrecognised notes.txt') ?? [''];
  const [line] = found(reader, token).others;
  expect(reader.raw(line?.ref ?? '')?.toString()).toBe(`second ${token} line`);
});

test('what lies over the border of two blocks, and in very long lines, is found once', async () => {
  const lines = Array.from({ length: 4_000 }, (_, index) =>
    JSON.stringify({
      ts: at,
      action: 'x',
      resource: { kind: 'k', id: `id_${index}` },
      details: { filler: 'lorem '.repeat(30) + index },
    }),
  );
  const whole = await opened(
    folderOf({
      'audit.ndjson': `${lines.join('\n')}\n`,
      'a.txt': `${'no newline here '.repeat(40_000)}needle ${'and on '.repeat(20_000)}`,
      'b.bin': Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from('needle')]),
    }),
  );
  for (let index = 0; index < lines.length; index += 97) {
    const { numbers } = found(whole, `id_${index}`);
    expect(numbers.length, `id_${index}`).toBe(1);
  }
  expect(found(whole, 'lorem').numbers.length).toBe(lines.length);
  const { others } = found(whole, 'needle');
  expect(others.map(({ kind }) => kind)).toEqual(['unrecognised']);
  whole.close();
});
