import { canonicalJson } from '../../base/digest.ts';
import type { Json } from '../../base/json.ts';

/**
 * RFC 8785 text of a record, the fast way: with its keys in order, the engine's own writer gives just that. It does not where a
 * key is a number (engines put those first) or a string holds half a surrogate pair. Throws where there is no such text.
 */
export function canonicalText(value: Json): string {
  const ordered = inOrder(value);
  if (ordered === undefined) return canonicalJson(value);
  const text = JSON.stringify(ordered);
  return text.includes('\\ud') ? canonicalJson(value) : text;
}

/** undefined where a key begins with a digit. */
function inOrder(value: Json): Json | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    throw new TypeError('a number beyond what a double holds');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) {
      const made = inOrder(item);
      if (made === undefined) return undefined;
      items.push(made);
    }
    return items;
  }
  const made = Object.create(null) as Record<string, Json>;
  for (const key of Object.keys(value).sort()) {
    const first = key.charCodeAt(0);
    const item =
      first >= 48 && first <= 57 ? undefined : inOrder((value as { readonly [key: string]: Json })[key] as Json);
    if (item === undefined) return undefined;
    made[key] = item;
  }
  return made;
}
