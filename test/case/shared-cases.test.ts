// Protects: archives that others wrote to the contract open without a gap or a surprise, where they are at hand.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { opened } from './archives.ts';

const folder = fileURLToPath(new URL('../../../shared/cases/', import.meta.url));
const archives = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.tar.gz'))
      .sort()
  : [];

describe.skipIf(archives.length === 0)('archives of others', () => {
  it.each(archives.map((name) => [name]))('%s', async (name) => {
    const reader = await opened(`${folder}${name}`);
    expect(reader.gaps()).toEqual([]);
    expect(reader.integrity()).toEqual([]);
    expect(reader.members().filter(({ kind, path }) => kind === 'unrecognised' && !path.endsWith('.msgpack'))).toEqual(
      [],
    );
    // Every record's reference leads back to its own bytes, and to itself.
    for (const kind of ['request', 'audit', 'job', 'probe', 'state'] as const) {
      let checked = 0;
      for (const row of reader.rows(kind)) {
        const detail = reader.record(row.ref);
        expect(detail.ok && detail.value.rows[0]?.row.n).toBe(row.n);
        expect(detail.ok && detail.value.json).toBeTypeOf('object');
        if (++checked === 25) break;
      }
    }
    reader.close();
  });
});
