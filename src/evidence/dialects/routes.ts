import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { RouteMapping } from './dialect.ts';

export interface RouteHit {
  readonly route: string;
  readonly group: string | null;
  readonly table: number;
}

interface Template extends RouteHit {
  readonly method: string | null;
  /** As written: a template in the record is held against it. */
  readonly path: string;
  /** Null where any one segment fits. */
  readonly segments: readonly (string | null)[];
}

const segmentsOf = (path: string): readonly string[] => {
  const bare = path.split(/[?#]/, 1)[0] ?? '';
  return bare.replace(/\/+$/, '').split('/').slice(1, 66);
};

const knownMax = 16_384;

/** Finds the first mapping that fits a method and a path, or a template as written. */
export function compileRoutes(
  tables: readonly (readonly RouteMapping[])[],
): ((method: Json | undefined, path: string) => RouteHit | null) | null {
  const templates = tables.flatMap((routes, table) =>
    routes.map(
      (one): Template => ({
        method: one.method?.toUpperCase() ?? null,
        path: one.path,
        route: one.route,
        group: one.group ?? null,
        segments: segmentsOf(one.path).map((part) => (/^\{[^{}]*\}$/.test(part) ? null : part)),
        table,
      }),
    ),
  );
  if (templates.length === 0) return null;
  const known = new Map<string, RouteHit | null>();
  return (method, path) => {
    const verb = typeof method === 'string' ? method.toUpperCase() : '';
    const name = `${verb} ${path}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const parts = segmentsOf(path);
    const hit =
      templates.find(
        (one) =>
          (one.method === null || one.method === verb) &&
          (one.path === path ||
            (one.segments.length === parts.length &&
              one.segments.every((part, index) => (part === null ? parts[index] !== '' : part === parts[index])))),
      ) ?? null;
    if (known.size < knownMax && name.length < 512) known.set(name, hit);
    return hit;
  };
}

export type RouteFinder = NonNullable<ReturnType<typeof compileRoutes>>;

/** Gives a request the contract's route; the hit, for its group. */
export function mapRoute(record: JsonObject, find: RouteFinder): RouteHit | null {
  const { method, route, path } = record;
  const hit =
    (typeof path === 'string' ? find(method, path) : null) ?? (typeof route === 'string' ? find(method, route) : null);
  if (hit !== null) (record as Record<string, Json>).route = hit.route;
  return hit;
}

/** The state's own table of routes is spelt as the requests are. */
export function mapStateRoutes(state: JsonObject, find: RouteFinder): readonly RouteHit[] {
  const routes = Array.isArray(state.routes) ? (state.routes as readonly Json[]).filter(isObject) : [];
  return routes.flatMap((item) => {
    const open = item as Record<string, Json>;
    const hit = typeof open.route === 'string' ? find(open.method, open.route) : null;
    if (hit === null) return [];
    open.route = hit.route;
    if (hit.group !== null) open.group = hit.group;
    return [hit];
  });
}
