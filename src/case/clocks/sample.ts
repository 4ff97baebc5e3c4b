/**
 * So many keys of any number, and what is known of each: those with the smallest hashes, so that the choice is the same in
 * whatever order they come, and the same in every table that is asked for them.
 */
export interface Sample<T> {
  /** Null where the key is not chosen. */
  readonly put: (key: string, make: () => T) => T | null;
  readonly get: (key: string) => T | undefined;
  readonly all: () => IterableIterator<T>;
  readonly size: () => number;
}

export function createSample<T>(most: number): Sample<T> {
  let chosen = new Map<string, { readonly hash: number; readonly value: T }>();
  let limit = 2 ** 32;
  return {
    put(key, make) {
      const known = chosen.get(key);
      if (known !== undefined) return known.value;
      const hash = hashOf(key);
      if (hash >= limit) return null;
      const value = make();
      chosen.set(key, { hash, value });
      while (chosen.size > most) {
        limit /= 2;
        chosen = new Map([...chosen].filter(([, one]) => one.hash < limit));
      }
      return hash < limit ? value : null;
    },
    get: (key) => chosen.get(key)?.value,
    *all() {
      for (const { value } of chosen.values()) yield value;
    },
    size: () => chosen.size,
  };
}

/** FNV-1a over the text's code units, mixed once more so that its upper bits are even. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
