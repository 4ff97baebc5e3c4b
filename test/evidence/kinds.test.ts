// Protects: every kind reads its own sample lines, keeps unknown fields, and says where each record's bytes lie.
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/base/json.ts';
import type { Kind } from '../../src/evidence/kind.ts';
import { registry } from '../../src/evidence/kinds/registry.ts';
import { collect } from './collect.ts';

const paths = [
  'agents/ag_1/signing_keys.json',
  'agents/ag_1/approval.cred',
  'incident-bundle/spec_validation.json',
  'incident-bundle/runtime_config.txt',
  'incident-bundle/spec.kv',
  'logs/worker.log',
  'metrics/api/1769860800000.prom',
];
/** A path of the kind, where the content alone does not decide; else any. */
const pathOf = (kind: Kind): string => {
  const own = 'open' in kind ? kind.path : 'ownPath' in kind ? kind.ownPath : undefined;
  return paths.find((path) => own?.test(path)) ?? 'odd/name.x';
};
const bytesOf = (kind: Kind, sample: string): Buffer => Buffer.from(sample, 'emitBytes' in kind ? 'hex' : 'utf8');

describe.each(registry.map((kind: Kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  it('reads its samples without a gap', () => {
    for (const sample of 'open' in kind ? [kind.samples.join('\n')] : kind.samples) {
      const read = collect(pathOf(kind), bytesOf(kind, sample));
      expect(read.kind).toBe(name);
      expect(read.gaps).toBe(0);
      expect(read.records).toBeGreaterThan(0);
      expect(read.rows[kind.fills[0] ?? '']?.[0]).toBeDefined();
    }
  });

  it.runIf('begins' in kind || 'beginsBytes' in kind || ('accepts' in kind && kind.ownPath === undefined))(
    'is found under another name',
    () => {
      const samples = 'open' in kind ? [kind.samples.join('\n')] : kind.samples;
      for (const sample of samples) expect(collect('deep/er/odd.name', bytesOf(kind, sample)).kind).toBe(name);
    },
  );
});

it('keeps what no column takes, with every digit', () => {
  const line =
    '{"ts":"2026-01-31T12:00:00Z","action":"a.b","resource":{"kind":"job","id":"j","zone":"z"},"big":18446744073709551615,"__proto__":{"x":1},"outcome":["odd"]}';
  const row = collect('audit.ndjson', `${line}\n`).rows.audit?.[0];
  expect(row?.outcome).toBeNull();
  expect(parseJson(row?.extra as string)).toEqual(
    parseJson('{"outcome":["odd"],"resource":{"zone":"z"},"big":18446744073709551615,"__proto__":{"x":1}}'),
  );
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

it('gives the items of state.json the bytes of the item', () => {
  const text = `\ufeff {\n "captured_at": "2026-01-31T12:00:00Z",\n "agents": [ {"id": "ä}"} , {"id":"b","n":[{}]}],\n "heartbeat" : {"ttl_ms": 5 } }\n`;
  const bytes = Buffer.from(text);
  const rows = collect('deep/state.json', bytes, 7).rows.state ?? [];
  const items = rows.map(({ section, key, off, len }) => [
    section,
    key,
    bytes.subarray(off as number, (off as number) + (len as number)).toString(),
  ]);
  expect(items).toEqual([
    ['agents', 'ä}', '{"id": "ä}"}'],
    ['agents', 'b', '{"id":"b","n":[{}]}'],
    ['heartbeat', '', '{"ttl_ms": 5 }'],
  ]);
});

it.each([
  ['other/place.txt', 'requests', '{"method":"GET","path":"/x","status":200}'],
  [
    'x/y/z.json',
    'jobs',
    '[\n {"id":"j","type":"t","state":"queued","attempt":0},\n {"id":"k","type":"t","state":"queued","attempts":[]}\n]',
  ],
  ['jobs/j1.json', 'jobs', '{\n "id":"j","type":"t","state":"queued",\n "attempt":0}'],
  ['anything', 'manifest', '{\n"format":"inquest-archive",\n"files":[\n{"path":"a"}\n]}'],
  ['a.bin', 'unrecognised', Buffer.from([0, 1, 2, 255, 10, 3])],
  ['notes.txt', 'unrecognised', 'some words\nand more\n'],
  ['logs/api.ndjson', 'logs', ''],
  ['audit.ndjson', 'audit', 'no json at all\nnor here\n'],
  ['x.txt', 'metrics', '# HELP a b\na 1\n'],
] as const)('%s is %s by its content', (path, kind, bytes) => {
  expect(collect(path, bytes as string | Buffer).kind).toBe(kind);
});

it('reads a record of another kind as its own', () => {
  const read = collect(
    'x.ndjson',
    '{"action":"a","resource":{}}\n{"method":"GET","path":"/","status":200}\n{"action":"only"}\n',
  );
  expect(read.kind).toBe('audit');
  expect(read.rows.audit).toHaveLength(2);
  expect(read.rows.request).toHaveLength(1);
});
