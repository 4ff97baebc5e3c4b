// Protects the files that users write: what is read, what is refused, and the line and column that an error names.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readYaml, yamlBytesMax } from '../../src/base/yaml.ts';

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z]+$/, 'only a-z'),
  kind: z.enum(['red', 'green']).optional(),
  items: z.array(z.strictObject({ id: z.string(), size: z.number().optional() })).optional(),
  table: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const read = (text: string | Buffer) => readYaml('f.yaml', Buffer.from(text), schema);
const errorOf = (text: string | Buffer): string => {
  const result = read(text);
  return result.ok ? 'ok' : `${result.error.what}: ${result.error.why}`;
};

describe('a file that fits', () => {
  it('becomes its value, keys as written', () => {
    const result = read('version: 1\nname: abc\ntable: {1: one, true: 2, "x": three}\n');
    expect(result.ok && result.value.value).toEqual({
      version: 1,
      name: 'abc',
      table: { '1': 'one', true: 2, x: 'three' },
    });
  });

  it('tells where its parts stand', () => {
    const result = read('version: 1\nname: abc\nitems:\n  - id: a\n  - {id: b, size: 3}\n');
    if (!result.ok) throw new Error('not read');
    expect(result.value.failure(['items', 1, 'size'], 'value', 'size', 'odd').what).toBe('f.yaml:5:19: size');
    expect(result.value.failure(['items', 1, 'size'], 'key', 'size', 'odd').what).toBe('f.yaml:5:13: size');
    expect(result.value.failure(['items', 7], 'value', 'item', 'odd').what).toBe('f.yaml:3:1: item');
  });
});

describe('an error', () => {
  it.each([
    ['name: abc\n', 'f.yaml:1:1: version: missing'],
    ['', 'f.yaml:1:1: file: expected a mapping'],
    ['version: 2\nname: abc\n', 'f.yaml:1:10: version: not one of 1'],
    ['version: 1\nname: ABC\n', 'f.yaml:2:7: name: only a-z'],
    ['version: 1\nname: [a]\n', 'f.yaml:2:7: name: expected text'],
    ['version: 1\nname: a\nkind: gren\n', 'f.yaml:3:7: kind: not one of red, green (near: green, red)'],
    ['version: 1\nname: a\nitmes: []\n', 'f.yaml:3:1: itmes: unknown key (near: items)'],
    ['version: 1\nname: a\nitems:\n - id: x\n   seize: 1\n', 'f.yaml:5:4: items.0.seize: unknown key (near: size)'],
    [
      'version: 1\nname: a\nqqqqqqq: 1\n',
      'f.yaml:3:1: qqqqqqq: unknown key (known: version, name, kind, items, table)',
    ],
    ['version: 1\nname: a\nname: b\n', 'f.yaml:3:1: name: the same key twice'],
    ['version: 1\nname: a\ntable: {"é😀": 1, "é😀": 2}\n', 'f.yaml:3:18: table.é😀: the same key twice'],
    ['version: 1\nname: &x a\n', 'f.yaml:2:10: name: anchors and tags are not read'],
    ['version: 1\nname: !!str a\n', 'f.yaml:2:13: name: anchors and tags are not read'],
    ['version: 1\nname: *x\n', 'f.yaml:2:7: name: anchors and tags are not read'],
    ['version: 1\n--- \nname: a\n', 'f.yaml:2:1: YAML: '],
    ['version: 1\nname: "a\n', 'f.yaml:3:1: YAML: missing closing "quote'],
    ['version: 1\nname: a\n? [x]\n: 1\n', 'f.yaml:3:3: file: a key has to be text'],
    ['%YAML 1.1\n---\nversion: 1\nname: a\n', 'f.yaml:1:1: YAML: only YAML 1.2 is read'],
    ['version: 1\nname: a\ntable: {__proto__: x}\n', 'f.yaml:3:9: table: this name cannot be a key'],
  ])('of %j', (text, expected) => {
    expect(errorOf(text).slice(0, expected.length)).toBe(expected);
  });

  it('of bytes that are no text, or too many', () => {
    expect(errorOf(Buffer.from([0xff, 0xfe]))).toBe('f.yaml:1:1: file: not UTF-8');
    expect(errorOf(Buffer.alloc(yamlBytesMax + 1, 32))).toBe(`f.yaml:1:1: file: larger than ${yamlBytesMax} bytes`);
  });

  it('of one that is nested without end', () => {
    expect(errorOf(`version: 1\nname: ${'['.repeat(20_000)}`)).toMatch(/^f\.yaml:\d+:\d+: /);
  });
});
