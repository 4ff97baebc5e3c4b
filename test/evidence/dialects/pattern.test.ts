// Protects the regular expressions of users: they find what ECMAScript finds, and no pattern can hang on any text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/evidence/dialects/pattern.ts';

const compiled = (source: string) => {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(`${source}: ${pattern.error}`);
  return pattern.value;
};

const whyOf = (source: string): string => {
  const pattern = compilePattern(source);
  return pattern.ok ? 'compiles' : pattern.error;
};

const atom = fc.constantFrom(
  ...['a', 'b', 'c', '.', '\\d', '\\w', '\\s', '\\W', '\\b', '\\B', '^', '$', '[ab]', '[^a]', '[a-c]', '[\\d-]'],
  ...['\\.', '\\x61', '\\u0062', '\\t', ' ', '1', '_', '[\\b]', '[a\\-c]', '{', '\\k', '-', 'é', '(?:)', '[^]'],
);
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(tie('pattern'), fc.constantFrom('', '?:', '?<n>')).map(([inner, head]) => `(${head}${inner})`),
    fc
      .tuple(atom, fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{1,3}?'))
      .filter(([one]) => !['^', '$', '\\b', '\\B'].includes(one))
      .map(([one, repeat]) => one + repeat),
    tie('pattern').map((inner) => `(?:${inner})*`),
  ),
  pattern: fc.oneof(
    fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
    fc.tuple(tie('part'), tie('part')).map(([a, b]) => `${a}|${b}`),
  ),
}));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '1', '_', ' ', '\n', '.', '-', 'é', '\t', '{', 'k'), { maxLength: 12 })
  .map((units) => units.join(''));

describe('a pattern', () => {
  it('finds what ECMAScript finds', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        fc.pre([...source].length <= 200 && !(source.match(/\?<n>/g)?.length ?? 0));
        expect(compiled(source).test(subject)).toBe(new RegExp(source).test(subject));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['(?<code>E_\\d+)', 'see E_12', true],
    ['scope .* missing', 'the scope x is missing', true],
    ['^[\\w.]+$', 'a.b', true],
    ['x{foo}', 'x{foo}', true],
    ['\\u00e9t\\xe9', 'été', true],
    ['[\\w-z]', '-', true],
    ['\\cJ', '\n', true],
  ])('%s on %j is %s', (source, subject, found) => {
    expect(compiled(source).test(subject)).toBe(found);
    expect(new RegExp(source).test(subject)).toBe(found);
  });

  it.each([
    '(a+)+$',
    '^(a|a)*$',
    '(a|aa)+$',
    '(.*a){20}$',
    '([a-z]+)*\\d',
    'a*a*a*a*a*a*a*a*b',
    '(?:a?){50}a{50}$',
    '((){999999999}){999999999}a',
  ])('%s ends soon on what would make a backtracking matcher hang', (source) => {
    expect(compiled(source).test(`${'a'.repeat(1_000)}!`)).toBe(source.endsWith('}a'));
  });

  it('looks at the first KiB only', () => {
    expect(compiled('z').test(`${'a'.repeat(1_023)}z`)).toBe(true);
    expect(compiled('z').test(`${'a'.repeat(1_024)}z`)).toBe(false);
    expect(compiled('a$').test('a'.repeat(5_000))).toBe(true);
  });

  it.each([
    ['a(?=b)', 'look-around is not read'],
    ['(?!b)a', 'look-around is not read'],
    ['(?<=a)b', 'look-around is not read'],
    ['(?<!a)b', 'look-around is not read'],
    ['(a)\\1', 'back-references are not read'],
    ['(?<x>a)\\k<x>', 'back-references are not read'],
    ['(?i:a)', 'flags inside the pattern are not read'],
    ['a'.repeat(201), 'longer than 200 characters'],
    ['(a', 'Unterminated group'],
    ['a**', 'Nothing to repeat'],
    ['[z-a]', 'Range out of order in character class'],
    ['(?:a{100}){100}', 'its counted repeats are too large'],
    ['(?:(?:a{0,999}){0,999}){0,999}', 'its counted repeats are too large'],
    ['\\12', 'back-references are not read'],
    ['\\01', 'octal escapes are not read'],
  ])('%s is refused: %s', (source, why) => {
    expect(whyOf(source)).toBe(why);
  });
});
