// Protects: whatever happens to the bytes of any kind in any form, it is read to the end, in the same way however the bytes
// arrive, and every record and gap has a place in them.
import { expect, it } from 'vitest';
import { collect } from './collect.ts';
import { holdEveryReaderSound } from './damaged-readers.ts';

holdEveryReaderSound(10, 20);

it('a kind is recognised by the same bytes, in whatever chunks they come', () => {
  const prose = `${'x'.repeat(100)}\n`;
  const late = Buffer.from(`${prose.repeat(700)}{"action":"a","resource":{}}\n`);
  const long = Buffer.concat([Buffer.from(`{"action":"a","resource":{},"x":"${'y'.repeat(200_000)}"}\n`), late]);
  for (const bytes of [late, long]) {
    const read = collect('x.y', bytes, 1_000);
    for (const chunk of [65_536, 65_537, 100_000, 1 << 20]) expect(collect('x.y', bytes, chunk)).toEqual(read);
  }
});
