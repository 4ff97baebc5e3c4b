import type { ConfigurationChange } from '../base/facts.ts';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { FieldChange, RecordChange, RecordEffect } from './record-change.ts';
import { sameJson } from './same-json.ts';

const sectionOfPrefix: Readonly<Record<string, string>> = {
  credential: 'credentials',
  membership: 'memberships',
  signing_key: 'signing_keys',
  config_bundle: 'config_bundles',
  approval: 'approvals',
  agent: 'agents',
  pipeline_version: 'pipeline_versions',
};

/** Verbs that make a record: before them there was none. */
const making = new Set(['created', 'issued', 'requested', 'published', 'granted', 'enrolled']);

/** Verbs that end one, and the timestamp in which each does it. */
const endings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  credentials: { revoked: 'revoked_at', expired: 'expires_at' },
  memberships: { revoked: 'until' },
  signing_keys: { retired: 'retired_at' },
  config_bundles: { deleted: 'deleted_at' },
  agents: { revoked: 'revoked_at' },
};

/** What names an item of each list; the other sections are one object. */
const listKeys = ['id', 'group', 'job_type', 'kid', 'name', 'bundle_hash'] as const;
const objectSections = new Set(['heartbeat', 'oidc']);

/** The key of an item as `StateRecord.key` spells it; null where nothing names it. */
export function keyOfItem(section: string, item: JsonObject): string | null {
  const text = (name: string): string | null => {
    const value = item[name];
    return typeof value === 'string' ? value : null;
  };
  if (section === 'memberships') {
    const [principal, org] = [text('principal_id'), text('org_id')];
    return principal === null || org === null ? null : `${principal}/${org}`;
  }
  if (section === 'routes') {
    const [method, route] = [text('method'), text('route')];
    return method === null || route === null ? null : `${method} ${route}`;
  }
  for (const name of listKeys) {
    const value = text(name);
    if (value !== null) return value;
  }
  return null;
}

const fieldOf = (value: JsonObject | undefined, name: string): Json | undefined =>
  value !== undefined && Object.hasOwn(value, name) ? value[name] : undefined;

/** Both sides merged field by field: what only one of them names, the other side does not tell. */
function merged(before: JsonObject | undefined, after: JsonObject | undefined): FieldChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].map((field) => ({
    field,
    below: [],
    before: fieldOf(before, field),
    after: fieldOf(after, field),
  }));
}

/** Two whole records: what one of them lacks was not there. */
function compared(before: JsonObject, after: JsonObject): FieldChange[] {
  return merged(before, after)
    .map((change) => ({ ...change, before: change.before ?? null, after: change.after ?? null }))
    .filter((change) => !sameJson(change.before, change.after));
}

const objectOrNone = (value: Json | undefined): JsonObject | undefined => (isObject(value) ? value : undefined);

/** What a dotted action (`credential.revoked`) did to its record. */
function effectOfAction(section: string, verb: string, change: ConfigurationChange): RecordEffect {
  const before = objectOrNone(change.before);
  const after = objectOrNone(change.after);
  if (change.after === null && change.before !== null) return { kind: 'remove', before };
  if (change.before === null || (making.has(verb) && before === undefined)) return { kind: 'create', after };
  const stamp = endings[section]?.[verb];
  if (before === undefined && after === undefined)
    return stamp === undefined ? untold(section, verb) : { kind: 'stamp', field: stamp };
  const fields = merged(before, after);
  if (stamp === undefined) return { kind: 'fields', fields };
  // The timestamp of an ending needs no `before`: until then there was none.
  return {
    kind: 'fields',
    fields: fields.map((one) => (one.field === stamp && one.before === undefined ? { ...one, before: null } : one)),
  };
}

const decided = new Set(['approved', 'denied', 'expired', 'revoked', 'rejected']);

/** The verb of an approval is its new status; of anything else a bare verb tells nothing. */
const untold = (section: string, verb: string): RecordEffect =>
  section === 'approvals' && decided.has(verb)
    ? { kind: 'fields', fields: [{ field: 'status', below: [], before: undefined, after: verb }] }
    : { kind: 'untold' };

/** Two sides of a whole record, as `config.changed` on a path that stops at an item gives them. */
function effectOnItem(before: Json | undefined, after: Json | undefined): RecordEffect {
  const [was, is] = [objectOrNone(before), objectOrNone(after)];
  if (before === null && after !== null) return { kind: 'create', after: is };
  if (after === null && before !== null) return { kind: 'remove', before: was };
  if (was !== undefined && is !== undefined) return { kind: 'fields', fields: compared(was, is) };
  return { kind: 'untold', before: was, after: is };
}

/** Longer keys are not looked for in a path. */
const keyLengthMax = 1_000;

/** The known key that the path begins with, the longest one: an id may hold dots. Else its first step. */
function splitKey(rest: string, known: ReadonlySet<string>): { readonly key: string; readonly steps: string[] } {
  for (let end = Math.min(rest.length, keyLengthMax); end > 0; end = rest.lastIndexOf('.', end - 1)) {
    const key = rest.slice(0, end);
    if (known.has(key) && (end === rest.length || rest[end] === '.'))
      return { key, steps: end === rest.length ? [] : rest.slice(end + 1).split('.') };
  }
  const [key = '', ...steps] = rest.split('.');
  return { key, steps };
}

type Aimed = Pick<RecordChange, 'section' | 'key' | 'effect'>;

const fieldEffect = (steps: readonly string[], change: ConfigurationChange): RecordEffect => ({
  kind: 'fields',
  fields: [{ field: steps[0] ?? '', below: steps.slice(1), before: change.before, after: change.after }],
});

/** A change of a whole list, taken apart into its items. */
function effectsOnList(section: string, change: ConfigurationChange): Aimed[] {
  const itemsOf = (side: Json | undefined): ReadonlyMap<string, JsonObject> | null => {
    if (side === null) return new Map();
    if (!Array.isArray(side)) return null;
    const items = (side as readonly Json[]).flatMap((item) => {
      const key = isObject(item) ? keyOfItem(section, item) : null;
      return key === null ? [] : [[key, item as JsonObject] as const];
    });
    return new Map(items);
  };
  const [before, after] = [itemsOf(change.before), itemsOf(change.after)];
  if (before === null || after === null) return [{ section, key: null, effect: { kind: 'untold' } }];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const effect = effectOnItem(before.get(key) ?? null, after.get(key) ?? null);
    return effect.kind === 'fields' && effect.fields.length === 0 ? [] : [{ section, key, effect }];
  });
}

/** `config.changed`, by its path into `state.json`. */
function aimOfPath(
  path: string,
  change: ConfigurationChange,
  known: (section: string) => ReadonlySet<string>,
): readonly Aimed[] {
  const dot = path.indexOf('.');
  const section = dot < 0 ? path : path.slice(0, dot);
  const rest = dot < 0 ? '' : path.slice(dot + 1);
  if (objectSections.has(section) || known(section).has('')) {
    const effect = rest === '' ? effectOnItem(change.before, change.after) : fieldEffect(rest.split('.'), change);
    return [{ section, key: '', effect }];
  }
  if (rest === '') return effectsOnList(section, change);
  const { key, steps } = splitKey(rest, known(section));
  const effect = steps.length === 0 ? effectOnItem(change.before, change.after) : fieldEffect(steps, change);
  return [{ section, key, effect }];
}

/** The key of a whole record that the change itself shows, where its path stops there. */
function keyNamedBy(
  path: string,
  change: ConfigurationChange,
): { readonly section: string; readonly key: string } | null {
  const dot = path.indexOf('.');
  if (dot < 0) return null;
  const section = path.slice(0, dot);
  for (const side of [change.before, change.after]) {
    const key = isObject(side) ? keyOfItem(section, side) : null;
    if (key !== null && key === path.slice(dot + 1)) return { section, key };
  }
  return null;
}

/**
 * What each change did to which record (the analyzer's model, section 1). A change of no section of `state.json` does
 * nothing here.
 */
export function resolveChanges(
  changes: readonly ConfigurationChange[],
  capturedKeys: ReadonlyMap<string, ReadonlySet<string>>,
): readonly RecordChange[] {
  const known = new Map<string, Set<string>>();
  const knownIn = (section: string): Set<string> => {
    const keys = known.get(section) ?? new Set(capturedKeys.get(section));
    known.set(section, keys);
    return keys;
  };
  const aims: Array<{ readonly change: ConfigurationChange; readonly aimed: () => readonly Aimed[] }> = [];
  for (const change of changes) {
    const { action, path } = change;
    if (action === 'config.changed') {
      if (path === undefined || path === '') continue;
      const named = keyNamedBy(path, change);
      if (named !== null) knownIn(named.section).add(named.key);
      aims.push({ change, aimed: () => aimOfPath(path, change, knownIn) });
      continue;
    }
    const dot = action.indexOf('.');
    const section = Object.hasOwn(sectionOfPrefix, action.slice(0, dot))
      ? sectionOfPrefix[action.slice(0, dot)]
      : undefined;
    if (section === undefined) continue;
    const key = change.resource.id;
    knownIn(section).add(key);
    aims.push({
      change,
      aimed: () => [{ section, key, effect: effectOfAction(section, action.slice(dot + 1), change) }],
    });
  }
  return aims.flatMap(({ change, aimed }) =>
    aimed().map((one) => ({ ...one, at: change.at, order: change.order, ref: change.ref, action: change.action })),
  );
}
