import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { scanJson } from '../cut/json-spans.ts';
import type { JsonKind } from '../kind.ts';

export const stateSections = [
  'organizations',
  'projects',
  'environments',
  'memberships',
  'roles',
  'credentials',
  'routes',
  'rate_limits',
  'retry_policies',
  'heartbeat',
  'agents',
  'pipeline_versions',
  'config_bundles',
  'bundle_store',
  'deployments',
  'approvals',
  'signing_keys',
  'oidc',
  'components',
  'backups',
] as const;

export const state: JsonKind = {
  kind: 'state',
  order: 7,
  fills: ['state', 'document'],
  path: /(?:^|\/)state\.json$/,
  accepts(record) {
    let found = 0;
    for (const section of stateSections) if (record[section] !== undefined && ++found === 2) return true;
    return false;
  },
  emit({ record, offset, length, bytes, place }, out) {
    const spans = itemSpans(bytes());
    const rest: Record<string, Json> = Object.create(null) as Record<string, Json>;
    for (const [section, body] of Object.entries(record)) {
      const at = spans.get(section);
      if (isObject(body) && at?.whole !== undefined) {
        out.into.state(body, offset + at.whole.offset, at.whole.length, [section, '', body]);
      } else if (Array.isArray(body) && at !== undefined) {
        const others: Json[] = [];
        (body as readonly Json[]).forEach((item, index) => {
          const span = at.items[index];
          if (!isObject(item) || span === undefined) others.push(item);
          else out.into.state(item, offset + span.offset, span.length, [section, stateKey(item), item]);
        });
        // A list without items is told all the same: there are none, which is not the same as not captured.
        if (others.length > 0 || body.length === 0) rest[section] = others;
      } else rest[section] = body;
    }
    // What stands beside the sections: the time of capture, empty lists, and what no section is.
    out.into.document(rest, offset, length, ['state', place.name, null, rest]);
  },
  samples: [
    '{"captured_at":"2026-01-31T13:00:00Z","organizations":[{"id":"org_1"}],"memberships":[{"principal_id":"usr_1","org_id":"org_1","role":"admin"}],"heartbeat":{"interval_ms":1000,"ttl_ms":4000}}',
  ],
};

/** What names an item of a section. */
export function stateKey(item: JsonObject): string {
  if (typeof item.principal_id === 'string' && typeof item.org_id === 'string')
    return `${item.principal_id}/${item.org_id}`;
  for (const name of ['id', 'group', 'job_type', 'kid', 'name', 'bundle_hash', 'ts'] as const) {
    const value = item[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  }
  return '';
}

interface SectionSpans {
  whole?: { readonly offset: number; readonly length: number };
  items: { readonly offset: number; readonly length: number }[];
}

/** Sections by name, and where their items lie. Of a key that stands twice the later one counts, as in the parsed document. */
function itemSpans(bytes: Buffer): Map<string, SectionSpans> {
  const sections = new Map<string, SectionSpans>();
  let items: SectionSpans['items'] = [];
  scanJson(bytes, {
    value(depth, key, span) {
      if (depth === 2 && key === null) items.push(span);
      else if (depth === 1 && key !== null) {
        sections.set(unescaped(key), { whole: span, items });
        items = [];
      }
    },
  });
  return sections;
}

function unescaped(key: string): string {
  return key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key;
}
