// Protects the look into documents: what is small is read whole, of what is large little is held, and no JSON is none.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Json, parseJson } from '../../../src/base/json.ts';
import { thinRecords } from '../../../src/evidence/foreign/thin.ts';

const deepest = 12;
function thin(text: string): { readonly isJson: boolean; readonly records: readonly Json[]; readonly bytes: number } {
  const records: Json[] = [];
  let bytes = 0;
  const isJson = thinRecords(Buffer.from(text), deepest, (record, length) => {
    records.push(record);
    bytes += length;
  });
  return { isJson, records, bytes };
}

it('reads a document as it is parsed whole', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.boolean(), (json, isIndented) => {
      const text = isIndented ? JSON.stringify(JSON.parse(json), null, 2) : json;
      const value = parseJson(text);
      const isObject = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);
      const wanted = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
      const { isJson, records } = thin(text);
      expect([isJson, records]).toEqual([true, wanted]);
    }),
  );
  const odd = '{"__proto__":{"a":1},"a\\u0022":[18446744073709551615,-0.5e3,"\\ud83e\\udd8a"],"":null}';
  expect(JSON.stringify(thin(odd).records, (_, one) => (typeof one === 'bigint' ? `${one}` : one))).toBe(
    `[${JSON.stringify({ ...JSON.parse(odd.replace('18446744073709551615', '"18446744073709551615"')) })}]`,
  );
});

it.each(['', '[', '{"a":nul}', '{"a":1}x', '[{"a":01}]', '{"a":"\n"}', '{"\\x":1}'])('is no JSON: %j', (text) => {
  expect(thin(text).isJson).toBe(false);
});

const sizeOf = (value: Json): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + sizeOf(one as Json), 1)
    : 1;

it('holds little of a large document', () => {
  const keys = Array.from({ length: 20_000 }, (_, at) => `"k${at}":${at}`).join(',');
  const list = Array.from({ length: 20_000 }, (_, at) => `[${at},[${at}]]`).join(',');
  const wide = `{"first":{${keys}},"list":[${list}],"text":"${'x '.repeat(60_000)}","last":1}`;
  const one = thin(wide);
  expect([one.isJson, one.bytes]).toEqual([true, wide.length]);
  expect(sizeOf(one.records[0] ?? null)).toBeLessThan(1_000);
  expect(JSON.stringify(one.records).length).toBeLessThan(10_000);
  expect(Object.keys(one.records[0] ?? {})).toEqual(['first', 'list', 'text', 'last']);
  // Objects in objects: 90 x 90 x 90.
  const inner = (depth: number): string =>
    depth === 0 ? '1' : `{${Array.from({ length: 90 }, (_, at) => `"k${at}":${inner(depth - 1)}`).join(',')}}`;
  const deep = thin(`[${inner(3)},${inner(1)}]`);
  expect(deep.records.map(sizeOf)).toEqual([expect.any(Number), 91]);
  expect(sizeOf(deep.records[0] ?? null)).toBeLessThan(50_000);
  expect(thin(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toEqual({ isJson: true, records: [], bytes: 0 });
  expect(thin(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`).isJson).toBe(true);
});
