import fc from 'fast-check';
import { expect } from 'vitest';
import { damaged } from '../evidence/mutations.ts';
import { readerCases } from '../evidence/readers.ts';
import { folderOf, opened } from './archives.ts';

/** An archive with every kind in every form; each in a folder of its own, at the path that it is known by. */
const members = readerCases.map(({ path, bytes }, i) => ({ path: `${i}/${path}`, bytes }));

/** Damages some members of an archive, so many archives, and reads each case through all that a user reads. */
export async function holdArchivesSound(runs: number): Promise<void> {
  const some = fc.subarray(
    members.map((_, i) => i),
    { minLength: 1, maxLength: 8 },
  );
  const archive = some.chain((which) =>
    fc.tuple(...which.map((i) => damaged(members[i]?.bytes ?? Buffer.alloc(0)).map((bytes) => [i, bytes] as const))),
  );
  await fc.assert(
    fc.asyncProperty(archive, async (changes) => {
      const files = Object.fromEntries(members.map(({ path, bytes }) => [path, bytes]));
      for (const [i, bytes] of changes) files[members[i]?.path ?? ''] = bytes;
      const reader = await opened(folderOf(files));
      try {
        const lines = reader.lines();
        for (const { path, records, gaps } of reader.members()) {
          const count = lines.get(path);
          if (count !== undefined) expect([path, records + gaps + count.blank]).toEqual([path, count.total]);
        }
        const refs = [...reader.gaps(), ...reader.events({ limit: 10_000 })].map(({ ref }) => ref);
        expect(refs.filter((ref) => reader.raw(ref) === null)).toEqual([]);
        for (const { ref } of reader.checks().results) expect(reader.raw(ref)).not.toBeNull();
        expect(reader.totals().gaps).toBe(reader.gaps().length);
        for (const { n } of reader.events({ limit: 50 })) reader.links(n);
        expect(Array.isArray(reader.integrity()) && Array.isArray(reader.entities())).toBe(true);
      } finally {
        reader.close();
      }
    }),
    { numRuns: runs },
  );
}
