// Protects: sparse members come out with their holes filled, in all of GNU tar's spellings, and cost no more than they may.
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/archive/index.ts';
import { endMark, entry, hex, padded, pax, problems, readBytes, texts, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

type Regions = readonly (readonly [offset: number, data: string])[];
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
const dataOf = (regions: Regions): Buffer => Buffer.from(regions.map(([, data]) => data).join(''));
const fileOf = (regions: Regions, size: number): Buffer => {
  const file = Buffer.alloc(size);
  for (const [offset, data] of regions) file.write(data, offset, 'latin1');
  return file;
};

/** GNU's older form: four regions in the header, 21 in each block behind it. */
function old(name: string, regions: Regions, size: number): Buffer {
  const put = (block: Buffer, at: number, few: Regions): void =>
    few.forEach(([offset, data], i) => {
      block.write(octal(offset) + octal(data.length), at + i * 24, 'latin1');
    });
  const further: Buffer[] = [];
  for (let from = 4; from < regions.length; from += 21) {
    const block = Buffer.alloc(512);
    put(block, 0, regions.slice(from, from + 21));
    if (from + 21 < regions.length) block[504] = 1;
    further.push(block);
  }
  const head = entry({
    path: name,
    type: 'S',
    magic: 'ustar  \0',
    size: dataOf(regions).length,
    patch(block) {
      put(block, 386, regions.slice(0, 4));
      if (further.length > 0) block[482] = 1;
      block.write(octal(size), 483, 'latin1');
    },
  });
  return Buffer.concat([head, ...further, padded(dataOf(regions))]);
}

function pax00(name: string, regions: Regions, size: number): Buffer {
  const pairs = regions.map(([offset, data]) =>
    pax({ 'GNU.sparse.offset': String(offset), 'GNU.sparse.numbytes': String(data.length) }).subarray(512),
  );
  const body = Buffer.concat(
    [
      pax({ 'GNU.sparse.size': String(size), 'GNU.sparse.numblocks': String(regions.length) }).subarray(512),
      ...pairs,
    ].map((block) => block.subarray(0, block.lastIndexOf('\n') + 1)),
  );
  return Buffer.concat([entry({ path: 'PaxHeader', type: 'x' }, body), entry({ path: name }, dataOf(regions))]);
}

function pax01(name: string, regions: Regions, size: number): Buffer {
  const map = regions.map(([offset, data]) => `${offset},${data.length}`).join(',');
  return Buffer.concat([
    pax({ 'GNU.sparse.size': String(size), 'GNU.sparse.map': map, 'GNU.sparse.name': name }),
    entry({ path: `GNUSparseFile.1/${name}` }, dataOf(regions)),
  ]);
}

function pax10(name: string, regions: Regions, size: number): Buffer {
  const map = [regions.length, ...regions.flatMap(([offset, data]) => [offset, data.length])].join('\n');
  return Buffer.concat([
    pax({
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': name,
      'GNU.sparse.realsize': String(size),
    }),
    entry({ path: `GNUSparseFile.1/${name}` }, Buffer.concat([padded(Buffer.from(`${map}\n`)), dataOf(regions)])),
  ]);
}

const forms = { old, pax00, pax01, pax10 };
const after = entry({ path: 'after' }, 'still read');

describe.each(Object.entries(forms))('%s', (_, write) => {
  const many: Regions = Array.from({ length: 50 }, (_, i) => [i * 1000 + 500, `region ${i}.`]);
  it.each<[string, Regions, number]>([
    ['one region in the middle', [[70_000, 'data']], 200_000],
    [
      'at the start and at the end',
      [
        [0, 'first'],
        [99_996, 'last'],
      ],
      100_000,
    ],
    ['nothing but a hole', [], 300_000],
    ['many regions', many, 60_000],
    [
      'an empty region that marks the end',
      [
        [10, 'x'],
        [5000, ''],
      ],
      5000,
    ],
  ])('%s', async (_, regions, size) => {
    const bytes = Buffer.concat([write('region.shm', regions, size), after, endMark]);
    const { members, end } = await readBytes(shop.path('s'), bytes);
    expect(members.map(({ path, cut }) => [path, cut])).toEqual([
      ['region.shm', null],
      ['after', null],
    ]);
    expect([members[0]?.bytes.equals(fileOf(regions, size)), end.hazards]).toEqual([true, []]);
  });

  it.each<[string, Regions, number]>([
    [
      'regions in the wrong order',
      [
        [100, 'b'],
        [10, 'a'],
      ],
      200,
    ],
    ['a region beyond the end', [[100, 'abc']], 102],
  ])('gives nothing for %s, and says so', async (_, regions, size) => {
    const bytes = Buffer.concat([write('bad', regions, size), after, endMark]);
    const { members, end } = await readBytes(shop.path('s'), bytes);
    expect([texts(members), problems(end)]).toEqual([{ bad: '', after: 'still read' }, ['cut bad']]);
  });

  it('cuts the member alone where its holes break a limit', async () => {
    const huge = Buffer.concat([write('huge', [[0, 'x']], 2 ** 33), after, endMark]);
    const dense = await readBytes(shop.path('s'), gzipSync(huge));
    expect(problems(dense.end)).toEqual(['cut huge']);
    expect(dense.members.map(({ cut }) => cut?.includes('--max-ratio') ?? null)).toEqual([true, null]);
    const long = await readBytes(shop.path('s'), huge, { ...defaultLimits, memberBytes: 1000 });
    expect([problems(long.end), long.members.map(({ bytes }) => bytes.length)]).toEqual([['limit huge'], [1000, 10]]);
  });

  it('is cut with its archive', async () => {
    const whole = Buffer.concat([
      write(
        'cut',
        [
          [0, 'x'.repeat(3000)],
          [5000, 'y'.repeat(3000)],
        ],
        9000,
      ),
    ]);
    const { members, end } = await readBytes(shop.path('s'), whole.subarray(0, -1500));
    expect(members[0]?.bytes.length).toBeGreaterThan(5000);
    expect(members[0]?.bytes.length).toBeLessThan(8000);
    expect(problems(end)).toContain('cut cut');
  });
});

const tarThere = (() => {
  try {
    return execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU');
  } catch {
    return false;
  }
})();

it.skipIf(!tarThere).each([
  ['gnu', []],
  ['pax', ['--sparse-version=0.0']],
  ['pax', ['--sparse-version=0.1']],
  ['pax', ['--sparse-version=1.0']],
] as const)('reads what GNU tar writes: %s %j', async (format, more) => {
  const folder = shop.path('sparse');
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, 'region'), 'w');
  for (let i = 0; i < 40; i++) writeSync(file, `at ${i}`, i * 100_000);
  ftruncateSync(file, 5_000_000);
  closeSync(file);
  execFileSync('tar', [
    '--sparse',
    `--format=${format}`,
    ...more,
    '-cf',
    shop.path('real.tar'),
    '-C',
    folder,
    'region',
  ]);
  const bytes = readFileSync(shop.path('real.tar'));
  expect(bytes.length).toBeLessThan(2_000_000);
  const { members, end } = await readBytes(shop.path('s'), bytes);
  expect([members[0]?.path, members[0]?.sha256, end.hazards]).toEqual([
    'region',
    hex(readFileSync(join(folder, 'region'))),
    [],
  ]);
});
