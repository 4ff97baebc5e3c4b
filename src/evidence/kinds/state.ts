import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { type Span, scanJson } from '../cut/json-spans.ts';
import { shapeText } from '../document.ts';
import type { JsonKind, Out } from '../kind.ts';
import { mentionsIn } from '../mentions.ts';

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
  content: stateSections.flatMap((a, at) => stateSections.slice(at + 1).map((b) => ({ has: [a, b] }))),
  accepts(record) {
    let found = 0;
    for (const section of stateSections) if (record[section] !== undefined && ++found === 2) return true;
    return false;
  },
  emit({ record, offset, length, bytes, place, origins }, out) {
    const spans = origins === undefined ? itemSpans(bytes()) : mappedSpans(bytes(), Object.keys(record), origins);
    const rest: Record<string, Json> = Object.create(null) as Record<string, Json>;
    for (const [section, body] of Object.entries(record)) {
      const at = spans.get(section);
      if (isObject(body) && at?.whole !== undefined) {
        out.into.state(body, offset + at.whole.offset, at.whole.length, [section, '', body]);
        mention(section, '', body, out);
      } else if (Array.isArray(body) && at !== undefined) {
        const others: Json[] = [];
        (body as readonly Json[]).forEach((item, index) => {
          // An item that a dialect put together has no bytes of its own: those of its section tell.
          const span = at.items[index] ?? (origins === undefined ? undefined : at.whole);
          if (!isObject(item) || span === undefined) others.push(item);
          else {
            const key = stateKey(item);
            out.into.state(item, offset + span.offset, span.length, [section, key, item]);
            mention(section, key, item, out);
          }
        });
        // A list without items is told all the same: there are none, which is not the same as not captured.
        if (others.length > 0 || body.length === 0) rest[section] = others;
      } else rest[section] = body;
    }
    // What stands beside the sections: the time of capture, empty lists, and what no section is.
    out.into.document(rest, offset, length, ['state', place.name, null, rest, shapeText(true)]);
  },
  samples: [
    '{"captured_at":"2026-01-31T13:00:00Z","organizations":[{"id":"org_1"}],"memberships":[{"principal_id":"usr_1","org_id":"org_1","role":"admin"}],"heartbeat":{"interval_ms":1000,"ttl_ms":4000}}',
  ],
};

/** Sections whose items are entities. */
export const stateEntities: Readonly<Record<string, string>> = {
  organizations: 'org',
  projects: 'project',
  environments: 'environment',
  memberships: 'membership',
  credentials: 'credential',
  agents: 'agent',
  pipeline_versions: 'pipeline_version',
  config_bundles: 'config_bundle',
  bundle_store: 'bundle',
  deployments: 'deployment',
  approvals: 'approval',
  signing_keys: 'signing_key',
  components: 'component',
};

function mention(section: string, key: string, item: JsonObject, out: Out): void {
  const kind = Object.hasOwn(stateEntities, section) ? stateEntities[section] : undefined;
  const own = kind === undefined || key === '' ? null : `${kind}:${key}`;
  if (own !== null) out.mention('state', [{ role: 'subject', entity: own }]);
  out.mention(
    'state',
    mentionsIn([item], () => (own === null ? [] : [own])),
  );
}

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

/** The same for a record that a dialect has mapped: a section lies where its dialect took it from. */
function mappedSpans(
  bytes: Buffer,
  sections: readonly string[],
  origins: (section: string) => readonly (readonly string[])[],
): Map<string, SectionSpans> {
  const spans = new Map<string, SectionSpans>();
  for (const section of sections) {
    const whole = [...origins(section), [section]].map((keys) => spanAt(bytes, keys)).find((span) => span !== null);
    const at = whole ?? { offset: 0, length: bytes.length };
    spans.set(section, { whole: at, items: whole === undefined ? [] : itemsOf(bytes, at) });
  }
  return spans;
}

function spanAt(bytes: Buffer, keys: readonly string[]): Span | null {
  let here: Span = { offset: 0, length: bytes.length };
  for (const key of keys) {
    let found: Span | null = null;
    const within = bytes.subarray(here.offset, here.offset + here.length);
    scanJson(
      within,
      {
        value(depth, name, span) {
          if (depth === 1 && name !== null && unescaped(name) === key) found = span;
        },
      },
      1,
    );
    const next = found as Span | null;
    if (next === null) return null;
    here = { offset: here.offset + next.offset, length: next.length };
  }
  return here;
}

function itemsOf(bytes: Buffer, { offset, length }: Span): Span[] {
  const items: Span[] = [];
  scanJson(
    bytes.subarray(offset, offset + length),
    {
      value(depth, key, span) {
        if (depth === 1 && key === null) items.push({ offset: offset + span.offset, length: span.length });
      },
    },
    1,
  );
  return items;
}
