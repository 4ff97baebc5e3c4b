// Protects reading at once: a page is the same while a walk is under way, and nobody who writes has to wait afterwards.
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { atOnce } from '../../src/case/at-once.ts';
import { everyKind, folderOf, opened } from './archives.ts';

test('a page is the same whether or not a walk keeps the connection, and the file is free again', async () => {
  const reader = await opened(folderOf(everyKind));
  const page = reader.events({ limit: 50 });
  expect(page.length).toBeGreaterThan(3);
  const walk = reader.rows('audit')[Symbol.iterator]();
  expect(walk.next().done).toBe(false);
  expect(reader.events({ limit: 50 })).toEqual(page);
  walk.return?.();
  expect(reader.events({ limit: 50 })).toEqual(page);

  const writer = new Database(reader.path, { timeout: 0 });
  writer.exec("INSERT INTO t_note (ref, n, text) VALUES ('x', 1, 'y')");
  writer.close();
  expect(reader.notes().map(({ text }) => text)).toEqual(['y']);
  reader.close();
});

test('one transaction, also around another, and also where the action fails', () => {
  const db = new Database(':memory:');
  expect(atOnce(db, () => [db.inTransaction, atOnce(db, () => db.inTransaction), db.inTransaction])).toEqual([
    true,
    true,
    true,
  ]);
  expect(db.inTransaction).toBe(false);
  expect(() =>
    atOnce(db, () => {
      throw new Error('broken');
    }),
  ).toThrow('broken');
  expect(db.inTransaction).toBe(false);
  const walk = db.prepare('SELECT 1').iterate();
  walk.next();
  expect(atOnce(db, () => db.inTransaction)).toBe(false);
  walk.return?.();
});
