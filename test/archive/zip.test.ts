// Protects: a zip gives every member that can be read, in the order of its directory, checked, and nothing that is hostile.
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveStopped, defaultLimits } from '../../src/archive/index.ts';
import { often } from '../often.ts';
import { hex, problems, readBytes, texts, workshop } from './made.ts';
import { type ZipOptions, type ZipParts, zip } from './made-zip.ts';

const shop = workshop();
afterAll(shop.remove);

const ok: ZipParts = { name: 'ok', body: 'still read' };
/** The field that gives a name in Unicode beside the one in some code page. */
const unicodePath = (text: string, raw: string): Buffer => {
  const name = Buffer.from(text);
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + name.length, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(Buffer.from(raw, 'latin1')), 5);
  return Buffer.concat([field, name]);
};
const table: readonly [
  name: string,
  entries: readonly ZipParts[],
  members: Record<string, string>,
  problems: readonly string[],
  options?: ZipOptions,
][] = [
  [
    'stored, deflated and zstd members, in the order of the directory',
    [
      { name: 'z', body: 'stored', method: 0 },
      { name: 'a/b', body: 'deflated', method: 8 },
      { name: 'c', body: 'zstd', method: 93 },
      { name: 'empty', body: '', method: 0 },
    ],
    { z: 'stored', 'a/b': 'deflated', c: 'zstd', empty: '' },
    [],
  ],
  [
    'zip64 numbers, in entries and at the end',
    [{ name: 'a', body: 'one', is64: true }, { name: 'b', body: 'two', is64: true, descriptor: 'marked64' }, ok],
    { a: 'one', b: 'two', ok: 'still read' },
    [],
    { is64: true },
  ],
  [
    'lengths that follow the bytes',
    [{ name: 'a', body: 'one', descriptor: 'marked' }, { name: 'b', body: 'two', descriptor: 'bare', method: 0 }, ok],
    { a: 'one', b: 'two', ok: 'still read' },
    [],
  ],
  [
    'a comment that holds the mark of the end',
    [ok],
    { ok: 'still read' },
    [],
    { comment: 'x PK\x05\x06 and more text' },
  ],
  ['no member at all', [], {}, []],
  [
    'folders, links and devices',
    [
      { name: 'd/', mode: 0o40755, method: 0 },
      { name: 'dos/', host: 0, mode: 0, method: 0 },
      { name: 'link', body: '/etc/passwd', mode: 0o120777 },
      { name: 'fifo', mode: 0o010644 },
      ok,
    ],
    { ok: 'still read' },
    ['link link', 'device fifo'],
  ],
  [
    'members that cannot be read are told, with their method',
    [{ name: 'locked', body: 'x', flags: 1 }, { name: 'odd', body: 'x', method: 12 }, ok],
    { ok: 'still read' },
    ['unreadable locked', 'unreadable odd'],
  ],
  [
    'hazardous and repeated names',
    [
      { name: '../up', body: '1' },
      { name: '/root', body: '2' },
      { name: 'same', body: '3' },
      { name: './same', body: '4' },
    ],
    { '../up': '1', '/root': '2', same: '3', 'same~2': '4' },
    ['parent_path ../up', 'absolute_path /root', 'duplicate_name same~2'],
  ],
  [
    'names: marked UTF-8, code page 437, forgotten mark, bytes of Unix, a Unicode field, backslashes of Windows only',
    [
      { name: 'ü', body: '1', flags: 0x800 },
      { name: Buffer.from([0x81, 0x2e, 0xe1]), body: '2', host: 0 },
      { name: 'ä', body: '3', host: 0 },
      { name: Buffer.from([0x61, 0x81]), body: '4' },
      { name: Buffer.from('a?', 'latin1'), body: '5', host: 0, extra: unicodePath('a€', 'a?') },
      { name: 'w\\x', body: '6', host: 0 },
      { name: 'u\\x', body: '7' },
    ],
    { ü: '1', 'ü.ß': '2', ä: '3', 'a%81': '4', 'a€': '5', 'w/x': '6', 'u\\x': '7' },
    [],
  ],
  [
    'a checksum or a length that does not match',
    [{ name: 'crc', body: 'x', crc: 1 }, { name: 'size', body: 'abc', size: 7 }, ok],
    { crc: 'x', size: 'abc', ok: 'still read' },
    ['checksum crc', 'checksum size'],
  ],
  [
    'two entries of the same bytes',
    [
      { name: 'a', body: 'once' },
      { name: 'b', body: 'once', at: 0 },
    ],
    { a: 'once', b: 'once' },
    ['damaged_header b'],
  ],
  [
    'a length that reaches into the others costs them nothing',
    [{ name: 'a', body: 'one', stored: 5000 }, ok],
    { a: 'one', ok: 'still read' },
    ['cut a', 'damaged_header ok'],
  ],
  [
    'a directory that says it has more entries: read without it',
    [ok],
    { ok: 'still read' },
    ['damaged_header t.zip'],
    { count: 2 },
  ],
  ['no directory', [ok], { ok: 'still read' }, ['cut t.zip'], { withoutDirectory: true }],
];

it.each(table)('%s', async (_, entries, members, expected, options) => {
  const bytes = zip(entries, options);
  const outcome = await readBytes(shop.path('t.zip'), bytes);
  expect(texts(outcome.members)).toEqual(members);
  expect(problems(outcome.end)).toEqual(expected);
  expect([outcome.end.form, outcome.end.digest]).toEqual(['zip', `sha256:${hex(bytes)}`]);
  expect(outcome.archive.bytesRead()).toBe(bytes.length);
});

describe('without a directory', () => {
  const entries: readonly ZipParts[] = [
    { name: 'stored', body: 'stored '.repeat(9), method: 0 },
    { name: 'deflated', body: 'deflated '.repeat(9) },
    { name: 'followed', body: 'followed '.repeat(9), descriptor: 'marked' },
    { name: 'bare', body: 'bare '.repeat(9), descriptor: 'bare' },
    { name: 'wide', body: 'wide '.repeat(9), descriptor: 'marked64', is64: true },
    { name: 'zstd', body: 'zstd '.repeat(9), method: 93, descriptor: 'marked' },
    { name: 'last', body: 'last' },
  ];
  const bodies = Object.fromEntries(entries.map(({ name, body }) => [String(name), String(body)]));

  it('reads what the local headers give', async () => {
    const { members, end } = await readBytes(shop.path('bare.zip'), zip(entries, { withoutDirectory: true }));
    expect([texts(members), problems(end)]).toEqual([bodies, ['cut bare.zip']]);
  });

  it('gives what a zip cut at any byte still holds, and says that it is cut', async () => {
    const bytes = zip(entries);
    let most = 0;
    for (let length = 30; length < bytes.length; length++) {
      const { members, end } = await readBytes(shop.path('cut.zip'), bytes.subarray(0, length));
      expect(end.hazards.length).toBeGreaterThan(0);
      for (const { path, bytes: got, cut } of members) {
        const body = bodies[path] ?? '';
        expect(body.startsWith(got.toString())).toBe(true);
        expect(got.length === body.length || cut !== null).toBe(true);
      }
      const total = members.reduce((sum, { bytes: got }) => sum + got.length, 0);
      expect(total).toBeGreaterThanOrEqual(most);
      most = total;
    }
    expect(texts((await readBytes(shop.path('cut.zip'), bytes.subarray(0, -1))).members)).toEqual(bodies);
  });

  it('goes on at the next header behind damage, and past a member that does not say its length', async () => {
    const lost = zip([{ name: 'lost', body: 'x'.repeat(70_000), method: 0, descriptor: 'marked' }], {
      withoutDirectory: true,
    });
    const bytes = Buffer.concat([
      zip([{ name: 'first', body: '1' }], { withoutDirectory: true }),
      Buffer.from('damage PK damage'),
      lost,
      zip([ok], { withoutDirectory: true }),
    ]);
    const { members, end } = await readBytes(shop.path('t.zip'), bytes);
    expect(texts(members)).toEqual({ first: '1', ok: 'still read' });
    expect(problems(end)).toEqual(['damaged_header t.zip', 'unreadable lost', 'damaged_header t.zip', 'cut t.zip']);
  });
});

it('is known by its end, where its beginning is damaged or stands behind other bytes', async () => {
  const bytes = zip([{ name: 'a', body: '1' }, ok]);
  bytes.fill(0, 0, 2);
  const { members, end } = await readBytes(shop.path('t.zip'), bytes);
  expect([texts(members), problems(end), end.form]).toEqual([{ a: '', ok: 'still read' }, ['cut a'], 'zip']);
  expect(end.digest).toBe(`sha256:${hex(bytes)}`);
});

it('tells bytes after the end', async () => {
  const { members, end } = await readBytes(shop.path('t.zip'), Buffer.concat([zip([ok]), Buffer.from('junk')]));
  expect([texts(members), problems(end)]).toEqual([{ ok: 'still read' }, ['trailing_bytes t.zip']]);
});

it('loses no byte before a damaged place in a deflated member', async () => {
  const body = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
  const raw = deflateRawSync(body, { level: 0 });
  const perBlock = raw.readUInt16LE(1);
  const bytes = zip([{ name: 'big', body, method: 0 }, ok]);
  // The same bytes as stored blocks: the block type 3 at the damaged place does not exist.
  raw[5 + perBlock] = 0xff;
  const spoilt = zip([{ name: 'big', body: raw, method: 0, size: body.length }, ok]);
  spoilt.writeUInt16LE(8, 8);
  spoilt.writeUInt16LE(8, spoilt.indexOf('PK\x01\x02') + 10);
  expect((await readBytes(shop.path('t.zip'), bytes)).members[0]?.bytes.equals(body)).toBe(true);
  const { members, end } = await readBytes(shop.path('t.zip'), spoilt);
  expect(members[0]?.bytes.equals(body.subarray(0, perBlock))).toBe(true);
  expect([problems(end), texts(members.slice(1))]).toEqual([['cut big'], { ok: 'still read' }]);
});

it('is stopped by the ratio where many entries are of the same bytes', async () => {
  const body = Buffer.alloc(2 ** 20);
  const entries: ZipParts[] = [{ name: 'kernel', body }];
  for (let n = 0; n < 3000; n++) entries.push({ name: `copy${n}`, body: '', at: 0 });
  const bytes = zip(entries);
  // Each copy claims the kernel's stored bytes.
  const stored = bytes.readUInt32LE(18);
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 1))
    bytes.writeUInt32LE(stored, at + 20);
  await expect(readBytes(shop.path('bomb.zip'), bytes, { ...defaultLimits, ratio: 200 })).rejects.toThrow(
    ArchiveStopped,
  );
  await expect(readBytes(shop.path('bomb.zip'), bytes, { ...defaultLimits, ratio: 200 })).rejects.toThrow(
    '--max-ratio',
  );
});

it('survives any flipped, missing or added bytes', { timeout: 60_000 }, async () => {
  const whole = zip([
    { name: 'a', body: 'stored', method: 0 },
    { name: 'b', body: 'deflated '.repeat(30), descriptor: 'marked' },
    { name: 'c', body: 'zstd '.repeat(30), method: 93, is64: true },
    ok,
  ]);
  const edits = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255), fc.constantFrom('flip', 'drop', 'add')), {
    minLength: 1,
    maxLength: 4,
  });
  const limits = { ...defaultLimits, totalBytes: 2 ** 26 };
  await fc.assert(
    fc.asyncProperty(edits, async (list) => {
      let bytes = Buffer.from(whole);
      for (const [place, value, edit] of list) {
        const at = place % bytes.length;
        if (edit === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (value || 1);
        else {
          const added = Buffer.from(edit === 'add' ? [value] : []);
          bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + (edit === 'drop' ? 1 : 0))]);
        }
      }
      const { end } = await readBytes(shop.path('fuzz.zip'), bytes, limits);
      expect(end.digest).toBe(`sha256:${hex(bytes)}`);
    }),
    { numRuns: often(150, 400) },
  );
});

it('keeps every other member when one is damaged', async () => {
  const entries = ['a', 'b', 'c', 'd'].map((name) => ({ name, body: `${name} `.repeat(50) }));
  const whole = zip(entries);
  const starts = entries.map(({ name }) => whole.indexOf(`${name}`, whole.indexOf(`PK\x03\x04`)));
  await fc.assert(
    fc.asyncProperty(fc.nat(starts[2] ?? 0), fc.integer({ min: 1, max: 255 }), async (place, value) => {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ value;
      const { members } = await readBytes(shop.path('one.zip'), bytes);
      const intact = members.filter(({ path, bytes: got }) => got.toString() === `${path} `.repeat(50));
      expect(intact.length).toBeGreaterThanOrEqual(place < (starts[1] ?? 0) ? 3 : 2);
    }),
    { numRuns: 150 },
  );
});
