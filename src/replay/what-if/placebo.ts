import type { Json } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { formatMillis, type Millis } from '../../base/time.ts';
import type { Configuration } from '../../control-plane/index.ts';
import type { Change, NamedChange, Suspicion } from './cause-model.ts';

const dayMs = 86_400_000;

/** The field of a credential as it is at a moment; null where it has none. */
export function fieldBefore(configuration: Configuration, credential: string, field: string, at: Millis): Json {
  const found = configuration.lookup('credentials', credential, at);
  return (found.state === 'present' ? found.record[field] : null) ?? null;
}

export const expiryAt = (credential: string, from: Millis, value: Json): Change => ({
  edits: [
    { section: 'credentials', key: credential, from, to: null, change: { op: 'set', field: 'expires_at', value } },
  ],
  inserted: [],
});

/**
 * Grants the same credential a scope that it lacks and that is not missed: the same field, which every check of it
 * reads.
 */
export function unrelatedScope(
  configuration: Configuration,
  credential: string,
  from: Millis,
  missed: ReadonlySet<string> = new Set(),
): NamedChange {
  const held = fieldBefore(configuration, credential, 'scopes', from);
  const not = new Set<Json>([...missed, ...(Array.isArray(held) ? held : [])]);
  const scopes = new Set<string>();
  for (const key of configuration.keys('routes')) {
    const route = configuration.lookup('routes', key, from);
    if (route.state === 'present' && typeof route.record.scope === 'string') scopes.add(route.record.scope);
  }
  const scope = [...scopes].filter((one) => !not.has(one)).sort(compareText)[0] ?? 'placebo:unrelated';
  return {
    edits: [
      {
        section: 'credentials',
        key: credential,
        from,
        to: null,
        change: { op: 'add', field: 'scopes', values: [scope] },
      },
    ],
    inserted: [],
    text: `grant ${scope} to credential:${credential}`,
    interventions: [{ do: 'grant_scope', credential, scopes: [scope] }],
  };
}

/** Moves the credential's expiry to beyond the evidence: read by the same check, without effect on another fault. */
export function laterExpiry(suspicion: Suspicion, credential: string, from: Millis): NamedChange {
  const value = formatMillis(suspicion.until + dayMs);
  return {
    ...expiryAt(credential, from, value),
    text: `extend credential:${credential} beyond the evidence`,
    interventions: [{ do: 'set_config', path: `credentials.${credential}.expires_at`, value }],
  };
}
