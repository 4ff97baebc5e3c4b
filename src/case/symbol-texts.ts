import type Database from 'better-sqlite3';

export interface SymbolTexts {
  readonly text: (id: number) => string | null;
  /** The number of a text; null where it is not interned. */
  readonly number: (text: string) => number | null;
  /** How a text may stand in a column of symbols: its number in one, its bytes in another. */
  readonly stored: (text: string) => readonly (number | Buffer)[];
}

export function openSymbols(db: Database.Database): SymbolTexts {
  const byId = db.prepare('SELECT text FROM symbol WHERE id = ?').pluck();
  const known: (string | undefined)[] = [];
  // The table has no index on its text: the few texts that are asked for are found by one scan and remembered.
  const byText = db.prepare('SELECT id FROM symbol WHERE text = ?').pluck();
  const asked = new Map<string, number | null>();

  function number(text: string): number | null {
    const before = asked.get(text);
    if (before !== undefined) return before;
    const found = (byText.get(text) as number | undefined) ?? null;
    if (asked.size < 10_000) asked.set(text, found);
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
