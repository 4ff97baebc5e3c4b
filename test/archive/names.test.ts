// Protects: a path's spelling loses no byte and is the same path for no two names, since references are read by it for ever.
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hazardLog } from '../../src/archive/hazards.ts';
import { defaultLimits } from '../../src/archive/index.ts';
import { namesIn, spellPath } from '../../src/archive/names.ts';

const unspell = (spelled: string): Buffer =>
  Buffer.concat(
    (spelled.match(/%[0-9A-F]{2}|[^%]+/g) ?? []).map((part) =>
      part.startsWith('%') ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part),
    ),
  );

it('can be read back to the bytes, and holds no control or reserved character', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 24 }),
    fc.string({ unit: 'binary', maxLength: 12 }).map((text) => new Uint8Array(Buffer.from(text))),
    fc
      .array(fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xc0, 0xff, 0x25, 0x7e, 0x41), { maxLength: 12 })
      .map(Uint8Array.from.bind(Uint8Array)),
  );
  fc.assert(
    fc.property(bytes, (raw) => {
      const spelled = spellPath(Buffer.from(raw));
      expect(unspell(spelled).equals(Buffer.from(raw))).toBe(true);
      expect(/[\p{Cc}!~]/u.test(spelled)).toBe(false);
      expect(isUtf8(Buffer.from(spelled))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['a/b.json', 'a/b.json'],
  ['~50%!', '%7E50%25%21'],
  ['tab\tdel\x7f', 'tab%09del%7F'],
  ['naïve/日本', 'naïve/日本'],
])('spells %j', (raw, spelled) => {
  expect(spellPath(Buffer.from(raw))).toBe(spelled);
});

it('takes a leading ./ away and nothing else', () => {
  const { spell } = namesIn('', defaultLimits, hazardLog('x'));
  const given = ['./a', '././/a', '../a', '.a', 'a/./b', '.'];
  expect(given.map((name) => spell(Buffer.from(name)))).toEqual(['a', 'a', '../a', '.a', 'a/./b', '.']);
});

it('counts and judges the names of a nested archive by themselves', () => {
  const log = hazardLog('x');
  const { spell, unique } = namesIn('in.tar!', defaultLimits, log);
  expect(['./a', './a', '/a', '../b'].map((name) => unique(spell(Buffer.from(name))))).toEqual([
    'in.tar!a',
    'in.tar!a~2',
    'in.tar!/a',
    'in.tar!../b',
  ]);
  expect(log.list().map(({ problem }) => problem)).toEqual(['duplicate_name', 'absolute_path', 'parent_path']);
});
