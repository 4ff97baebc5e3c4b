import fc from 'fast-check';
import { parseMicros } from '../../../src/base/time.ts';
import { utc } from '../../../src/base/zone.ts';
import type { Filter, Moment, Numbers, Pattern } from '../../../src/timeline/filter/ast.ts';
import { flags } from '../../../src/timeline/filter/fields.ts';
import { type Moments, readMoment } from '../../../src/timeline/moment.ts';

const at = (text: string): number => parseMicros(text) ?? Number.NaN;
export const moments: Moments = {
  span: { from: at('2026-01-31T11:40:00Z'), to: at('2026-01-31T12:41:00Z') },
  zone: utc,
};

export const momentOf = (text: string): Moment => {
  const found = readMoment(text, moments);
  if (!found.ok) throw new Error(`${text}: ${found.error}`);
  return { text, ...found.value };
};

/** What random filters are made of: near to what an archive holds, so that some match. */
export interface Material {
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly texts: readonly string[];
  readonly integers: Readonly<Record<string, readonly number[]>>;
  readonly times: readonly string[];
}

const list = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<[T, ...T[]]> =>
  fc.array(one, { minLength: 1, maxLength: 3 }) as unknown as fc.Arbitrary<[T, ...T[]]>;
const equality = fc.constantFrom('=' as const, '!=' as const);

/** A beginning of the text that can stand bare before a star. */
const beginning = (text: string): string => /^[^\s()",\\]*/u.exec(text)?.[0].replaceAll('..', '') ?? '';

function patternOf(texts: readonly string[], bare: RegExp): fc.Arbitrary<Pattern> {
  const begun = texts.map(beginning).filter((text) => bare.test(text));
  const whole = fc.constantFrom(...texts).map((text): Pattern => ({ text, match: 'whole' }));
  if (begun.length === 0) return whole;
  const prefix = fc
    .constantFrom(...begun)
    .chain((text) =>
      fc.nat({ max: text.length }).map((size): Pattern => ({ text: text.slice(0, size), match: 'prefix' })),
    )
    .filter(({ text }) => bare.test(text));
  return fc.oneof(whole, prefix);
}

const closed = ['kind', 'outcome', 'severity'];

export function filterArbitrary(material: Material): fc.Arbitrary<Filter> {
  const word = fc.constantFrom(...Object.keys(material.words)).chain((field): fc.Arbitrary<Filter> => {
    const pattern = patternOf(material.words[field] ?? [], /^/);
    const whole = fc.constantFrom(...(material.words[field] ?? [])).map((text): Pattern => ({ text, match: 'whole' }));
    return fc.record({
      type: fc.constant('word' as const),
      field: fc.constant(field as 'kind'),
      cmp: fc.constantFrom('=' as const, '!=' as const, '~' as const),
      values: list(closed.includes(field) ? whole : pattern),
    });
  });
  const text = patternOf(material.texts, /^[^-:][^:]*$/).map((pattern): Filter => ({ type: 'text', pattern }));
  const integer = fc.constantFrom(...Object.keys(material.integers)).chain((field): fc.Arbitrary<Filter> => {
    const number = fc.constantFrom(...(material.integers[field] ?? []));
    const single = number.map((value): Numbers => ({ from: value, to: value }));
    const statuses = fc
      .integer({ min: 1, max: 9 })
      .map((first): Numbers => ({ from: first * 100, to: first * 100 + 99 }));
    const named = { type: fc.constant('integer' as const), field: fc.constant(field as 'status') };
    return fc.oneof(
      fc.record({ ...named, cmp: equality, values: list(fc.oneof(single, statuses)) }),
      fc.record({ ...named, cmp: fc.constantFrom('<', '<=', '>', '>='), values: list(single) }),
      fc.record({
        ...named,
        cmp: fc.constant('=' as const),
        values: fc.tuple(fc.record({ from: number, to: number })) as fc.Arbitrary<[Numbers]>,
      }),
    );
  });
  const moment = fc.constantFrom(...material.times).map(momentOf);
  const time = fc.oneof(
    fc.record({
      type: fc.constant('time' as const),
      field: fc.constantFrom('after' as const, 'before' as const),
      cmp: equality,
      values: list(moment),
    }),
    fc.record({
      type: fc.constant('time' as const),
      field: fc.constant('at' as const),
      cmp: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      values: list(moment),
    }),
    fc.record({ type: fc.constant('span' as const), from: moment, to: moment }),
  );
  const other = fc.oneof(
    fc.record({ type: fc.constant('is' as const), cmp: equality, values: list(fc.constantFrom(...flags)) }),
    fc.record({
      type: fc.constant('has' as const),
      cmp: equality,
      values: list(fc.constantFrom(...Object.keys(material.words), ...Object.keys(material.integers), 'at')),
    }),
  );
  const { filter } = fc.letrec<{ filter: Filter; leaf: Filter }>((tie) => ({
    leaf: fc.oneof({ weight: 4, arbitrary: word }, text, { weight: 2, arbitrary: integer }, time, other),
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaf'),
      tie('filter').map((of): Filter => ({ type: 'not', of })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('filter'), { minLength: 2, maxLength: 3 }))
        .map(([type, of]): Filter => ({ type, of: of as unknown as [Filter, Filter] })),
    ),
  }));
  return filter;
}
