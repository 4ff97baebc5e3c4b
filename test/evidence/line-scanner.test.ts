// Protects that a line read straight from its bytes becomes what it becomes when it is parsed: rows, symbols, mentions and gaps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowSink } from '../../src/evidence/batch.ts';
import { createTimeReader } from '../../src/evidence/fast-time.ts';
import type { FlatRecords } from '../../src/evidence/flat-records.ts';
import { createEvidenceReader, type RowBatch, rowKinds } from '../../src/evidence/index.ts';
import type { JsonKind } from '../../src/evidence/kind.ts';
import { audit } from '../../src/evidence/kinds/audit.ts';
import { requests } from '../../src/evidence/kinds/requests.ts';
import { compileLineScanner, type LineScanner } from '../../src/evidence/line-scanner.ts';
import { createSymbols } from '../../src/evidence/symbols.ts';

interface Read {
  readonly tables: Readonly<Record<string, { cells: number[]; text: string; mentions: unknown[] }>>;
  readonly symbols: readonly string[];
  readonly summary: unknown;
}

/** Reads a member; byte by byte no line comes whole, so that every one is parsed. */
function read(path: string, bytes: Buffer, chunkBytes: number): Read {
  const tables: Record<string, { cells: number[]; text: string; mentions: unknown[]; rows: number }> = {};
  for (const kind of rowKinds) tables[kind] = { cells: [], text: '', mentions: [], rows: 0 };
  const reader = createEvidenceReader({
    onRows(batch: RowBatch) {
      const table = tables[batch.table] as (typeof tables)[string];
      table.cells.push(...batch.cells);
      table.text += batch.text;
      table.mentions.push(...batch.mentions.map((one) => ({ ...one, row: one.row + table.rows })));
      table.rows += batch.rows;
    },
    onManifest: () => undefined,
  });
  const member = reader.member(path);
  for (let at = 0; at < bytes.length; at += chunkBytes) member.feed(bytes.subarray(at, at + chunkBytes));
  return { summary: member.end(false), tables, symbols: reader.takeSymbols() };
}

function same(lines: readonly string[], path = 'audit.ndjson'): Read {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const scanned = read(path, bytes, bytes.length);
  expect(scanned).toEqual(read(path, bytes, 1));
  return scanned;
}

const base = {
  ts: '2026-01-31T12:00:00.000001Z',
  id: 'aud_1',
  seq: 7,
  actor: { kind: 'operator', id: 'usr_1' },
  action: 'credential.rotated',
  resource: { kind: 'credential', id: 'cr_1' },
  org_id: 'org_1',
  outcome: 'success',
  reason: { code: 'rotation', message: 'scheduled, by "nobody"' },
  details: { uses: 3, names: ['a', 'b'], nested: { deep: [true, false, null, -5] } },
};

const odd: readonly string[] = [
  '{"action":"a","resource":null}',
  '{"action":null,"resource":{}}',
  '{"action":"a"}',
  '{"action":"a","resource":{"kind":"k","id":"i"}} ',
  ' {"action":"a","resource":{"kind":"k","id":"i"}}',
  '{"action":"a","resource":{"kind":"k","id":"i"}}x',
  '{"action":"a","resource":{"kind":"k","id":"i"},}',
  '{"action":"a","action":"b","resource":{"kind":"k","id":"i"}}',
  '{"action":"a","resource":{"kind":"k","kind":"l","id":"i"}}',
  '{"action":"a","resource":{"kind":"k","id":"i","more":1}}',
  '{"action":"a","resource":"text"}',
  '{"action":7,"resource":{"kind":1,"id":-0}}',
  '{"action":"a","resource":{"kind":"k","id":007}}',
  '{"action":"a","resource":{},"seq":9007199254740993}',
  '{"action":"a","resource":{},"seq":1.0}',
  '{"action":"a","resource":{},"seq":1e3}',
  '{"action":"a","resource":{},"seq":-12}',
  '{"action":"a","resource":{},"id":"a\\u0041"}',
  '{"action":"a","resource":{},"id":"tab\there"}',
  '{"action":"a","resource":{},"id":"\u007f"}',
  '{"action":"a","resource":{},"id":"bø"}',
  '{"action":"a","resource":{},"unknown":{"x":1}}',
  '{"action":"a","resource":{},"__proto__":{"x":1}}',
  '{"action":"a","resource":{},"details":{"b":1,"a":2,"1":3}}',
  '{"action":"a","resource":{},"details":{"b":1,"b":2}}',
  '{"action":"a","resource":{},"details":{"b":{"c":1,"c":2}}}',
  '{"action":"a","resource":{},"details":{"b": 1}}',
  '{"action":"a","resource":{},"details":{"b":1.50}}',
  '{"action":"a","resource":{},"details":{"b":[{},[],{"c":[]}]}}',
  '{"action":"a","resource":{},"details":[{"agent_id":"ag_1"}]}',
  '{"action":"a","resource":{},"details":{"agent_id":"ag_1"}}',
  '{"action":"a","resource":{},"details":{"deeper":{"agent_id":"ag_1"}}}',
  '{"action":"a","resource":{},"details":"text"}',
  '{"action":"a","resource":{},"details":5}',
  '{"action":"a","resource":{},"details":null,"before":true,"after":[]}',
  '{"action":"a","resource":{},"details":{]}',
  '{"action":"a","resource":{},"details":[}}',
  '{"action":"a","resource":{},"details":{"a":tru}}',
  '{"action":"a","resource":{},"details":{"a":1,}}',
  `{"action":"a","resource":{},"details":${'['.repeat(40)}${']'.repeat(40)}}`,
  '{"action":"a","resource":{},"ts":1769860800}',
  '{"action":"a","resource":{},"ts":"soon"}',
  '{"action":"a","resource":{},"ts":null}',
  '{"action":"a","resource":{},"ts":true}',
  '{"action":"a","resource":{},"hash":"00ff","prev_hash":12}',
  '{ "action" : "a", "resource": {"kind": "k", "id": "i"}, "seq": 3 }',
  '{"action": "a", "resource": {"kind": "k", "id": "i"}, "seq": 3}',
  '{"action":"a","resource":{}}\r',
  '{"action":"a","resource":{}}\r\r',
  '{}',
  '{',
  '[]',
  'null',
  '',
  '  ',
];

describe('a line that is read from its bytes', () => {
  it('is nearly every one that a program writes without escapes; what is odd is left to be parsed', () => {
    const scanner = (kind: JsonKind): LineScanner => {
      const flat = kind.flat as FlatRecords;
      const made = compileLineScanner(flat, kind.content, new RowSink(flat.table, createSymbols()), createTimeReader());
      if (made === null) throw new Error(`no scanner for ${kind.kind}`);
      return made;
    };
    const isScanned = (kind: JsonKind, line: string): boolean =>
      scanner(kind)(Buffer.from(`${line}\n`), 0, 0) === line.length;
    const plain = { ...base, reason: { code: 'rotation', message: 'scheduled' }, job_id: null };
    expect(isScanned(audit, JSON.stringify(plain))).toBe(true);
    expect(isScanned(audit, JSON.stringify({ ...plain, ts: 1_769_860_800_123, details: {}, before: [1, 'x'] }))).toBe(
      true,
    );
    expect(isScanned(requests, JSON.stringify({ method: 'GET', path: '/x', status: 200, ts: base.ts }))).toBe(true);
    expect(isScanned(audit, JSON.stringify(base))).toBe(false);
    expect(isScanned(audit, JSON.stringify({ ...plain, more: 1 }))).toBe(false);
    expect(isScanned(audit, JSON.stringify({ ...plain, details: { agent_id: 'ag_1' } }))).toBe(false);
  });

  it.each(odd)('%j is read as it is when it is parsed', (line) => {
    same([JSON.stringify(base), line, JSON.stringify(base)]);
  });

  it('among others, and more of them than a batch takes', () => {
    const lines = Array.from({ length: 3_000 }, (_, i) =>
      i % 9 === 4
        ? (odd[i % odd.length] as string)
        : JSON.stringify({ ...base, id: `aud_${i}`, seq: i, ...(i % 2 === 0 ? { request_id: `req_${i}` } : {}) }),
    );
    const { tables } = same(lines);
    expect(tables.audit?.cells.length).toBeGreaterThan(0);
  });

  it('of a request, with the group of its route', () => {
    const request = {
      ts: '2026-01-31T12:00:00.125Z',
      request_id: 'req_1',
      method: 'POST',
      path: '/api/v1/agents/ag_1/heartbeat',
      route: '/api/v1/agents/{agent_id}/heartbeat',
      status: 403,
      latency_ms: 4,
      caller: { kind: 'agent', id: 'ag_1' },
      error: { code: 'forbidden_scope', message: 'missing agent:heartbeat' },
      rate_limit: { group: 'agent', limit: 60, remaining: 41, reset: '2026-01-31T12:01:00Z' },
      sent_at: '2026-01-31T12:00:00.101+00:00',
    };
    const { route: _, ...unrouted } = request;
    const some: readonly object[] = [
      request,
      unrouted,
      { ...request, route: null },
      { ...request, route: 5 },
      { ...unrouted, path: '/auth/login' },
      { ...unrouted, path: null },
      { ...request, method: 'GET', sent_at: 'never' },
      { ...request, latency_ms: 4.5 },
      { ...request, error: null, rate_limit: null },
      { ...request, error: 'text' },
    ];
    same(
      some.map((one) => JSON.stringify(one)),
      'requests.ndjson',
    );
  });

  it('whatever the values, and whatever became of the bytes', () => {
    const leaf = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.stringMatching(/^[a-z_0-9.]{0,20}$/),
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, false, -0, 2 ** 53, '2026-01-31T12:00:00Z', 1_769_860_800_123),
    );
    const some = fc.oneof(
      { weight: 4, arbitrary: leaf },
      fc.array(leaf, { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom('a', 'id', 'agent_id', 'kind', '7'), fc.string({ maxLength: 4 })), leaf, {
        maxKeys: 4,
      }),
    );
    const record = fc.record(
      {
        ...Object.fromEntries(Object.keys(base).map((key) => [key, some])),
        action: fc.constantFrom('credential.rotated', 'agent.offline', 'x'),
        resource: fc.oneof(fc.record({ kind: leaf, id: leaf }, { requiredKeys: [] }), some),
        actor: fc.oneof(fc.record({ kind: leaf, id: leaf }), some),
        before: some,
        hash: leaf,
        other: some,
      },
      { requiredKeys: ['action', 'resource'] },
    );
    const line = fc
      .tuple(record, fc.constantFrom(0, 0, 0, 1), fc.nat(), fc.integer({ min: 32, max: 126 }))
      .map(([value, damage, place, code]) => {
        const text = JSON.stringify(value);
        const at = place % text.length;
        return damage === 0 ? text : `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
      });
    fc.assert(
      fc.property(fc.array(line, { minLength: 20, maxLength: 40 }), (lines) => void same(lines)),
      { numRuns: 60, seed: 7 },
    );
  });
});
