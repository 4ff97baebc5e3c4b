import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Millis } from '../base/time.ts';
import type { Configuration, Lookup } from './configuration-types.ts';

/** A value that stands in the path where the template has a name. Masked: it was hidden before the export. */
export type RouteParameter =
  | { readonly state: 'value'; readonly value: string }
  | { readonly state: 'masked' }
  | { readonly state: 'absent' };

export interface RouteMatch {
  /** Key of the record in `routes`. */
  readonly key: string;
  readonly found: Extract<Lookup, { readonly state: 'present' }>;
  readonly parameters: ReadonlyMap<string, RouteParameter>;
}

export type RouteLookup =
  | { readonly state: 'found'; readonly match: RouteMatch }
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly missing: string; readonly reads: readonly string[] };

interface Segment {
  /** Null where any one segment fits. */
  readonly literal: string | null;
  /** What the segment is the value of: `{id}` after `agents` is an `agent_id`. */
  readonly names: readonly string[];
}

interface Template {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly Segment[];
}

interface Node {
  readonly literals: Map<string, Node>;
  any: Node | null;
  readonly ends: Template[];
}

const segmentsMax = 64;

/** Segments of a path: without query and trailing slash, `/api/v1` and `/v1` alike. Null where there are too many. */
function segmentsOf(path: string): readonly string[] | null {
  const bare = path.split(/[?#]/, 1)[0] ?? '';
  const parts = bare.split('/', segmentsMax + 2);
  if (parts[0] === '') parts.shift();
  if (parts.at(-1) === '') parts.pop();
  if (parts.length > segmentsMax) return null;
  return parts[0] === 'api' && parts[1] === 'v1' ? parts.slice(1) : parts;
}

const parameterPattern = /^\{([^{}]*)\}$/;
const singular = (plural: string): string => (plural.endsWith('s') ? plural.slice(0, -1) : plural);

/** Different spellings of one thing, in the names that routes give their parameters. */
const spelling: Readonly<Record<string, string>> = { env: 'environment', org: 'org', organization: 'org' };

function namesOf(name: string, before: string | undefined): readonly string[] {
  const stem = name === 'id' ? singular(before ?? '') : name.replace(/_id$/, '');
  const known = Object.hasOwn(spelling, stem) ? spelling[stem] : stem;
  return [...new Set([name, `${known}_id`])];
}

function templateOf(key: string): Template | null {
  const space = key.indexOf(' ');
  const parts = space < 0 ? null : segmentsOf(key.slice(space + 1));
  if (parts === null) return null;
  const segments = parts.map((part, index): Segment => {
    const name = parameterPattern.exec(part)?.[1];
    return name === undefined
      ? { literal: part, names: [] }
      : { literal: null, names: namesOf(name, parts[index - 1]) };
  });
  return { key, method: key.slice(0, space).toUpperCase(), segments };
}

const node = (): Node => ({ literals: new Map(), any: null, ends: [] });

interface Table {
  readonly byShape: ReadonlyMap<string, readonly Template[]>;
  readonly roots: ReadonlyMap<string, Node>;
}

const shapeOf = (method: string, segments: readonly Segment[]): string =>
  `${method} ${segments.map(({ literal }) => literal ?? '{}').join('/')}`;

function tableOf(configuration: Configuration): Table {
  const byShape = new Map<string, Template[]>();
  const roots = new Map<string, Node>();
  for (const key of configuration.keys('routes')) {
    const template = templateOf(key);
    if (template === null) continue;
    const shape = shapeOf(template.method, template.segments);
    byShape.set(shape, [...(byShape.get(shape) ?? []), template]);
    let here = roots.get(template.method) ?? node();
    roots.set(template.method, here);
    for (const { literal } of template.segments) {
      let next = literal === null ? here.any : here.literals.get(literal);
      if (next === null || next === undefined) {
        next = node();
        if (literal === null) here.any = next;
        else here.literals.set(literal, next);
      }
      here = next;
    }
    here.ends.push(template);
  }
  return { byShape, roots };
}

// The table depends on nothing but the configuration, so it is kept beside it.
const tables = new WeakMap<Configuration, Table>();

function tableFor(configuration: Configuration): Table {
  const table = tables.get(configuration) ?? tableOf(configuration);
  tables.set(configuration, table);
  return table;
}

/** Templates that fit, the best first: at every segment a literal wins over a parameter. */
function* matching(here: Node, parts: readonly string[], depth: number, budget: { left: number }): Generator<Template> {
  budget.left -= 1;
  if (budget.left < 0) return;
  const part = parts[depth];
  if (part === undefined) {
    yield* here.ends;
    return;
  }
  const literal = here.literals.get(part);
  if (literal !== undefined) yield* matching(literal, parts, depth + 1, budget);
  if (here.any !== null && part !== '') yield* matching(here.any, parts, depth + 1, budget);
}

const stepsMax = 10_000;

function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parametersOf(template: Template, path: string): ReadonlyMap<string, RouteParameter> {
  const parts = segmentsOf(path);
  const fits =
    parts !== null &&
    parts.length === template.segments.length &&
    template.segments.every(({ literal }, index) => literal === null || literal === parts[index]);
  const parameters = new Map<string, RouteParameter>();
  for (const [index, { names }] of template.segments.entries()) {
    const value = fits ? decoded(parts[index] ?? '') : null;
    const parameter: RouteParameter =
      value === null || parameterPattern.test(value)
        ? { state: 'absent' }
        : isRedacted(value)
          ? { state: 'masked' }
          : { state: 'value', value };
    for (const name of names) if (!parameters.has(name)) parameters.set(name, parameter);
  }
  return parameters;
}

/** Whether two templates are one: `/api/v1` and `/v1` alike, whatever the parameters are called. */
export function sameTemplate(a: string, b: string): boolean {
  const [one, other] = [templateOf(`GET ${a}`), templateOf(`GET ${b}`)];
  return one !== null && other !== null && shapeOf('', one.segments) === shapeOf('', other.segments);
}

/**
 * The route of a request (the analyzer's model, section 2): by method and template; without a template, the path is
 * matched. `none`: nothing is predicted of it.
 */
export function findRoute(
  configuration: Configuration,
  request: Pick<RequestFacts, 'method' | 'path' | 'route'>,
  at: Millis,
): RouteLookup {
  const table = tableFor(configuration);
  const method = request.method.toUpperCase();
  let candidates: Iterable<Template> = [];
  if (request.route !== null) {
    const wanted = templateOf(`${method} ${request.route}`);
    if (wanted !== null) candidates = table.byShape.get(shapeOf(method, wanted.segments)) ?? [];
  } else {
    const root = table.roots.get(method);
    const parts = segmentsOf(request.path);
    if (root !== undefined && parts !== null) candidates = matching(root, parts, 0, { left: stepsMax });
  }
  let unknown: RouteLookup | null = null;
  for (const template of candidates) {
    const found = configuration.lookup('routes', template.key, at);
    if (found.state === 'present')
      return {
        state: 'found',
        match: { key: template.key, found, parameters: parametersOf(template, request.path) },
      };
    if (found.state === 'unknown') unknown ??= { state: 'unknown', missing: found.missing, reads: found.reads };
  }
  if (unknown !== null) return unknown;
  if (configuration.isCaptured('routes')) return { state: 'none' };
  const nowhere = configuration.lookup('routes', '', at);
  return { state: 'unknown', missing: nowhere.state === 'unknown' ? nowhere.missing : 'state.routes', reads: [] };
}
