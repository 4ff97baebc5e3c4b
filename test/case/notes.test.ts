// Protects notes: they stay with their record whatever is built anew, and never enter what a case is found by.
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import { everyKind, folderOf, freshPath, opened, tarOf } from './archives.ts';

async function noted(): Promise<{ folder: string; dataDir: string; file: string; ref: string }> {
  const folder = folderOf(everyKind);
  const dataDir = freshPath('data');
  const reader = await opened(folder, { dataDir });
  const ref = [...reader.rows('audit')][0]?.ref ?? '';
  const agent = reader.state('agents')[0]?.ref ?? '';
  expect(reader.addNote({ ref, text: 'by hand', tags: ['suspect', 'b'] })).toEqual({ ok: true, value: 1 });
  expect(reader.addNote({ ref: agent, text: '', tags: ['x'] })).toEqual({ ok: true, value: 2 });
  expect(reader.addNote({ ref, text: 'gone', tags: [] })).toEqual({ ok: true, value: 3 });
  expect(reader.removeNote(3)).toEqual({ ok: true, value: true });
  expect(reader.removeNote(3)).toEqual({ ok: true, value: false });
  const file = reader.path;
  expect(reader.notes().map(({ id, text, tags }) => [id, text, tags])).toEqual([
    [1, 'by hand', ['suspect', 'b']],
    [2, '', ['x']],
  ]);
  reader.close();
  return { folder, dataDir, file, ref };
}

/** The notes of the case as the view has them, and that each number is of the note's record. */
async function notesOf(path: string, dataDir: string): Promise<readonly unknown[]> {
  const reader = await opened(path, { dataDir });
  for (const { n, ref } of reader.notes()) {
    expect(n).toBe(reader.numberOf(ref));
    expect(n).not.toBeNull();
  }
  const found = reader.sql('SELECT id, ref, text, tags FROM note ORDER BY id');
  const rows = found.ok ? [...found.value.rows] : [];
  reader.close();
  return rows;
}

test('they stay in the case that is used again, and change no digest', async () => {
  const { folder, dataDir, ref } = await noted();
  const plain = await opened(folderOf(everyKind));
  const reader = await opened(folder, { dataDir });
  expect(reader.digest).toBe(plain.digest);
  expect(await notesOf(folder, dataDir)).toEqual([
    [1, ref, 'by hand', '["suspect","b"]'],
    [2, expect.stringMatching(/^state\.json@\d+\+32$/), '', '["x"]'],
  ]);
  reader.close();
  plain.close();
});

test('they stay when the case is built anew: from another packing, or since its layout is an older one', async () => {
  const { folder, dataDir, file } = await noted();
  const before = await notesOf(folder, dataDir);
  const tar = await tarOf(folder, Object.keys(everyKind).toReversed());
  expect(await notesOf(tar, dataDir)).toEqual(before);
  const db = new Database(file);
  db.pragma('user_version = 0');
  db.exec('DROP VIEW event');
  db.close();
  expect(await notesOf(folder, dataDir)).toEqual(before);
});

test('they stay when another version reads the evidence, and what was removed there stays removed', async () => {
  const { folder, dataDir, file } = await noted();
  const before = await notesOf(folder, dataDir);
  const other = file.replace(/-\d+\.inquest$/, '-0.inquest');
  renameSync(file, other);
  expect(await notesOf(folder, dataDir)).toEqual(before);
  const reader = await opened(folder, { dataDir });
  reader.removeNote(1);
  reader.close();
  const db = new Database(file);
  db.pragma('user_version = 0');
  db.close();
  expect(existsSync(other)).toBe(true);
  expect(await notesOf(folder, dataDir)).toEqual(before.slice(1));
});

test('what stands in the way and is no case of ours gives no notes and stops nothing', async () => {
  const { folder, dataDir, file } = await noted();
  const other = join(dirname(file), file.slice(dirname(file).length + 1).replace(/-\d+\.inquest$/, '-9.inquest'));
  const db = new Database(other);
  db.exec(`CREATE VIEW t_note AS SELECT 7 AS id, 'x' AS ref, 1 AS n, 'evil' AS text, '[]' AS tags`);
  db.pragma(`application_id = ${0x49_4e_51_43}`);
  db.close();
  copyFileSync(other, file);
  expect(await notesOf(folder, dataDir)).toEqual([]);
});

test('a case file that may not be written gives an error, and keeps its notes', async () => {
  const { file } = await noted();
  const copy = freshPath('copy.inquest');
  copyFileSync(file, copy);
  const given = await openIncident([copy]);
  if (!given.ok) throw new Error(given.error.why);
  const holder = new Database(copy);
  holder.exec('BEGIN EXCLUSIVE');
  const failed = given.value.addNote({ ref: 'state.json@54+32', text: 'y', tags: [] });
  holder.exec('ROLLBACK');
  holder.close();
  expect(failed).toMatchObject({ ok: false, error: { code: 'disk' } });
  expect(given.value.notes().length).toBe(2);
  given.value.close();
});
