/** A dialect file: YAML of a closed shape, whose targets are the contract's own words. */
import * as z from 'zod';
import { nearText } from '../../base/near.ts';
import { ok, type Result } from '../../base/result.ts';
import { canonicalCodes } from '../../base/vocabulary.ts';
import { readYaml, type YamlFile, type YamlPath } from '../../base/yaml.ts';
import { fieldAt, type MappedKind, mappedKinds, metricRoles, routeGroups, targetsOf } from './contract.ts';
import type { Dialect, DialectFile, RecordMapping } from './dialect.ts';
import { breadth, parsePath } from './path.ts';
import { compilePattern } from './pattern.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], 'expected text, a number, or true or false');
const texts = z.record(z.string(), z.string());

const whenSchema = z.strictObject({
  has: z.array(z.string()).optional(),
  equals: z.record(z.string(), scalar).optional(),
  path: z.string().min(1, 'an empty glob').optional(),
});

const mappingSchema = z.strictObject({
  when: whenSchema.optional(),
  fields: texts.optional(),
  values: z.record(z.string(), z.record(z.string(), scalar)).optional(),
});

const absolute = z.string().startsWith('/', 'a route begins with /');

/** The shape of the file. What its words may be is checked after it. */
export const dialectSchema = z.strictObject({
  dialect: z.literal(1),
  name: z.string().regex(/^[a-z0-9-]+$/, 'a name is of a-z, 0-9 and hyphens'),
  // By name, since the order in which the kinds are written counts.
  records: z.record(z.string(), mappingSchema).optional(),
  actions: texts.optional(),
  codes: texts.optional(),
  error_codes: texts.optional(),
  messages: z.array(z.strictObject({ like: z.string(), code: z.string() })).optional(),
  routes: z
    .array(
      z.strictObject({
        method: z.string().optional(),
        path: absolute,
        route: absolute,
        group: z.enum(routeGroups).optional(),
      }),
    )
    .optional(),
  metrics: z
    .array(
      z.strictObject({
        role: z.enum(metricRoles),
        name: z.string().optional(),
        like: z.string().optional(),
        labels: texts.optional(),
      }),
    )
    .optional(),
});
type Written = z.output<typeof dialectSchema>;

/** What is wrong with a part of the file. */
interface Complaint {
  readonly path: YamlPath;
  readonly side: 'key' | 'value';
  readonly why: string;
}

export function readDialect({ name, bytes }: DialectFile): Result<Dialect> {
  const file = readYaml(name, bytes, dialectSchema);
  if (!file.ok) return file;
  const written = file.value.value;
  const complaint = firstComplaint(written);
  return complaint === null ? ok(dialectOf(written)) : { ok: false, error: failureOf(file.value, complaint) };
}

const failureOf = (file: YamlFile<Written>, { path, side, why }: Complaint) =>
  file.failure(path, side, path.join('.'), why);

function dialectOf(written: Written): Dialect {
  return {
    name: written.name,
    records: Object.entries(written.records ?? {}).map(([kind, mapping]) => ({
      kind: kind as MappedKind,
      mapping: mapping as RecordMapping,
    })),
    actions: written.actions ?? {},
    codes: written.codes ?? written.error_codes ?? {},
    messages: written.messages ?? [],
    routes: (written.routes ?? []) as Dialect['routes'],
    metrics: (written.metrics ?? []) as Dialect['metrics'],
  };
}

function firstComplaint(written: Written): Complaint | null {
  for (const complaint of complaintsOf(written)) return complaint;
  return null;
}

function* complaintsOf(written: Written): Generator<Complaint> {
  if (written.codes !== undefined && written.error_codes !== undefined)
    yield { path: ['error_codes'], side: 'key', why: 'the same key twice: it is another name of codes' };
  for (const [kind, mapping] of Object.entries(written.records ?? {})) {
    if (!(mappedKinds as readonly string[]).includes(kind))
      yield {
        path: ['records', kind],
        side: 'key',
        why: `not a kind whose records are mapped${nearText(kind, mappedKinds)} (they are ${mappedKinds.join(', ')})`,
      };
    else yield* complaintsOfRecords(['records', kind], kind as MappedKind, mapping as RecordMapping);
  }
  for (const key of ['codes', 'error_codes'] as const)
    for (const [from, code] of Object.entries(written[key] ?? {})) yield* complaintOfCode([key, from], code);
  for (const [index, { like, code }] of (written.messages ?? []).entries()) {
    yield* complaintOfPattern(['messages', index, 'like'], like);
    yield* complaintOfCode(['messages', index, 'code'], code);
  }
  for (const [index, { name, like }] of (written.metrics ?? []).entries()) {
    const path = ['metrics', index];
    if ((name === undefined) === (like === undefined))
      yield { path, side: 'value', why: 'either name or like tells which metrics are meant' };
    if (like !== undefined) yield* complaintOfPattern([...path, 'like'], like);
  }
}

function* complaintsOfRecords(at: YamlPath, kind: MappedKind, mapping: RecordMapping): Generator<Complaint> {
  const { when, fields = {}, values = {} } = mapping;
  if (when !== undefined && when.has === undefined && when.equals === undefined && when.path === undefined)
    yield { path: [...at, 'when'], side: 'key', why: 'it tells nothing: has, equals or path is missing' };
  for (const [index, source] of (when?.has ?? []).entries()) {
    const parsed = parsePath(source);
    if (!parsed.ok) yield { path: [...at, 'when', 'has', index], side: 'value', why: parsed.error };
  }
  for (const source of Object.keys(when?.equals ?? {})) {
    const parsed = parsePath(source);
    if (!parsed.ok) yield { path: [...at, 'when', 'equals', source], side: 'key', why: parsed.error };
  }
  for (const [target, source] of Object.entries(fields)) {
    const path = [...at, 'fields', target];
    const to = yield* complaintOfTarget(path, kind, target);
    const from = parsePath(source);
    if (!from.ok) yield { path, side: 'value', why: from.error };
    else if (to !== null && breadth(from.value) !== to)
      yield { path, side: 'value', why: 'both paths go through the same number of lists [], or neither through any' };
  }
  for (const [target, words] of Object.entries(values)) {
    const path = [...at, 'values', target];
    yield* complaintOfTarget(path, kind, target);
    const field = fieldAt(kind, target);
    const known = field === 'group' ? undefined : field?.words;
    const isCode = field !== 'group' && field?.type === 'code';
    for (const [from, word] of Object.entries(words)) {
      if (isCode) yield* complaintOfCode([...path, from], String(word));
      else if (known !== undefined && !known.includes(String(word)))
        yield {
          path: [...path, from],
          side: 'value',
          why: `${target} is one of ${known.join(', ')}${nearText(String(word), known)}`,
        };
    }
  }
}

/** The number of lists that the target goes through; null where it is no target. */
function* complaintOfTarget(path: YamlPath, kind: MappedKind, target: string): Generator<Complaint, number | null> {
  const parsed = parsePath(target);
  if (!parsed.ok) {
    yield { path, side: 'key', why: parsed.error };
    return null;
  }
  if (parsed.value.some(({ to }) => to === 'index')) {
    yield { path, side: 'key', why: 'a field of the contract has no number of an item; [] is every item' };
    return null;
  }
  if (fieldAt(kind, target) === null) {
    const near = nearText(target, targetsOf(kind));
    yield {
      path,
      side: 'key',
      why: `no field of ${kind}${near === '' ? `; see inquest schema evidence/${kind}` : near}`,
    };
    return null;
  }
  return breadth(parsed.value);
}

function* complaintOfCode(path: YamlPath, code: string): Generator<Complaint> {
  if (!canonicalCodes.includes(code))
    yield {
      path,
      side: 'value',
      why: `${code} is no canonical error code${nearText(code, canonicalCodes) || ` (they are ${canonicalCodes.join(', ')})`}`,
    };
}

function* complaintOfPattern(path: YamlPath, like: string): Generator<Complaint> {
  const pattern = compilePattern(like);
  if (!pattern.ok) yield { path, side: 'value', why: `the regular expression does not compile: ${pattern.error}` };
}
