import type Database from 'better-sqlite3';

export interface SymbolTexts {
  readonly text: (id: number) => string | null;
  /** How a text stands in a column of symbols: its number, or its bytes where it was not interned. */
  readonly stored: (text: string) => number | Buffer;
}

export function openSymbols(db: Database.Database): SymbolTexts {
  const byId = db.prepare('SELECT text FROM symbol WHERE id = ?').pluck();
  const known: (string | undefined)[] = [];
  // The table has no index on its text: the few texts that are asked for are found by one scan and remembered.
  const byText = db.prepare('SELECT id FROM symbol WHERE text = ?').pluck();
  const asked = new Map<string, number | Buffer>();
  return {
    text(id) {
      const text = known[id];
      if (text !== undefined) return text;
      const found = byId.get(id) as string | undefined;
      if (found !== undefined) known[id] = found;
      return found ?? null;
    },
    stored(text) {
      const before = asked.get(text);
      if (before !== undefined) return before;
      const found = (byText.get(text) as number | undefined) ?? Buffer.from(text, 'utf8');
      if (asked.size < 10_000) asked.set(text, found);
      return found;
    },
  };
}
