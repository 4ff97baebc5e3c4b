// Protects: the documents of an agent (specification, approval, keys, regions, snapshots) are read as documented, kept whole
// where they are not, and never crash the reader.
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../src/base/json.ts';
import { maskJson } from '../../src/base/secrets.ts';
import { often } from '../often.ts';
import { collect } from './collect.ts';

const documentOf = (path: string, bytes: Buffer | string): { body: never; shape: unknown; gaps: number } => {
  const read = collect(path, bytes);
  const row = read.rows.document?.[0];
  return { body: parseJson((row?.body as string) ?? 'null') as never, shape: row?.shape, gaps: read.gaps };
};

it('keeps every pair of a specification in order, and counts a line without one', () => {
  const text = 'pipeline.target=SingleRing\na=1=2\r\n\nno pair\na= x\nbig=18446744073709551615\nü=é';
  const { body, shape, gaps } = documentOf('agents/ag_1/incident-bundle/spec.kv', text);
  expect(body).toEqual({
    format: 'kv/v1',
    model: 'SingleRing',
    notes: ['blank_line', 'carriage_return', 'not_ascii', 'repeated_key', 'spaces'],
    pairs: [
      ['pipeline.target', 'SingleRing'],
      ['a', '1=2'],
      ['a', ' x'],
      ['big', '18446744073709551615'],
      ['ü', 'é'],
    ],
  });
  expect([shape, gaps]).toEqual(['recognised', 1]);
  const gap = collect('spec.kv', text).rows.gap?.[0] as { off: number; len: number; reason: string };
  expect(
    Buffer.from(text)
      .subarray(gap.off, gap.off + gap.len)
      .toString(),
  ).toBe('no pair');
  expect(gap.reason).toBe('not_a_pair');
});

it('reads an approval credential, and keeps one that is none', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const payload = Buffer.from('{"approval_id":"apr_1","kid":"sk-1","v":1}').toString('base64url');
  const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url');
  const good = documentOf('x/approval.cred', `${payload}.${signature}\n`);
  expect(good.shape).toBe('recognised');
  expect(good.body).toMatchObject({ payload: { approval_id: 'apr_1', v: 1 }, signature });
  expect((good.body as { missing: string[] }).missing).toContain('spec_hash');
  expect(collect('renamed.txt', `${payload}.${signature}\n`).kind).toBe('approval-credential');
  for (const text of ['', 'words', 'a.b', `${payload}.`, `${Buffer.from('[1]').toString('base64url')}.AA`]) {
    const odd = documentOf('approval.cred', text);
    expect([odd.body, odd.shape]).toEqual([text, 'not recognised']);
  }
});

it.each([
  ['runtime.json', '{"crate":{"name":"byteor-runtime","version":"1"}}', true],
  ['runtime.json', '{"crate.name":"byteor-runtime","crate.version":"1"}', true],
  ['runtime.json', '{"name":"byteor-runtime"}', false],
  ['spec_validation.json', '{"ok":false,"error":"no stage"}', true],
  ['spec_validation.json', '{"valid":true}', false],
  ['policy_audit.json', '{"ok":true,"policy_version":1,"mode":"execute"}', true],
  ['policy_audit.json', '{"ok":true,"policy_version":2,"mode":"execute"}', false],
  ['environment.json', '{"pid":1,"cwd":null,"args":[],"env":[["A","b"]],"proc_status":null}', true],
  ['environment.json', '{"pid":1,"args":[],"env":{"A":"b"}}', false],
  ['single_ring_snapshot.json', '{"cursor":9,"gating":[1]}', true],
  ['single_ring_snapshot.json', '{"head":9}', false],
  ['lane_graph_state.json', '{"lanes":[],"roles":[]}', true],
  ['lane_graph_state.json', '{"lanes":{}}', false],
])('%s %s: its shape is recognised: %s', (name, text, recognised) => {
  const { body, shape } = documentOf(`incident-bundle/${name}`, text);
  expect(body).toEqual(JSON.parse(text));
  expect(shape).toBe(recognised ? 'recognised' : 'not recognised');
});

it('makes a snapshot of a ring or lane file with the model that its name tells, also where its shape is unknown', () => {
  const snapshots = (name: string, text: string): unknown =>
    collect(`agents/ag_1/incident-bundle/${name}`, text).rows.snapshot?.map(({ agent_id, model }) => [agent_id, model]);
  expect(snapshots('single_ring_snapshot.json', '{"head":9}')).toEqual([['ag_1', 'SingleRing']]);
  expect(snapshots('lane_graph_state.json', '{"x":[]}')).toEqual([['ag_1', 'LaneGraph']]);
});

it('shows no secret of the environment that a bundle tells', () => {
  const text = '{"pid":1,"args":["--token","s3cr3t"],"env":[["BYTEOR_AGENT_API_KEY","k3y"],["HOME","/root"]]}';
  const shown = JSON.stringify(maskJson(documentOf('environment.json', text).body));
  expect(shown).not.toMatch(/s3cr3t|k3y/);
  expect(shown).toContain('/root');
});

interface RegionParts {
  readonly kind?: number;
  readonly caps?: number;
  readonly bytes?: number;
  readonly size?: number;
  readonly big?: boolean;
}

/** A region as the product lays it out: header, `initialized`, and whatever `fill` writes. */
function region(
  { kind = 101, caps = 131_072, bytes = 4_096, size = bytes, big = false }: RegionParts,
  fill: (write: (at: number, value: bigint) => void, write32: (at: number, value: number) => void) => void,
): Buffer {
  const made = Buffer.alloc(size);
  const u32 = (at: number, value: number): unknown =>
    big ? made.writeUInt32BE(value, at) : made.writeUInt32LE(value, at);
  const u16 = (at: number, value: number): unknown =>
    big ? made.writeUInt16BE(value, at) : made.writeUInt16LE(value, at);
  u32(0, 0x5355_4249);
  u16(4, 1);
  u16(6, kind);
  u32(8, caps);
  u32(12, bytes);
  u32(16, 2);
  fill((at, value) => (big ? made.writeBigUInt64BE(value, at) : made.writeBigUInt64LE(value, at)), u32);
  return made;
}

it.each([false, true])('reads cursor and gates of a ring (big-endian: %s), and makes a snapshot of them', (big) => {
  const bytes = region({ big }, (u64) => {
    u64(64, 2n ** 64n - 1n);
    for (const [i, gate] of [9n, 8n, 7n, 0n].entries()) u64(128 + 64 * i, gate);
  });
  const read = collect('agents/ag_1/regions/ring', bytes, 100);
  expect([read.kind, read.records, read.gaps]).toEqual(['regions', 1, 0]);
  expect(read.rows.document?.[0]).toMatchObject({ len: bytes.length, agent_id: 'ag_1', shape: 'recognised' });
  const snapshot = parseJson(read.rows.snapshot?.[0]?.body as string);
  expect(snapshot).toEqual({ model: 'SingleRing', cursor: 2n ** 64n - 1n, capacity: 1024, gating: [9, 8, 7, 0] });
});

it('reads the positions of a journal, and tells a region that is shorter than its layout', () => {
  const journal = region({ kind: 3, caps: 0, bytes: 197_056 }, (u64, u32) => {
    u64(64, 70_000n);
    u32(128, 1);
    u32(192, 5);
    u32(196, 65_536);
    u64(200, 65_500n);
    u64(384, 69_000n);
  });
  const { body } = documentOf('x.bin', journal);
  expect(body).toMatchObject({
    layout: 'Journal',
    pub_pos: 70_000,
    active_segment: 1,
    sub_pos: [69_000, 0, 0, 0],
    problems: [],
  });
  const short = documentOf('x.bin', journal.subarray(0, 300)).body as { problems: string[] };
  expect(short.problems).toEqual(['truncated', 'header_cut']);
});

it('keeps a region of an unknown layout, and does not guess at gates', () => {
  const unknown = documentOf(
    'agents/a/regions/r',
    region({ kind: 7, caps: 0 }, () => undefined),
  );
  expect([unknown.shape, (unknown.body as { region_kind: number }).region_kind]).toEqual(['not recognised', 7]);
  expect(documentOf('agents/a/regions/r', Buffer.alloc(9)).shape).toBe('not recognised');
  const packed = documentOf(
    'agents/a/regions/r',
    region({}, (u64) => {
      u64(128, 1n);
      u64(136, 2n);
    }),
  );
  expect((packed.body as { problems: string[] }).problems).toContain('gates_not_recognised');
  expect(packed.body).not.toHaveProperty('gating');
});

it('survives any bytes under any of these names', () => {
  const names = [
    'spec.kv',
    'approval.cred',
    'agents/a/regions/r',
    'runtime.json',
    'signing_keys.json',
    'lane_graph_state.json',
  ];
  const head = region({}, () => undefined);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.string().map((text) => Buffer.from(text)),
        fc.json().map((text) => Buffer.from(text)),
        fc.tuple(fc.integer({ min: 0, max: 600 }), fc.uint8Array({ maxLength: 40 })).map(([at, noise]) => {
          const bytes = Buffer.from(head.subarray(0, 700));
          Buffer.from(noise).copy(bytes, at);
          return bytes;
        }),
      ),
      fc.integer({ min: 1, max: 50 }),
      (name, bytes, chunk) => {
        const read = collect(name, bytes, chunk);
        for (const gap of read.rows.gap ?? [])
          expect((gap.off as number) + (gap.len as number)).toBeLessThanOrEqual(bytes.length);
      },
    ),
    { numRuns: often(300, 1_000) },
  );
});
