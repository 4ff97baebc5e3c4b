import type { JsonObject } from '../base/json.ts';
import {
  byteor,
  compileCodes,
  compileFields,
  compileMetrics,
  compileRoutes,
  compileWhen,
  type Lookup,
  type MappedKind,
  type MetricMeaning,
  mapCodes,
  mappedKinds,
  mapRoute,
  mapStateRoutes,
  pathOf,
  type RecordMapping,
  type RouteFinder,
  type UserDialect,
  whenText,
} from './dialects/index.ts';
import type { JsonKind, Out, RecordIn } from './kind.ts';

export const builtInName = byteor.name;

/** The kinds of one reading, in the spellings of its dialects, ready to be asked for each record. */
export interface Spellings {
  /** Kinds as the users' dialects spell them, dialect by dialect, in the order written. */
  readonly user: readonly (readonly JsonKind[])[];
  /** The contract's own kinds; the very ones that were given, where no user's table concerns them. */
  readonly builtIn: readonly JsonKind[];
  readonly metric: (name: string) => MetricMeaning | null;
  /** For each user dialect, how often one of its tables (actions, codes, messages, routes, metrics) gave an answer. */
  readonly hits: readonly number[];
}

const isMapped = (kind: string): kind is MappedKind => (mappedKinds as readonly string[]).includes(kind);

export function compileSpellings(users: readonly UserDialect[], kinds: readonly JsonKind[]): Spellings {
  const all = [...users.map(({ dialect }) => dialect), byteor];
  const hits = users.map(() => 0);
  // The built-in tables hold nothing that a record is mapped by, so only the users' are counted.
  const onHit = (table: number): void => {
    if (table < hits.length) hits[table] = (hits[table] ?? 0) + 1;
  };
  const find = compileMetrics(all.map(({ metrics }) => metrics));
  const translate = compileTables(users, onHit);
  const byKind = new Map(kinds.filter(({ kind }) => isMapped(kind)).map((kind) => [kind.kind, kind]));

  const user = users.map(({ dialect }) =>
    dialect.records.flatMap(({ kind, mapping }) => {
      const base = byKind.get(kind);
      return base === undefined ? [] : [kindAs(base, kind, dialect.name, mapping, translate)];
    }),
  );
  return {
    user,
    builtIn:
      translate === null ? kinds : kinds.map((kind) => (isMapped(kind.kind) ? withTables(kind, translate) : kind)),
    metric:
      users.length === 0
        ? find
        : (name) => {
            const meaning = find(name);
            if (meaning !== null) onHit(meaning.table);
            return meaning;
          },
    hits,
  };
}

/** Maps what is spelt by tables, in place; the group of the route, where a table tells it. */
type Translate = (kind: MappedKind, record: JsonObject) => string | null;

function compileTables(users: readonly UserDialect[], onHit: (table: number) => void): Translate | null {
  const dialects = users.map(({ dialect }) => dialect);
  const codes: Lookup | null = compileCodes(dialects, onHit);
  const routes: RouteFinder | null = compileRoutes(dialects.map((dialect) => dialect.routes));
  const actions = new Map<string, { readonly action: string; readonly table: number }>();
  dialects.forEach((dialect, table) => {
    for (const [from, action] of Object.entries(dialect.actions))
      if (!actions.has(from)) actions.set(from, { action, table });
  });
  if (codes === null && routes === null && actions.size === 0) return null;

  return (kind, record) => {
    if (codes !== null) mapCodes(kind, record, codes);
    if (kind === 'audit' && typeof record.action === 'string') {
      const hit = actions.get(record.action);
      if (hit !== undefined) {
        (record as { action: string }).action = hit.action;
        onHit(hit.table);
      }
    }
    if (routes === null) return null;
    if (kind === 'state') for (const hit of mapStateRoutes(record, routes)) onHit(hit.table);
    if (kind !== 'requests') return null;
    const hit = mapRoute(record, routes);
    if (hit !== null) onHit(hit.table);
    return hit?.group ?? null;
  };
}

/** A kind of the contract in a user's spelling. */
function kindAs(
  base: JsonKind,
  kind: MappedKind,
  dialect: string,
  mapping: RecordMapping,
  translate: Translate | null,
): JsonKind {
  const map = compileFields(mapping);
  const { when } = mapping;
  const holds = when === undefined ? null : compileWhen(when);
  // The built-in test is about the contract's names, so it is put to the record as mapped: to a copy, for it may fail.
  const accepts: JsonKind['accepts'] =
    holds ?? ((record, member) => base.accepts(map(structuredClone(record) as JsonObject), member));
  const renamed = renamer(mapping);
  const origins = kind === 'state' ? sectionOrigins(mapping) : undefined;
  return {
    ...without(base),
    accepts,
    spelling: { dialect, test: when === undefined ? 'the built-in test, as mapped' : whenText(when) },
    emit(input, out) {
      const record = map(input.record);
      const routeGroup = translate?.(kind, record) ?? null;
      base.emit(
        { ...input, record, routeGroup, binary: renamed(input.binary), ...(origins === undefined ? {} : { origins }) },
        out,
      );
    },
  };
}

/** Bytes are known by the name of their field, so they are renamed with it. */
function renamer({ fields = {} }: RecordMapping): (binary: RecordIn['binary']) => RecordIn['binary'] {
  const lines = Object.entries(fields).map(([target, source]) => ({ target: pathOf(target), source: pathOf(source) }));
  const names = lines.flatMap(({ target: [to, ...deeper], source: [from, ...below] }) =>
    to?.to === 'key' && from?.to === 'key' && deeper.length === 0 && below.length === 0 ? [[to.key, from.key]] : [],
  ) as [string, string][];
  return (binary) => {
    if (binary.size === 0 || names.length === 0) return binary;
    const moved = new Map(binary);
    for (const [, from] of names) moved.delete(from);
    for (const [to, from] of names) {
      const bytes = binary.get(from);
      if (bytes !== undefined) moved.set(to, bytes);
    }
    return moved;
  };
}

/** A path that decides before the content is the contract's own, and so are lines that are read as they stand. */
function without({ ownPath: _, flat: __, ...base }: JsonKind): JsonKind {
  return base;
}

function withTables(base: JsonKind, translate: Translate): JsonKind {
  const { flat: _, ...rest } = base;
  return {
    ...rest,
    emit(input: RecordIn, out: Out) {
      const routeGroup = translate(base.kind as MappedKind, input.record);
      base.emit({ ...input, routeGroup }, out);
    },
  };
}

/** Where the sections of a mapped state lie in its bytes: keys from the top, likeliest first. */
function sectionOrigins({ fields = {} }: RecordMapping): (section: string) => readonly (readonly string[])[] {
  const lines = Object.entries(fields).map(([target, source]) => ({ target: pathOf(target), source: pathOf(source) }));
  return (section) =>
    lines.flatMap(({ target, source }) => {
      const [first, second] = target;
      if (first?.to !== 'key' || first.key !== section || (second !== undefined && second.to !== 'every')) return [];
      const end = source.findIndex((step) => step.to !== 'key');
      const keys = (end < 0 ? source : source.slice(0, end)).flatMap((step) => (step.to === 'key' ? [step.key] : []));
      return [keys, [keys.join('.')]];
    });
}
