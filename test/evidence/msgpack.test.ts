// Protects: MessagePack evidence is read with every digit, byte and type kept, each record at its exact bytes, whatever the bytes.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/base/json.ts';
import { parseRecord } from '../../src/evidence/index.ts';
import { decode } from '../../src/evidence/msgpack/decode.ts';
import { valueEnd } from '../../src/evidence/msgpack/span.ts';
import { often } from '../often.ts';
import { collect } from './collect.ts';

interface Vector {
  readonly nil?: null;
  readonly bool?: boolean;
  readonly number?: number;
  readonly bignum?: string;
  readonly string?: string;
  readonly binary?: string;
  readonly array?: readonly unknown[];
  readonly map?: Record<string, unknown>;
  readonly timestamp?: readonly [number, number];
  readonly ext?: readonly [number, string];
  readonly msgpack: readonly string[];
}
const suite = createRequire(import.meta.url)('msgpack-test-suite/dist/msgpack-test-suite.json') as Record<
  string,
  readonly Vector[]
>;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll('-', ''), 'hex');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

// Without the encoder's own extensions: plain MessagePack.
const packr = new Packr({ useRecords: false, variableMapSize: true, largeBigIntToFloat: false });
const pack = (value: unknown): Buffer => Buffer.from(packr.pack(value));

function expected(vector: Vector): unknown {
  if (vector.timestamp !== undefined) {
    const [second, nano] = vector.timestamp;
    const text = new Date(second * 1000).toISOString();
    // Years that RFC 3339 can't spell are no concern of the suite.
    const digits = nano === 0 ? '' : `.${String(nano).padStart(9, '0').replace(/0+$/, '')}`;
    return text.replace(/\.000Z$/, `${digits}Z`);
  }
  if (vector.ext !== undefined) return { $ext: { type: vector.ext[0], data: hex(vector.ext[1]).toString('base64') } };
  if (vector.binary !== undefined) return { $bin: hex(vector.binary).toString('base64') };
  if (vector.bignum !== undefined) {
    const big = BigInt(vector.bignum);
    return Number.isSafeInteger(Number(big)) ? Number(big) : big;
  }
  for (const key of ['nil', 'bool', 'number', 'string', 'array', 'map'] as const) if (key in vector) return vector[key];
  throw new Error('a vector of an unknown kind');
}

describe.each(Object.entries(suite))('the public test vectors of %s', (_name, vectors) => {
  it.each(vectors.map((vector) => [JSON.stringify(vector).slice(0, 60), vector] as const))('%s', (_text, vector) => {
    for (const spelling of vector.msgpack) {
      const bytes = hex(spelling);
      expect(valueEnd(bytes, 0)).toBe(bytes.length);
      for (let cut = 0; cut < bytes.length; cut++) expect(valueEnd(bytes.subarray(0, cut), 0)).toBe(-1);
      const { value } = decode(bytes);
      const want = expected(vector);
      // A float that is as large as a big integer has lost its digits before it was written.
      if (typeof want === 'bigint' && typeof value === 'number') expect(value).toBe(Number(want));
      else expect(value).toEqual(want);
    }
  });
});

const job = (id: string, more: object = {}): object => ({ id, type: 'replay', state: 'queued', attempt: 0, ...more });

it.each([1, 3, 7, 64, 65_536])('reads a sequence of jobs, and one array of them, in chunks of %i bytes', (chunk) => {
  const values = [job('a', { payload: 'x'.repeat(300) }), job('b', { n: 18_446_744_073_709_551_615n }), job('c')];
  const sequence = values.map(pack);
  for (const [start, bytes] of [
    [0, Buffer.concat(sequence)],
    [1, pack(values)],
  ] as const) {
    const read = collect('x/whatever.bin', bytes, chunk);
    expect([read.kind, read.records, read.gaps]).toEqual(['jobs', 3, 0]);
    let at: number = start;
    (read.rows.job ?? []).forEach((row, i) => {
      expect([row.id, row.off, row.len]).toEqual(['abc'[i], at, sequence[i]?.length]);
      at += sequence[i]?.length ?? 0;
    });
    expect(parseJson(read.rows.job?.[1]?.extra as string)).toEqual({ n: 18_446_744_073_709_551_615n });
  }
});

it('reads a payload of bytes as the JSON that it is, with the digest of the bytes', () => {
  const text = Buffer.from('{"n": 18446744073709551616,\n "a":1}');
  const row = collect('jobs/j.msgpack', pack(job('j', { payload: text }))).rows.job?.[0];
  expect(parseJson(row?.payload as string)).toEqual({ n: 18_446_744_073_709_551_616n, a: 1 });
  expect([row?.payload_bytes, row?.payload_sha256]).toEqual([text.length, sha256(text)]);
  const other = Buffer.from([0xff, 0, 1]);
  const odd = collect('jobs/j.msgpack', pack(job('j', { payload: other, payload_sha256: 'told' }))).rows.job?.[0];
  expect(JSON.parse(odd?.payload as string)).toEqual({ $bin: other.toString('base64') });
  expect([odd?.payload_bytes, odd?.payload_sha256]).toEqual([3, 'told']);
  const nothing = collect('jobs/j.msgpack', pack(job('j', { payload: Buffer.from('null') }))).rows.job?.[0];
  expect([nothing?.payload, nothing?.payload_bytes]).toEqual([null, 4]);
});

it('keeps keys that are no strings, text that is no UTF-8, and numbers that JSON has no word for', () => {
  const bytes = Buffer.concat([hex('84-01-a1-61-a1-62-a2-ff-fe-a1-63-cb-7f-f8-00-00-00-00-00-00'), hex('92-01-02-c0')]);
  expect(decode(bytes).value).toEqual({
    b: { $str: '//4=' },
    c: { $float: 'NaN' },
    $map: [
      [1, 'a'],
      [[1, 2], null],
    ],
  });
  const proto = decode(hex('81-a9-5f-5f-70-72-6f-74-6f-5f-5f-81-a1-78-01')).value as object;
  expect(Object.keys(proto)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

it('counts the rest after a damage as one gap, and what is cut off as another', () => {
  const good = pack(job('a'));
  const damaged = collect('jobs.msgpack', Buffer.concat([good, hex('c1'), good, good]));
  expect([damaged.records, damaged.gaps]).toEqual([1, 1]);
  expect(damaged.rows.gap?.[0]).toMatchObject({ off: good.length, len: 1 + 2 * good.length, reason: 'not_msgpack' });
  const cut = collect('jobs.msgpack', Buffer.concat([good, good.subarray(0, -1)]));
  expect(cut.rows.gap?.[0]).toMatchObject({ off: good.length, len: good.length - 1, reason: 'cut_off' });
  // An array that claims four thousand million items, and holds one and a half.
  const claimed = collect('jobs.msgpack', Buffer.concat([hex('dd-ff-ff-ff-ff'), good, hex('db-ff-ff-ff-ff-00')]));
  expect([claimed.records, claimed.gaps]).toEqual([1, 1]);
  expect(claimed.rows.gap?.[0]).toMatchObject({ off: 5 + good.length, len: 6, reason: 'cut_off' });
  const nested = Buffer.concat([Buffer.alloc(300, 0x91), hex('c0')]);
  const deep = collect('jobs.msgpack', Buffer.concat([good, hex('81-a1-78'), nested, good]));
  expect([deep.records, deep.gaps, deep.rows.gap?.[0]?.reason]).toEqual([2, 1, 'nested_too_deep']);
  const odd = collect('jobs.msgpack', Buffer.concat([good, hex('07'), good]));
  expect([odd.records, odd.rows.gap?.[0]?.reason]).toEqual([2, 'not_an_object']);
});

it('keeps the records of a journal, with size and digest of their bytes', () => {
  const data = Buffer.from([1, 2, 3]);
  const bytes = Buffer.concat([1, 2, 4].map((seq) => pack({ seq, ts: 1_769_860_800_000 + seq, lane: 'in', data })));
  const read = collect('agents/ag_1/journal.msgpack', bytes);
  expect([read.kind, read.records, read.gaps]).toEqual(['journal', 3, 0]);
  expect(read.rows.journal?.[2]).toMatchObject({
    agent_id: 'ag_1',
    seq: '4',
    lane: 'in',
    bytes: 3,
    sha256: sha256(data),
    ts: 1_769_860_800_004_000,
  });
});

it('reads what another encoder writes, to the same values', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const bytes = pack(value);
      expect(valueEnd(bytes, 0)).toBe(bytes.length);
      expect(JSON.stringify(decode(bytes).value)).toBe(JSON.stringify(value));
    }),
  );
});

it('survives any bytes, and reads the records before them', () => {
  const good = pack(job('a'));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 64 }), (noise, chunk) => {
      const bytes = Buffer.concat([good, good, Buffer.from(noise)]);
      const read = collect('jobs.msgpack', bytes, chunk);
      expect(read.records).toBeGreaterThanOrEqual(2);
      for (const gap of read.rows.gap ?? [])
        expect((gap.off as number) + (gap.len as number)).toBeLessThanOrEqual(bytes.length);
      parseRecord(Buffer.from(noise));
    }),
    { numRuns: often(500, 2_000) },
  );
});
