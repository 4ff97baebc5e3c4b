// Protects: any bytes at all become records, counted gaps or blanks: nothing is lost in silence, nothing crashes or hangs.
import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../src/evidence/cut/json-spans.ts';
import { cutLines } from '../../src/evidence/cut/lines.ts';
import type { Kind } from '../../src/evidence/kind.ts';
import { registry } from '../../src/evidence/kinds/registry.ts';
import { collect } from './collect.ts';

const good = '{"ts":"2026-01-31T12:00:00Z","action":"a.b","resource":{"kind":"job","id":"j"}}';

/** The lines of a member by a second, plain way. */
function plainLines(bytes: Buffer): { offset: number; bytes: Buffer }[] {
  const lines: { offset: number; bytes: Buffer }[] = [];
  for (let from = 0; from < bytes.length; ) {
    let end = bytes.indexOf(10, from);
    if (end < 0) end = bytes.length;
    let start = from;
    let stop = end;
    if (from === 0 && bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) start = 3;
    if (stop > start && bytes[stop - 1] === 13) stop -= 1;
    const line = bytes.subarray(start, stop);
    if (line.some((byte) => byte !== 32 && byte !== 9 && byte !== 13)) lines.push({ offset: start, bytes: line });
    from = end + 1;
  }
  return lines;
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constant(Buffer.from(good)) },
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '',
      '  \t',
      '\r',
      '[]',
      '3',
      '{"a":NaN}',
      '{"ts":"2026',
      'ä"',
      '{"action":1,"action":2,"resource":{}}',
      '\ufeff',
      '{"a":"\\ud800"}',
    )
    .map((text) => Buffer.from(text)),
);
const member = fc
  .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', '\n\n')), { maxLength: 20 })
  .map((parts) =>
    Buffer.concat([
      Buffer.from(`${good}\n`),
      ...parts.flatMap(([bytes, end]) => [bytes, Buffer.from(end)]),
      Buffer.from(good),
    ]),
  );

it('lines are records, gaps or blanks, and each has its own bytes, however the stream is cut', () => {
  fc.assert(
    fc.property(member, fc.integer({ min: 1, max: 200 }), (bytes, chunk) => {
      const lines = plainLines(bytes);
      const read = collect('audit.ndjson', bytes, chunk);
      const found = [...Object.values(read.rows)].flat();
      const spans = found.map(({ off, len }) => `${off}+${len}`).sort();
      expect(spans).toEqual(lines.map((line) => `${line.offset}+${line.bytes.length}`).sort());
      expect(read.records + read.gaps).toBe(lines.length);
      for (const gap of read.rows.gap ?? []) {
        const line = bytes.subarray(gap.off as number, (gap.off as number) + (gap.len as number));
        if (gap.reason === 'invalid_utf8') expect(isUtf8(line)).toBe(false);
      }
    }),
    { numRuns: 100 },
  );
});

/** A member of every kind that is read line by line, with lines that the kind reads. */
type LineMember = readonly [path: string, good: readonly string[]];
const lineMembers = (registry as readonly Kind[]).flatMap((kind): readonly LineMember[] => {
  if ('open' in kind) return [[`logs/x.${kind.kind === 'metrics' ? 'prom' : 'log'}`, kind.samples] as const];
  return 'emit' in kind && !kind.fills.includes('document') ? [[`${kind.kind}.ndjson`, kind.samples] as const] : [];
});

it.each(lineMembers)(
  'every line of %s is a record, a gap, or says nothing, and its neighbours stay what they are',
  (path, good) => {
    const odd = fc.oneof(
      piece,
      fc.constantFrom(...lineMembers.flatMap(([, lines]) => lines)).map((text) => Buffer.from(text)),
    );
    const ending = fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\r\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(odd, ending), { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        (parts, chunk, cut) => {
          // A line break inside what is odd makes two lines of it, which the count of lines knows.
          const first = Buffer.from(`${good[0]}\n`);
          const bytes = Buffer.concat([
            first,
            ...parts.flatMap(([one, end]) => [one, Buffer.from(end)]),
            Buffer.from(`${good[0]}`),
          ]);
          const read = collect(path, bytes, chunk, cut);
          expect(read.lines).toEqual({ total: bytes.toString('latin1').split('\n').length, blank: expect.any(Number) });
          const said = plainLines(bytes);
          const comments = path.endsWith('.prom')
            ? said.filter((line) => /^\s*#/.test(line.bytes.toString()) && isUtf8(line.bytes)).length
            : 0;
          expect(read.lines?.blank).toBe((read.lines?.total ?? 0) - said.length + comments);
          expect(read.records + read.gaps).toBe(said.length - comments);
          const places = Object.values(read.rows)
            .flat()
            .map(({ off, len }) => `${off}+${len}`);
          expect(new Set(places).size).toBe(said.length - comments);
          const rows = Object.values(read.rows)
            .flat()
            .filter(({ reason }) => reason === undefined);
          expect(rows.map(({ off }) => off)).toContain(0);
          expect(rows.map(({ off }) => off)).toContain(bytes.length - Buffer.byteLength(good[0] ?? ''));
        },
      ),
      { numRuns: 60 },
    );
  },
);

it('any bytes under any known name are read to the end', () => {
  const names = [
    'audit.ndjson',
    'state.json',
    'metrics/api/1.prom',
    'logs/a.log',
    'manifest.json',
    'jobs/x.json',
    'incident-bundle/runtime.json',
    'incident-bundle/spec.kv',
    'x',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
      fc.integer({ min: 1, max: 64 }),
      (name, bytes, chunk) => {
        const read = collect(name, Buffer.from(bytes), chunk);
        expect(read.records + read.gaps).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 500 },
  );
});

describe('one bad record among good ones', () => {
  it.each([
    ['not_json', '{"ts":'],
    ['not_an_object', '[1,2]'],
    ['not_an_object', '"text"'],
    ['invalid_utf8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['nested_too_deep', `{"action":"a","resource":{},"details":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('is a gap: %s', (reason, bad) => {
    const bytes = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from(bad), Buffer.from(`\n${good}\n`)]);
    const read = collect('audit.ndjson', bytes);
    expect(read.records).toBe(2);
    expect(read.rows.gap).toEqual([{ off: good.length + 1, len: Buffer.from(bad).length, ts: null, reason }]);
  });

  it('a line that is too long is counted, not held', () => {
    const seen: string[] = [];
    const cutter = cutLines(
      {
        line: (text) => seen.push(text),
        badUtf8: () => seen.push('?'),
        tooLong: (offset, length) => seen.push(`long ${offset}+${length}`),
      },
      100,
    );
    for (let i = 0; i < 1_000; i++) cutter.feed(Buffer.alloc(1_000, 'x'));
    cutter.feed(Buffer.from('\r\nshort\n'));
    cutter.end();
    expect(seen).toEqual(['long 0+1000000', 'short']);
  });

  it('a record that breaks off with its member says so', () => {
    expect(collect('audit.ndjson', `${good}\n{"ts":"20`, 64, true).rows.gap?.[0]?.reason).toBe('cut_off');
  });

  it('a document that does not parse is one gap', () => {
    const read = collect('state.json', '{\n "agents": [\n  {"id": 1}\n');
    expect([read.kind, read.records, read.gaps]).toEqual(['state', 0, 1]);
  });

  it('a sample line that is none is one gap', () => {
    const read = collect(
      'metrics/api/1769860800000.prom',
      '# TYPE a counter\na{x="1"} 2\na{x=} 2\n\nb NaN\nc +Inf 1769860800000\nd 1 2 3\n',
    );
    expect([read.records, read.gaps]).toEqual([3, 2]);
    expect(read.rows.sample?.map(({ name, value, real, ts }) => [name, value, real, ts])).toEqual([
      ['a', '2', 2, null],
      ['b', 'NaN', null, null],
      ['c', '+Inf', Infinity, 1_769_860_800_000_000],
    ]);
  });
});

it('the span scanner agrees with the parser about what is JSON structure', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(scanJson(Buffer.from(text), null)).toBe('whole');
      if (text.length > 1 && /[}\]"]$/.test(text))
        expect(scanJson(Buffer.from(text.slice(0, -1)), null)).toBe('prefix');
    }),
  );
  expect(scanJson(Buffer.from('['.repeat(1_000_000)), null)).toBe('prefix');
});
