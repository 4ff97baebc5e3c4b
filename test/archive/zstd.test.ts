// Protects: zstd opens as gzip does: any framing, every byte before a break, and no frame that asks for too much memory.
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveStopped, defaultLimits } from '../../src/archive/index.ts';
import { endMark, entry, hex, openDescriptors, problems, readBytes, texts, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

const tar = Buffer.concat([
  entry({ path: 'one' }, 'the first member\n'.repeat(10)),
  entry({ path: 'two' }, '{"n":2}\n'),
  endMark,
]);
const members = { one: 'the first member\n'.repeat(10), two: '{"n":2}\n' };
const checked = (body: Buffer): Buffer => zstdCompressSync(body, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = (bytes: number): Buffer => {
  const frame = Buffer.alloc(8 + bytes, 'x');
  frame.writeUInt32LE(0x184d2a53, 0);
  frame.writeUInt32LE(bytes, 4);
  return frame;
};
const long = Buffer.from(
  Array.from({ length: 120_000 }, (_, i) => `{"n":${(i * 48_271) % 65_537},"k":"${i % 7}"}\n`).join(''),
);

describe('framing', () => {
  it.each([
    ['one frame', zstdCompressSync(tar)],
    ['a frame with a checksum', checked(tar)],
    ['several frames', Buffer.concat([zstdCompressSync(tar.subarray(0, 700)), checked(tar.subarray(700))])],
    ['frames that are skipped, also first', Buffer.concat([skippable(4), zstdCompressSync(tar), skippable(100_000)])],
    ['an empty frame between', Buffer.concat([zstdCompressSync(Buffer.alloc(0)), zstdCompressSync(tar)])],
    ['zeros behind', Buffer.concat([zstdCompressSync(tar), Buffer.alloc(100)])],
  ])('%s', async (_, bytes) => {
    const outcome = await readBytes(shop.path('t'), bytes);
    expect([texts(outcome.members), outcome.end.hazards, outcome.end.form]).toEqual([members, [], 'tar.zst']);
    expect(outcome.end.digest).toBe(`sha256:${hex(bytes)}`);
    expect(outcome.archive.bytesRead()).toBe(bytes.length);
  });

  it('opens a bare evidence file', async () => {
    const { members: got, end } = await readBytes(shop.path('r.ndjson.zst'), checked(long));
    expect([got[0]?.bytes.equals(long), got[0]?.path, end.form, end.hazards]).toEqual([
      true,
      'r.ndjson.zst',
      'file',
      [],
    ]);
    const empty = await readBytes(shop.path('e.zst'), zstdCompressSync(Buffer.alloc(0)));
    expect([empty.members, empty.end.hazards]).toEqual([[], []]);
  });

  it('tells bytes that follow', async () => {
    const { members: got, end } = await readBytes(shop.path('t'), Buffer.concat([checked(tar), Buffer.from('junk')]));
    expect([texts(got), problems(end)]).toEqual([members, ['trailing_bytes t']]);
  });

  it('reads all kinds of blocks: raw, runs of a byte, compressed', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255));
    for (const body of [noise, Buffer.alloc(5_000_000, 'z'), Buffer.concat([Buffer.alloc(300_000), noise, long])]) {
      const { members: got, end } = await readBytes(shop.path('b'), checked(body));
      expect([got[0]?.bytes.equals(body), end.hazards]).toEqual([true, []]);
    }
  });
});

describe('damage', () => {
  it('gives all blocks of a file cut at any place', async () => {
    const bytes = checked(long);
    let most = 0;
    for (let length = 5; length < bytes.length; length += 4999) {
      const { members: got, end } = await readBytes(shop.path('cut'), bytes.subarray(0, length));
      const all = Buffer.concat(got.map((member) => member.bytes));
      expect(all.equals(long.subarray(0, all.length))).toBe(true);
      expect(problems(end)).toContain('cut cut');
      expect(all.length).toBeGreaterThanOrEqual(most);
      most = all.length;
    }
    expect(most).toBeGreaterThan(long.length / 2);
  });

  it('loses no block before the damaged one, in any piece of the stream', async () => {
    const intact = checked(long);
    // Where each block ends, and how much came out by then: a block gives its bytes when its last one is read.
    const ends: number[] = [];
    for (let at = intact.indexOf(0xfd) + 1 + headerRest(intact); at + 3 < intact.length - 4; ) {
      const word = intact.readUIntLE(at, 3);
      at += 3 + ((word >> 1) % 4 === 1 ? 1 : word >> 3);
      ends.push(at);
    }
    expect(ends.length).toBeGreaterThan(10);
    for (const block of [0, 1, 7, ends.length - 1]) {
      const bytes = Buffer.from(intact);
      // The block type that does not exist.
      const start = block === 0 ? 4 + 1 + headerRest(intact) - 1 : (ends[block - 1] ?? 0);
      bytes[start] = (bytes[start] ?? 0) | 6;
      const { members: got, end } = await readBytes(shop.path('d'), bytes);
      const all = Buffer.concat(got.map((member) => member.bytes));
      expect(all.equals(long.subarray(0, block * 131_072))).toBe(true);
      expect([problems(end), end.digest]).toEqual([['cut d'], `sha256:${hex(bytes)}`]);
    }
  });

  it('tells a checksum that does not match and goes on with the next frame', async () => {
    const first = checked(tar.subarray(0, 700));
    first[first.length - 1] = (first.at(-1) ?? 0) ^ 1;
    const bytes = Buffer.concat([first, checked(tar.subarray(700))]);
    const { members: got, end } = await readBytes(shop.path('sum'), bytes);
    expect([texts(got), problems(end)]).toEqual([members, ['checksum sum']]);
  });

  it('refuses a frame that needs too much memory or a dictionary, and says what to do', async () => {
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 1, 0, 0]);
    const dictionary = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 0x07, 1, 0, 0]);
    const single = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]),
      Buffer.alloc(7, 0xff),
      Buffer.from([0, 1, 0, 0]),
    ]);
    for (const [bytes, why] of [
      [wide, 'bytes of memory'],
      [single, 'bytes of memory'],
      [dictionary, 'dictionary'],
    ] as const) {
      const { members: got, end } = await readBytes(
        shop.path('w'),
        Buffer.concat([zstdCompressSync(Buffer.from('before')), bytes]),
      );
      expect([texts(got), problems(end)]).toEqual([{ w: 'before' }, ['cut w']]);
      expect(end.hazards[0]?.detail).toContain(why);
    }
  });

  it('stops a bomb at the limits', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(2 ** 28), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    for (const limits of [{ ratio: 500 }, { totalBytes: 2 ** 24 }])
      await expect(readBytes(shop.path('bomb'), bomb, { ...defaultLimits, ...limits })).rejects.toThrow(ArchiveStopped);
  });

  it('survives any flipped, missing or added bytes', { timeout: 60_000 }, async () => {
    const whole = Buffer.concat([skippable(9), checked(tar.subarray(0, 900)), zstdCompressSync(tar.subarray(900))]);
    const limits = { ...defaultLimits, totalBytes: 2 ** 26 };
    const before = openDescriptors();
    const edits = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255), fc.constantFrom('flip', 'drop', 'add')), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (list) => {
        let bytes = Buffer.from(whole);
        for (const [place, value, edit] of list) {
          const at = place % bytes.length;
          const added = Buffer.from(
            edit === 'add' ? [value] : edit === 'flip' ? [(bytes[at] ?? 0) ^ (value || 1)] : [],
          );
          bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + (edit === 'add' ? 0 : 1))]);
        }
        const outcome = await readBytes(shop.path('fuzz'), bytes, limits).catch((error) => {
          if (!(error instanceof ArchiveStopped)) throw error;
        });
        if (outcome !== undefined) expect(outcome.end.digest).toBe(`sha256:${hex(bytes)}`);
      }),
      { numRuns: 300 },
    );
    expect(openDescriptors()).toBe(before);
  });
});

/** Bytes of a frame's header behind its magic. */
function headerRest(frame: Buffer): number {
  const descriptor = frame[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  return 1 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + ([single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0);
}
