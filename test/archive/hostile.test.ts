// Protects: a hostile or odd tar gives members and recorded hazards, never a crash, a lost byte of evidence or a followed link.
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { endMark, entry, header, pax, problems, readBytes, texts, workshop } from './made.ts';

const shop = workshop();
afterAll(shop.remove);

const tarOf = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, endMark]);
const after = entry({ path: 'after' }, 'still read');
const baseTwo = (...bytes: number[]): Buffer => Buffer.from([...bytes, ...Buffer.alloc(12 - bytes.length)]);

const table: readonly [name: string, bytes: Buffer, members: Record<string, string>, problems: readonly string[]][] = [
  [
    'links and devices are recorded only',
    tarOf(
      entry({ path: 'hard', type: '1', link: '/etc/passwd' }),
      entry({ path: 'soft', type: '2', link: '../../secret' }),
      entry({ path: 'char', type: '3' }),
      entry({ path: 'block', type: '4' }),
      entry({ path: 'pipe', type: '6' }),
      entry({ path: 'folder/', type: '5' }),
      after,
    ),
    { after: 'still read' },
    ['link hard', 'link soft', 'device char', 'device block', 'device pipe'],
  ],
  [
    'a hazardous path is only a name',
    tarOf(
      entry({ path: '/etc/cron.d/x' }, '1'),
      entry({ path: 'a/../../b' }, '2'),
      entry({ path: 'C:\\x' }, '3'),
      after,
    ),
    { '/etc/cron.d/x': '1', 'a/../../b': '2', 'C:\\x': '3', after: 'still read' },
    ['absolute_path /etc/cron.d/x', 'parent_path a/../../b', 'absolute_path C:\\x'],
  ],
  ['two dots in a name are no parent', tarOf(entry({ path: 'a..b/c...' }, '1')), { 'a..b/c...': '1' }, []],
  [
    'the k-th of a path is numbered',
    tarOf(
      entry({ path: 'a' }, '1'),
      entry({ path: './a' }, '2'),
      entry({ path: '././a' }, '3'),
      entry({ path: 'a~2' }, '4'),
    ),
    { a: '1', 'a~2': '2', 'a~3': '3', 'a%7E2': '4' },
    ['duplicate_name a~2', 'duplicate_name a~3'],
  ],
  [
    'names that are not UTF-8, and reserved characters',
    tarOf(
      entry({ path: Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82]) }, '1'),
      entry({ path: '50%!\n\u0085' }, '2'),
      pax({ path: Buffer.from([0x70, 0xfe]) }),
      entry({ path: 'x' }, '3'),
    ),
    { 'a%FFé%E2%82': '1', '50%25%21%0A%C2%85': '2', 'p%FE': '3' },
    [],
  ],
  [
    'pax names, sizes and a value with line feeds; a global header renames nothing',
    tarOf(
      pax({ path: 'global', size: '7' }, 'g'),
      pax({ comment: 'one\n9 path=x\ntwo', path: 'long/ä', size: '5' }),
      header({ path: 'short', size: 0 }),
      Buffer.concat([Buffer.from('12345'), Buffer.alloc(507)]),
      entry({ path: 'own name' }, '1'),
    ),
    { 'long/ä': '12345', 'own name': '1' },
    [],
  ],
  [
    'a pax header does not reach past its entry, nor into a long name',
    tarOf(
      pax({ path: 'first', size: '1' }),
      entry({ path: 'l', type: 'L' }, 'last wins\0'),
      entry({ path: 'x' }, '1'),
      after,
    ),
    { 'last wins': '1', after: 'still read' },
    [],
  ],
  [
    'a pax size of nonsense',
    tarOf(pax({ size: '-5' }), entry({ path: 'a' }, 'abc')),
    { a: 'abc' },
    ['damaged_header t'],
  ],
  [
    'a broken pax body',
    tarOf(entry({ path: 'p', type: 'x' }, '99 path=zzz\n'), entry({ path: 'a' }, 'abc')),
    { a: 'abc' },
    ['damaged_header t'],
  ],
  [
    'a bad checksum costs that header alone, told once a run',
    tarOf(entry({ path: 'a' }, '1'), header({ path: 'lost', checksumOff: 1 }), Buffer.alloc(512 * 3, 'x'), after),
    { a: '1', after: 'still read' },
    ['damaged_header t'],
  ],
  [
    'a negative size, and one beyond all numbers',
    tarOf(
      header({ path: 'minus', sizeField: Buffer.alloc(12, 0xff) }),
      header({ path: 'huge', sizeField: Buffer.from([0x80, ...Buffer.alloc(11, 0xff)]) }),
      header({ path: 'odd', sizeField: baseTwo(0xc0) }),
      after,
    ),
    { after: 'still read' },
    ['damaged_header t'],
  ],
  [
    'letters for a size',
    tarOf(header({ path: 'x', sizeField: Buffer.from('zzzzzzzzzzz\0') }), after),
    { after: 'still read' },
    ['damaged_header t'],
  ],
  [
    'a size in base 256',
    tarOf(
      header({ path: 'a', sizeField: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]) }),
      Buffer.alloc(512, 'abc'),
    ),
    { a: 'abc' },
    [],
  ],
  [
    'an enormous size ends with the bytes there are',
    Buffer.concat([entry({ path: 'a', size: 0o77777777777 }, 'abc')]),
    { a: `abc${'\0'.repeat(509)}` },
    ['cut a', 'cut t'],
  ],
  [
    'an enormous extended header is passed over',
    tarOf(entry({ path: 'x', type: 'x' }, Buffer.alloc(1024 * 1024 + 1, 'y')), after),
    { after: 'still read' },
    ['damaged_header t'],
  ],
  [
    'a sparse member whose map makes no sense is told, also in the older form with further blocks',
    tarOf(
      entry({ path: 'old', type: 'S', size: 512, patch: (block) => block.writeUInt8(1, 482) }),
      Buffer.alloc(512),
      Buffer.alloc(512, 'd'),
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'new' }),
      entry({ path: 'GNUSparseFile.0/new' }, 'map and data'),
      after,
    ),
    { old: '', new: '', after: 'still read' },
    ['cut old', 'cut new'],
  ],
  [
    'an unknown type is read as a file',
    tarOf(entry({ path: 'q', type: 'q' }, 'abc')),
    { q: 'abc' },
    ['unknown_type q'],
  ],
  ['a prefix is joined', tarOf(entry({ path: 'name', prefix: 'a/b' }, '1')), { 'a/b/name': '1' }, []],
  [
    'a lone zero block is no end',
    tarOf(entry({ path: 'a' }, '1'), Buffer.alloc(512), after),
    { a: '1', after: 'still read' },
    [],
  ],
  [
    'tars one after the other, with padding between',
    Buffer.concat([tarOf(entry({ path: 'a' }, '1')), Buffer.alloc(4096), tarOf(after)]),
    { a: '1', after: 'still read' },
    ['joined t'],
  ],
  [
    'zeros over a header and more: goes on at the next header',
    tarOf(entry({ path: 'a' }, '1'), Buffer.alloc(1536), Buffer.alloc(1024, 'x'), after),
    { a: '1', after: 'still read' },
    ['damaged_header t', 'joined t'],
  ],
  [
    'junk behind the end mark that holds no header',
    Buffer.concat([tarOf(after), Buffer.alloc(1024, 'x'), Buffer.alloc(1024), Buffer.from('y')]),
    { after: 'still read' },
    ['trailing_bytes t'],
  ],
  ['no end mark', entry({ path: 'a' }, '1'), { a: '1' }, ['cut t']],
  [
    'half a header',
    Buffer.concat([entry({ path: 'a' }, '1'), header({ path: 'b' }).subarray(0, 100)]),
    { a: '1' },
    ['cut t'],
  ],
];

it.each(table)('%s', async (_, bytes, members, found) => {
  for (const stored of [bytes, gzipSync(bytes)]) {
    const outcome = await readBytes(shop.path('t'), stored);
    expect(texts(outcome.members)).toEqual(members);
    expect(problems(outcome.end)).toEqual(found);
  }
});

it('keeps the list of hazards short, and says how many are missing', async () => {
  const many = Buffer.concat(Array.from({ length: 10_050 }, (_, i) => entry({ path: `l${i}`, type: '2', link: 'x' })));
  const { end } = await readBytes(shop.path('links.tar'), Buffer.concat([many, endMark]));
  expect(end.hazards).toHaveLength(10_001);
  expect(end.hazards.at(-1)).toEqual({
    path: 'links.tar',
    problem: 'limit',
    detail: '50 further problems are not listed',
  });
});
