import type Database from 'better-sqlite3';

export interface SymbolTexts {
  readonly text: (id: number) => string | null;
  /** The number of a text; null where it is not interned. */
  readonly number: (text: string) => number | null;
  /** How a text may stand in a column of symbols: its number in one, its bytes in another. */
  readonly stored: (text: string) => readonly (number | Buffer)[];
}

const scansMax = 32;

export function openSymbols(db: Database.Database): SymbolTexts {
  const byId = db.prepare('SELECT text FROM symbol WHERE id = ?').pluck();
  const known: (string | undefined)[] = [];
  // The table has no index on its text: a few texts are found by a scan each, and for more all are held.
  const byText = db.prepare('SELECT id FROM symbol WHERE text = ?').pluck();
  const asked = new Map<string, number | null>();
  let all: ReadonlyMap<string, number> | null = null;

  function number(text: string): number | null {
    const before = asked.get(text);
    if (before !== undefined) return before;
    if (all !== null) return all.get(text) ?? null;
    const found = (byText.get(text) as number | undefined) ?? null;
    asked.set(text, found);
    if (asked.size === scansMax)
      all = new Map(db.prepare('SELECT text, id FROM symbol').raw().all() as [string, number][]);
    return found;
  }

  return {
    text(id) {
      const text = known[id];
      if (text !== undefined) return text;
      const found = byId.get(id) as string | undefined;
      if (found !== undefined) known[id] = found;
      return found ?? null;
    },
    number,
    stored(text) {
      const id = number(text);
      const bytes = Buffer.from(text, 'utf8');
      return id === null ? [bytes] : [id, bytes];
    },
  };
}
