/**
 * The YAML that users write (dialects, hypotheses, rules): YAML 1.2, core schema, one document, no anchors, tags or
 * repeated keys, at most 1 MiB (formats.md). Every error points at a line and a column.
 */
import { isUtf8 } from 'node:buffer';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import * as z from 'zod';
import { nearText } from './near.ts';
import { type Failure, fail, ok, type Result } from './result.ts';

export const yamlBytesMax = 1024 * 1024;

/** Keys and indexes from the document's top. */
export type YamlPath = readonly (string | number)[];

/** Whether an error lies in a key itself, or in what stands under it. */
export type YamlSide = 'key' | 'value';

/** A document that fits its schema, and where its parts stand. */
export interface YamlFile<T> {
  readonly value: T;
  /** `FILE:LINE:COLUMN: what: why`, at the part that the path names, or the nearest one around it. */
  readonly failure: (path: YamlPath, side: YamlSide, what: string, why: string) => Failure;
}

class Refused extends Error {
  readonly offset: number;
  readonly what: string;
  constructor(offset: number, what: string, why: string) {
    super(why);
    this.offset = offset;
    this.what = what;
  }
}

/** Reads a file of this schema. `name` is the file as the user spelt it. */
export function readYaml<S extends z.ZodType>(name: string, bytes: Buffer, schema: S): Result<YamlFile<z.output<S>>> {
  const whole = (why: string): Result<never> => fail('usage', `${name}:1:1: file`, why);
  if (bytes.length > yamlBytesMax) return whole(`larger than ${yamlBytesMax} bytes`);
  if (!isUtf8(bytes)) return whole('not UTF-8');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const failureAt = (offset: number, what: string, why: string): Failure => {
    const { line, col } = lines.linePos(offset);
    const start = offset - col + 1;
    const column = [...text.slice(start, offset)].length + 1;
    return { code: 'usage', what: `${name}:${line}:${column}: ${what}`, why };
  };

  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      // Looked for below, in one pass: the parser compares every key with every other.
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: 'error',
    });
    const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    if (error !== undefined)
      return { ok: false, error: failureAt(Math.min(error.pos[0], text.length), 'YAML', reason(error.message)) };
    if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2')
      throw new Refused(0, 'YAML', 'only YAML 1.2 is read');
    const root = document.contents;
    const value = root === null ? null : plain(root as Node, []);
    const failure: YamlFile<unknown>['failure'] = (path, side, what, why) =>
      failureAt(offsetOf(root as Node | null, path, side), what, why);
    const checked = schema.safeParse(value);
    if (checked.success) return ok({ value: checked.data, failure });
    const [first] = checked.error.issues;
    if (first === undefined) throw new TypeError('a schema failed without an issue');
    return { ok: false, error: issueFailure(first, schema, value, failure) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: failureAt(error.offset, error.what, error.message) };
    if (error instanceof RangeError) return whole('nested too deep');
    throw error;
  }
}

/** The parser's sentence, without its positions. */
const reason = (message: string): string =>
  (message.split('\n', 1)[0] ?? '').replace(/\.$/, '').replace(/^./, (letter) => letter.toLowerCase());

const startOf = (node: unknown): number => (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;

const shown = (path: YamlPath): string => (path.length === 0 ? 'file' : path.join('.'));

/** A key as written: `1` and `true` are the texts. */
function keyOf(pair: Pair, path: YamlPath): string {
  const { key } = pair;
  if (!isScalar(key) || key.source === undefined || (key.source === '' && key.type === 'PLAIN'))
    throw new Refused(startOf(key ?? pair.value), shown(path), 'a key has to be text');
  if (key.anchor !== undefined || key.tag !== undefined)
    throw new Refused(startOf(key), shown(path), 'anchors and tags are not read');
  return typeof key.value === 'string' ? key.value : key.source;
}

function plain(node: Node | null, path: YamlPath): unknown {
  if (node === null) return null;
  if (isAlias(node)) throw new Refused(startOf(node), shown(path), 'anchors and tags are not read');
  if (node.tag !== undefined || ('anchor' in node && node.anchor !== undefined))
    throw new Refused(startOf(node), shown(path), 'anchors and tags are not read');
  if (isSeq(node)) return node.items.map((item, index) => plain(item as Node | null, [...path, index]));
  if (isMap(node)) {
    const made: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair, path);
      if (key === '__proto__') throw new Refused(startOf(pair.key), shown(path), 'this name cannot be a key');
      if (seen.has(key)) throw new Refused(startOf(pair.key), shown([...path, key]), 'the same key twice');
      seen.add(key);
      made[key] = plain(pair.value as Node | null, [...path, key]);
    }
    return made;
  }
  return isScalar(node) ? node.value : null;
}

/** Where a part stands; what is not there stands where the thing begins in which it is missing. */
function offsetOf(root: Node | null, path: YamlPath, side: YamlSide): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && (key.value === step || key.source === step));
      if (pair === undefined) return offset;
      offset = last && side === 'value' && pair.value !== null ? startOf(pair.value) : startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
      node = node.items[step];
      offset = startOf(node);
    } else return offset;
  }
  return offset;
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
};

function issueFailure(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  value: unknown,
  failure: YamlFile<unknown>['failure'],
): Failure {
  const path = issue.path.filter((step) => typeof step !== 'symbol') as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = keysAt(schema, path);
    const near = nearText(key, known);
    const why = `unknown key${near === '' && known.length > 0 ? ` (known: ${known.join(', ')})` : near}`;
    return failure([...path, key], 'key', shown([...path, key]), why);
  }
  if (issue.code === 'invalid_key') return failure(path, 'key', shown(path), firstMessage(issue.issues));
  const there = valueAt(value, path);
  if (there === undefined) return failure(path, 'value', shown(path), 'missing');
  switch (issue.code) {
    case 'invalid_type':
      return failure(path, 'value', shown(path), `expected ${typeNames[issue.expected] ?? issue.expected}`);
    case 'invalid_value': {
      const words = issue.values.map(String);
      const near = typeof there === 'string' ? nearText(there, words) : '';
      return failure(path, 'value', shown(path), `not one of ${words.join(', ')}${near}`);
    }
    case 'invalid_union':
      return failure(path, 'value', shown(path), firstMessage(issue.errors[0] ?? []));
    default:
      return failure(path, 'value', shown(path), reason(issue.message));
  }
}

const firstMessage = (issues: readonly Issue[]): string => reason(issues[0]?.message ?? 'not valid');

function valueAt(value: unknown, path: YamlPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.hasOwn(here, step) ? (here as Record<string | number, unknown>)[step] : undefined;
  }
  return here;
}

/** The keys that the schema knows at this place. */
function keysAt(schema: z.ZodType, path: YamlPath): readonly string[] {
  let here: unknown = schema;
  const bare = (found: unknown): unknown => {
    let inner = found;
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault)
      inner = inner.unwrap();
    return inner;
  };
  here = bare(here);
  for (const step of path) {
    if (here instanceof z.ZodObject) here = bare(here.shape[String(step)]);
    else if (here instanceof z.ZodArray) here = bare(here.element);
    else if (here instanceof z.ZodRecord) here = bare(here.valueType);
    else return [];
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}
