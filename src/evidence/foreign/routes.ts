/** Routes that foreign records name, and which of the contract's they are: those that end as one does, behind another prefix. */
import { isObject, type Json } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';

/** `METHOD template`, with how often it was seen; an id in it is `{}`. */
export type SeenRoutes = Map<string, number>;

const routesMax = 512;
const charsMax = 200;
const segmentsMax = 16;
/** Values of one record that are looked at. */
const valuesMax = 4_096;

const method = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE)$/i;
const placeholder = /^(?:\{[^{}]*\}|<[^<>]+>|:[\w-]+|\[[^[\]]+\])$/;
const literal = /^[A-Za-z][A-Za-z_.-]{0,31}$/;
const version = /^v\d{1,2}$/;

/** Adds what stands beside a method in one object, or the only method of a record. */
export function addRoutes(routes: SeenRoutes, record: Json): void {
  let left = valuesMax;
  const all = { methods: new Set<string>(), paths: new Set<string>() };
  let isFound = false;
  const walk = (value: Json, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 6) return;
    const own = Array.isArray(value) ? [] : Object.values(value);
    const methods = own.filter((one): one is string => typeof one === 'string' && method.test(one));
    const paths = own.filter((one): one is string => typeof one === 'string' && isPath(one));
    if (methods.length === 1) for (const path of paths) isFound = noted(routes, methods[0] as string, path) || isFound;
    for (const one of methods) all.methods.add(one);
    for (const one of paths) all.paths.add(one);
    for (const item of Array.isArray(value) ? (value as readonly Json[]) : own) {
      left -= 1;
      if (left < 0) return;
      walk(item, depth + 1);
    }
  };
  if (isObject(record)) walk(record, 0);
  const [only] = all.methods;
  if (!isFound && all.methods.size === 1) for (const path of all.paths) noted(routes, only as string, path);
}

const isPath = (text: string): boolean => text.length > 1 && text.length <= charsMax && /^\/[^\s]*$/.test(text);

function noted(routes: SeenRoutes, verb: string, path: string): boolean {
  const segments = segmentsOf(path);
  if (segments.length > segmentsMax) return false;
  const template = segments.map((one) => (isKept(one) ? one : '{}')).join('/');
  return addRoute(routes, `${verb.toUpperCase()} /${template}`, 1);
}

const isKept = (segment: string): boolean =>
  placeholder.test(segment) || literal.test(segment) || version.test(segment);

const segmentsOf = (path: string): readonly string[] =>
  (path.split(/[?#]/, 1)[0] ?? '').replace(/\/+$/, '').split('/').slice(1);

function addRoute(routes: SeenRoutes, key: string, count: number): boolean {
  const known = routes.get(key);
  if (known === undefined && routes.size >= routesMax) return false;
  routes.set(key, (known ?? 0) + count);
  return true;
}

export function mergeRoutes(into: SeenRoutes, from: SeenRoutes): void {
  for (const [key, count] of from) addRoute(into, key, count);
}

export interface ProposedRoute {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  /** Null where the route tells it. */
  readonly group: string | null;
}

export interface RouteProposal {
  readonly found: readonly ProposedRoute[];
  /** Routes that end as none of the contract's, most frequent first. */
  readonly open: readonly { readonly method: string; readonly path: string }[];
}

const project = '/api/v1/orgs/{org_id}/projects/{project_id}';
/** Routes that the product documents, or whose callers the contract names. */
const documented: readonly (readonly [method: string, route: string, group: string])[] = [
  ['GET', '/auth/login', 'auth'],
  ['GET', '/auth/callback', 'auth'],
  ['POST', '/api/v1/agents/{agent_id}/heartbeat', 'agent'],
  ['GET', '/api/v1/agents/{agent_id}/deployments', 'agent'],
  ['GET', '/api/v1/agents/{agent_id}/signing-keys', 'agent'],
  ['POST', '/api/v1/agents/{agent_id}/artifacts', 'artifact'],
  ['POST', `${project}/environments/{environment_id}/agents`, 'agent'],
  ['GET', '/api/v1/orgs/{org_id}/projects', 'operator'],
  ['POST', '/api/v1/orgs/{org_id}/projects', 'operator'],
  ['GET', project, 'operator'],
  ['PUT', project, 'operator'],
  ['DELETE', project, 'operator'],
];

/** A route of the contract, and what it ends in whatever stands before. */
interface Known {
  readonly method: string;
  readonly route: string;
  readonly group: string | null;
  readonly tail: readonly string[];
}

const ownPrefix = /^\/(?:api\/)?v1(?=\/)/;
const knownRoute = (verb: string, route: string, group: string | null): Known => ({
  method: verb,
  route,
  group,
  tail: segmentsOf(route.replace(ownPrefix, '')),
});

const partsOf = (key: string): readonly [verb: string, path: string] => {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1)];
};

/** Templates that the archive has in the contract's spelling, of two fixed parts at least: fewer end many routes. */
const toldBy = (seen: SeenRoutes): readonly Known[] =>
  [...seen.keys()].sort(compareText).flatMap((key) => {
    const [verb, path] = partsOf(key);
    const segments = segmentsOf(path.replace(ownPrefix, ''));
    const isTemplate = segments.every((one) => literal.test(one) || /^\{\w+\}$/.test(one)) && path.includes('{');
    const fixed = segments.filter((one) => literal.test(one)).length;
    return isTemplate && fixed >= 2 && ownPrefix.test(path) ? [knownRoute(verb, path, null)] : [];
  });

const plainly = (segment: string): string => segment.toLowerCase().replace(/_/g, '-');

/** How many segments stand before the tail; null where the route ends otherwise, or ids stand before it. */
function headOf(segments: readonly string[], tail: readonly string[]): number | null {
  const from = segments.length - tail.length;
  const isTail =
    from >= 0 &&
    tail.every((part, at) => placeholder.test(part) || plainly(segments[from + at] as string) === plainly(part));
  const isFixed = segments.slice(0, Math.max(0, from)).every((one) => literal.test(one) || version.test(one));
  return isTail && isFixed ? from : null;
}

/** What is not asked of the control plane's handlers. */
const noRoute = /\/(?:healthz|readyz|livez|metrics|favicon\.ico)$/;

export function proposeRoutes(seen: SeenRoutes): RouteProposal {
  const known = [...documented.map((one) => knownRoute(...one)), ...toldBy(seen)];
  const found = new Map<string, ProposedRoute>();
  const open: { method: string; path: string; count: number }[] = [];
  for (const [key, count] of seen) {
    const [verb, path] = partsOf(key);
    const segments = segmentsOf(path);
    let best: { readonly one: Known; readonly head: number } | null = null;
    for (const one of known) {
      const head = one.method === verb ? headOf(segments, one.tail) : null;
      // What ends as two routes do ends as the longer one.
      if (head !== null && (best === null || one.tail.length > best.one.tail.length)) best = { one, head };
    }
    if (best === null) {
      if (!ownPrefix.test(path) && !noRoute.test(path)) open.push({ method: verb, path, count });
      continue;
    }
    const { one, head } = best;
    const written = one.tail.map((part, at) => (placeholder.test(part) ? part : (segments[head + at] as string)));
    const template = `/${[...segments.slice(0, head), ...written].join('/')}`;
    const names = segments.slice(head).filter((part) => placeholder.test(part) && part !== '{}');
    if (isOwn(template, one) && names.every((part) => one.tail.includes(part))) continue;
    found.set(`${verb} ${template}`, { method: verb, path: template, route: one.route, group: one.group });
  }
  return {
    found: [...found.values()].sort((a, b) => compareText(a.path, b.path) || compareText(a.method, b.method)),
    open: open
      .sort((a, b) => b.count - a.count || compareText(a.path, b.path) || compareText(a.method, b.method))
      .map(({ method: verb, path }) => ({ method: verb, path })),
  };
}

/** Both `/api/v1` and `/v1` are the contract's, and a login needs neither. */
const isOwn = (template: string, { route, tail }: Known): boolean =>
  template === route || (ownPrefix.test(template) && template.replace(ownPrefix, '') === `/${tail.join('/')}`);
