// Protects: a view shows the row's own values, also where a column is named like one of the symbols' table.
import { expect, it } from 'vitest';
import { everyKind, folderOf, opened } from './archives.ts';

it.each(['job', 'artifact'] as const)('the ids of the view %s are those of its rows', async (kind) => {
  const reader = await opened(folderOf(everyKind));
  const shown = reader.sql(`SELECT id FROM ${kind} ORDER BY n`);
  const ids = [...reader.rows(kind)].map((row) => row.id);
  expect(ids.length).toBeGreaterThan(0);
  expect(shown.ok ? [...shown.value.rows].flat().sort() : shown.error).toEqual(ids.sort());
  reader.close();
});
