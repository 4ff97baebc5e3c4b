/** Entities that a record names where no column holds them: in what changed, in details, in a captured configuration. */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import type { LinkRole } from './columns.ts';

export interface Mention {
  /** What the entity is to the record. */
  readonly role: LinkRole;
  /** `kind:id`. */
  readonly entity: string;
}

/** Fields whose value is an id, whatever record they stand in: evidence.md spells them so everywhere. */
const fields: ReadonlyMap<string, { readonly role: LinkRole; readonly kind: string }> = new Map([
  ['org_id', { role: 'org', kind: 'org' }],
  ['project_id', { role: 'project', kind: 'project' }],
  ['environment_id', { role: 'environment', kind: 'environment' }],
  ['agent_id', { role: 'agent', kind: 'agent' }],
  ['target_agents', { role: 'agent', kind: 'agent' }],
  ['deployment_id', { role: 'deployment', kind: 'deployment' }],
  ['job_id', { role: 'job', kind: 'job' }],
  ['credential_id', { role: 'credential', kind: 'credential' }],
  ['approval_id', { role: 'approval', kind: 'approval' }],
  ['artifact_id', { role: 'artifact', kind: 'artifact' }],
  ['config_bundle_id', { role: 'bundle', kind: 'config_bundle' }],
  ['bundle_hash', { role: 'bundle', kind: 'bundle' }],
  ['principal_id', { role: 'actor', kind: 'actor' }],
  ['issued_by', { role: 'actor', kind: 'actor' }],
]);

/** Whether a field of that ASCII name may hold one. */
export function isMentionField(bytes: Buffer, from: number, to: number): boolean {
  return (
    endings[(to - from) & 31]?.includes(bytes[to - 1] as number) === true &&
    fields.has(bytes.toString('latin1', from, to))
  );
}

/** Last characters of the names of each length: few other names end so. */
const endings: readonly (readonly number[])[] = Array.from({ length: 32 }, (_, length) =>
  [...fields.keys()].filter((name) => (name.length & 31) === length).map((name) => name.charCodeAt(name.length - 1)),
);

/** Ids are short; a longer text under such a name is something else. */
const idMax = 256;

const isId = (value: Json | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= idMax;

/** Those in the fields of the objects, each once; `known` gives those that the record's columns hold: it is seldom asked. */
export function mentionsIn(values: readonly (Json | undefined)[], known: () => readonly string[]): readonly Mention[] {
  let found: Mention[] | null = null;
  let held: readonly string[] | null = null;
  const take = (role: LinkRole, kind: string, id: Json | undefined): void => {
    if (!isId(id)) return;
    const entity = `${kind}:${id}`;
    held ??= known();
    if (held.includes(entity) || found?.some((one) => one.entity === entity) === true) return;
    found ??= [];
    found.push({ role, entity });
  };
  for (const value of values) {
    if (!isObject(value)) continue;
    for (const key in value) {
      const field = fields.get(key);
      if (field === undefined) continue;
      const ids = value[key];
      if (Array.isArray(ids)) for (const id of ids as readonly Json[]) take(field.role, field.kind, id);
      else take(field.role, field.kind, ids);
    }
  }
  return found ?? none;
}

const none: readonly Mention[] = [];

/** What the columns of a record hold: those of its scope, and more by name. */
export function scopeOf(record: JsonObject): string[] {
  const found: string[] = [];
  if (typeof record.org_id === 'string') found.push(`org:${record.org_id}`);
  if (typeof record.project_id === 'string') found.push(`project:${record.project_id}`);
  if (typeof record.environment_id === 'string') found.push(`environment:${record.environment_id}`);
  return found;
}
