// Protects: bytes before a break are never lost, every break is told, and no damage makes the reader crash, hang or leak.
import { writeFileSync } from 'node:fs';
import { constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { ArchiveStopped, defaultLimits } from '../../src/archive/index.ts';
import { often } from '../often.ts';
import { endMark, entry, hex, openDescriptors, problems, readAll, readBytes, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

const noise = (length: number, seed: number): Buffer => {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
};
const whole = Buffer.concat([
  entry({ path: 'one' }, 'the first member\n'.repeat(10)),
  entry({ path: 'two' }, noise(300, 7)),
  entry({ path: 'three' }, '{"n":3}\n'),
  endMark,
]);
const bodies: Record<string, Buffer> = {
  one: Buffer.from('the first member\n'.repeat(10)),
  two: noise(300, 7),
  three: Buffer.from('{"n":3}\n'),
};

it('yields what a tar.gz cut at any byte still holds, and says that it is cut', { timeout: 60_000 }, async () => {
  const bytes = gzipSync(whole);
  let most = 0;
  for (let length = 0; length < bytes.length; length++) {
    const { members, end } = await readBytes(shop.path('cut'), bytes.subarray(0, length));
    expect(end.digest).toBe(`sha256:${hex(bytes.subarray(0, length))}`);
    if (length > 2) expect(problems(end)).toContain('cut cut');
    if (end.form === 'file') continue;
    members.forEach(({ path, bytes: got, cut }, at) => {
      const body = bodies[path] ?? Buffer.alloc(0);
      expect(got.equals(body.subarray(0, got.length))).toBe(true);
      expect(got.length === body.length || cut !== null).toBe(true);
      if (at < members.length - 1) expect(cut).toBeNull();
    });
    const total = members.reduce((sum, { bytes: got }) => sum + got.length, 0);
    expect(total).toBeGreaterThanOrEqual(most);
    most = total;
  }
  expect(most).toBe(Object.values(bodies).reduce((sum, { length }) => sum + length, 0));
});

it('yields every whole member of a plain tar cut at any byte', { timeout: 60_000 }, async () => {
  for (let length = 512; length < whole.length - 512; length += 7) {
    const { members, end } = await readBytes(shop.path('cut.tar'), whole.subarray(0, length));
    expect(problems(end)).toContain('cut cut.tar');
    let start = 0;
    const there: Record<string, number> = {};
    for (const [path, body] of Object.entries(bodies)) {
      if (length >= start + 512) there[path] = Math.min(body.length, length - start - 512);
      start += 512 + Math.ceil(body.length / 512) * 512;
    }
    expect(Object.fromEntries(members.map(({ path, bytes }) => [path, bytes.length]))).toEqual(there);
    for (const { path, bytes } of members)
      expect(bytes.equals((bodies[path] ?? bytes).subarray(0, bytes.length))).toBe(true);
  }
});

it('loses no byte before a damaged place in the middle of a gzip stream', async () => {
  // Stored blocks show where each byte lies: the block type 3 at the damaged place does not exist.
  const body = noise(400_000, 3);
  const raw = deflateRawSync(body, { level: 0 });
  const gz = gzipSync(body, { level: 0 });
  const blockHead = 5;
  const perBlock = raw.readUInt16LE(1);
  const second = 10 + blockHead + perBlock;
  gz[second] = 0xff;
  const { members, end } = await readBytes(shop.path('stored.bin'), gz);
  expect(members).toHaveLength(1);
  expect(members[0]?.bytes.equals(body.subarray(0, perBlock))).toBe(true);
  expect(members[0]?.cut).toContain('damaged');
  expect([problems(end), end.digest]).toEqual([['cut stored.bin'], `sha256:${hex(gz)}`]);
});

it('gives exactly what zlib can decode before the damage, in any piece of a longer stream', {
  timeout: 60_000,
}, async () => {
  const body = Buffer.from(
    Array.from({ length: 80_000 }, (_, i) => `{"n":${(i * 48_271) % 65_537},"k":"${i % 7}"}\n`).join(''),
  );
  // Little memory makes many short blocks, so that damage soon meets a block header.
  const intact = gzipSync(body, { memLevel: 1 });
  expect(intact.length).toBeGreaterThan(3 * 65_536);
  // The longest start that zlib decodes without complaint, found by halving.
  const decodable = (raw: Buffer): Buffer => {
    let [low, high] = [0, raw.length];
    const attempt = (length: number): Buffer | null => {
      try {
        return inflateRawSync(raw.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
      } catch {
        return null;
      }
    };
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (attempt(middle) === null) high = middle - 1;
      else low = middle;
    }
    return attempt(low) ?? Buffer.alloc(0);
  };
  let broken = 0;
  for (const place of [40, 5_000, 65_530, 65_546, 90_001, 131_082, 150_000, 230_000]) {
    const gz = Buffer.from(intact);
    gz.fill(0xff, place, place + 12);
    const expected = decodable(gz.subarray(10, -8));
    const { members, end } = await readBytes(shop.path('long.ndjson'), gz);
    expect(Buffer.concat(members.map(({ bytes }) => bytes)).equals(expected)).toBe(true);
    expect(end.hazards).toHaveLength(1);
    if (problems(end)[0] === 'cut long.ndjson') broken += 1;
  }
  expect(broken).toBeGreaterThan(3);
});

it('tells a checksum that does not match, and a wrong length', async () => {
  for (const place of [8, 1]) {
    const gz = gzipSync(whole);
    gz[gz.length - place] = (gz[gz.length - place] ?? 0) ^ 1;
    const { members, end } = await readBytes(shop.path('crc'), gz);
    expect([members.map(({ path }) => path), problems(end)]).toEqual([['one', 'two', 'three'], ['checksum crc']]);
  }
});

it('is cut where a second gzip segment is', async () => {
  const bytes = Buffer.concat([gzipSync(whole.subarray(0, 600)), gzipSync(whole.subarray(600)).subarray(0, 60)]);
  const { members, end } = await readBytes(shop.path('second'), bytes);
  expect(members[0]?.path).toBe('one');
  expect(problems(end)).toContain('cut second');
});

it('survives any flipped, missing or added bytes', { timeout: 60_000 }, async () => {
  const limits = { ...defaultLimits, totalBytes: 2 ** 26 };
  const before = openDescriptors();
  const edits = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255), fc.constantFrom('flip', 'drop', 'add')), {
    minLength: 1,
    maxLength: 6,
  });
  const path = shop.path('fuzz');
  await fc.assert(
    fc.asyncProperty(edits, fc.constantFrom('tar', 'gz', 'gz of damaged'), async (list, form) => {
      let bytes = form === 'gz' ? gzipSync(whole) : Buffer.from(whole);
      for (const [place, value, edit] of list) {
        const at = place % bytes.length;
        if (edit === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (value || 1);
        else
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(edit === 'add' ? [value] : []),
            bytes.subarray(at + (edit === 'drop' ? 1 : 0)),
          ]);
      }
      if (form === 'gz of damaged') bytes = gzipSync(bytes);
      writeFileSync(path, bytes);
      try {
        const outcome = await readAll(path, limits);
        if (outcome.kind === 'read') expect(outcome.end.digest).toBe(`sha256:${hex(bytes)}`);
      } catch (error) {
        if (!(error instanceof ArchiveStopped)) throw error;
        expect(error.failure.code).toBe('limit');
      }
    }),
    { numRuns: often(150, 400) },
  );
  expect(openDescriptors()).toBe(before);
});
