// Protects the order of the audit trail that is found while it is read: it says what following the trail in the case says.
import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditOrderOf } from '../../src/case/checks/audit-order.ts';
import { type CaseReader, type Checks, reopenCase } from '../../src/case/index.ts';
import { folderOf, freshPath, opened } from './archives.ts';

const rising = fc
  .array(fc.constantFrom(1, 1, 1, 1, 2, 5), { minLength: 1, maxLength: 40 })
  .map((steps) => steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, step) => sum + step, 0)));
const oddly = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 30 }) },
    fc.constantFrom<string | number | null>('7', '0008', 'x', '', -1, 1.5, null, '999999999999999', '1000000000000000'),
  ),
  { minLength: 1, maxLength: 12 },
);
const line = (seq: string | number | null, more: object): string =>
  JSON.stringify({ ts: '2026-01-31T12:00:00Z', action: 'ä.b', resource: { kind: 'job', id: 'j' }, ...more, seq });

/** A record in the middle that has neither, is no record, or has a hash. */
const middle = fc.constantFrom(
  '',
  '{"action":"a.b","outcome":"success"}\n',
  'no record\n',
  `${line(99, { hash: 'ab' })}\n`,
);

const checksOf = (reader: CaseReader): Checks => {
  const checks = reader.checks();
  reader.close();
  return checks;
};

test('found while reading, or by following what was kept', async () => {
  let asRead = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(rising, oddly), middle, async (seqs, between) => {
      const lines = seqs.map((seq) => `${line(seq, {})}\n`);
      const half = lines.length >> 1;
      const built = await opened(
        folderOf({ 'audit.ndjson': [...lines.slice(0, half), between, ...lines.slice(half)].join('') }),
      );
      const without = freshPath('without.inquest');
      copyFileSync(built.path, without);
      const db = new Database(without);
      if (auditOrderOf(db) !== null) asRead += 1;
      db.prepare("DELETE FROM meta WHERE key = 'audit_order'").run();
      db.close();
      const followed = reopenCase(without);
      if (!followed.ok) throw new Error(followed.error.why);
      expect(checksOf(built)).toEqual(checksOf(followed.value));
    }),
    { numRuns: 16 },
  );
  expect(asRead).toBeGreaterThan(2);
});

test('what another program wrote there is not taken', () => {
  const db = new Database(':memory:');
  db.exec("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); INSERT INTO meta VALUES ('audit_order', '')");
  const said = (text: string): unknown => {
    db.prepare('UPDATE meta SET value = ?').run(text);
    return auditOrderOf(db);
  };
  expect(said('[3,[2,1,1]]')).toEqual({ records: 3, holes: [{ n: 2, from: 1, to: 1 }] });
  for (const text of ['', '[', '{}', '[1,[2,3]]', '["1"]', '[1e99]', '[-1]']) expect(said(text)).toBeNull();
});
