import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/evidence/index.ts';
import { type Collected, collect } from './collect.ts';
import { damaged } from './mutations.ts';
import { readerCases } from './readers.ts';

function expectSound(read: Collected, bytes: Buffer): void {
  const rows = Object.values(read.rows).flat();
  for (const { off, len } of rows) {
    expect(off).toBeGreaterThanOrEqual(0);
    expect((off as number) + (len as number)).toBeLessThanOrEqual(bytes.length);
  }
  expect(read.rows.gap?.length ?? 0).toBe(read.gaps);
  // Nothing is dropped in silence: what is of a kind and not blank is a record or a gap.
  const blank = /^(?:\ufeff)?[ \t\r\n]*$/.test(bytes.toString());
  // A state without a section is a document, and no record of a state.
  const kept = read.records + read.gaps + (read.rows.document?.length ?? 0);
  if (read.kind !== 'unrecognised' && !blank && (read.lines === null || read.lines.total > read.lines.blank))
    expect(kept).toBeGreaterThan(0);
  if (read.lines !== null) expect(read.records + read.gaps + read.lines.blank).toBe(read.lines.total);
}

/** Damages members of every kind in every form, so many of each, and cuts each at so many places. */
export function holdEveryReaderSound(runs: number, cuts: number): void {
  describe.each(readerCases)('$name', ({ path, bytes, form }) => {
    it('is read whole', () => {
      const read = collect(path, bytes);
      expectSound(read, bytes);
      expect([read.gaps, read.records > 0]).toEqual([0, true]);
    });

    it('cut anywhere, is read up to the cut', () => {
      const whole = collect(path, bytes);
      const step = Math.max(1, Math.floor(bytes.length / cuts));
      for (let to = 0; to < bytes.length; to += step) {
        const read = collect(path, bytes.subarray(0, to), 64 * 1024, true);
        expectSound(read, bytes.subarray(0, to));
        expect(read.records).toBeLessThanOrEqual(whole.records + 1);
      }
    });

    it('damaged anyhow, is read to the end, the same in any chunks', () => {
      fc.assert(
        fc.property(damaged(bytes), fc.integer({ min: 1, max: 97 }), fc.boolean(), (bad, chunk, cut) => {
          const read = collect(path, bad, 64 * 1024, cut);
          expectSound(read, bad);
          expect(collect(path, bad, chunk, cut)).toEqual(read);
          parseRecord(bad);
        }),
        { numRuns: runs },
      );
    });

    it.skipIf(form === 'document')('damaged in the middle, keeps the records on both sides', () => {
      const whole = collect(path, bytes);
      const { table, rows } = firstTable(whole);
      fc.assert(
        fc.property(damaged(bytes), (bad) => {
          // What follows damage in MessagePack cannot be found again.
          const ends = form === 'lines';
          const between = ends ? Buffer.concat([bytes, bad, Buffer.from('\n'), bytes]) : Buffer.concat([bytes, bad]);
          const read = collect(path, between);
          const found = read.rows[table] ?? [];
          const same = ({ off: _off, ...row }: Record<string, unknown>): unknown => row;
          expect(found.slice(0, rows.length)).toEqual(rows);
          if (ends) expect(found.slice(-rows.length).map(same)).toEqual(rows.map(same));
        }),
        { numRuns: runs },
      );
    });
  });
}

function firstTable(read: Collected): { readonly table: string; readonly rows: Record<string, unknown>[] } {
  const [table, rows] = Object.entries(read.rows)[0] ?? ['', []];
  return { table, rows };
}
