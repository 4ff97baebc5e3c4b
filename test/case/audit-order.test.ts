// Protects the order of the audit trail that is found while it is read: it says what following the trail in the case says.
import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditOrderOf, watchAuditOrder } from '../../src/case/checks/audit-order.ts';
import { type CaseReader, type Checks, reopenCase } from '../../src/case/index.ts';
import { createEvidenceReader } from '../../src/evidence/index.ts';
import { folderOf, freshPath, opened } from './archives.ts';

/** A number that is no `seq` is kept with the fields that no column takes. */
const noSeq = 1.5;

const rising = fc
  .array(fc.constantFrom(1, 1, 1, 1, 2, 5), { minLength: 1, maxLength: 40 })
  .map((steps) => steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, step) => sum + step, 0)));
const oddly = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 30 }) },
    fc.constantFrom<string | number | null>(
      '7',
      '0008',
      'x',
      '',
      -1,
      noSeq,
      null,
      '999999999999999',
      '1000000000000000',
    ),
  ),
  { minLength: 1, maxLength: 12 },
);
const line = (seq: string | number | null, more: object): string =>
  JSON.stringify({
    ts: '2026-01-31T12:00:00Z',
    action: 'ä.b',
    resource: { kind: 'job', id: 'j' },
    outcome: 'success',
    ...more,
    seq,
  });

const withHash = `${line(99, { hash: 'ab' })}\n`;
/** A record in the middle that has neither, is no record, or has a hash. */
const middle = fc.constantFrom('', '{"action":"a.b","outcome":"success"}\n', 'no record\n', withHash);

/** What stands in the order, as the trail says it: how many, and which are missing; null where it is no order. */
function plainly(seqs: readonly (string | number | null)[], between: string): readonly unknown[] | null {
  const numbers = seqs
    .filter((seq) => seq !== null && seq !== noSeq)
    .map((seq) => (/^\d{1,15}$/.test(`${seq}`) ? Number(seq) : Number.NaN));
  const steps = numbers.slice(1).map((number, at) => number - (numbers[at] as number));
  if (between === withHash || numbers.some(Number.isNaN) || steps.some((step) => step < 1)) return null;
  return [numbers.length, ...steps.flatMap((step, at) => (step > 1 ? [[numbers[at], numbers[at + 1]]] : []))];
}

function asRead(text: string): readonly unknown[] | null {
  const watch = watchAuditOrder();
  let n = 1;
  const reader = createEvidenceReader({
    onRows(batch) {
      watch.add({ ...batch, firstN: n, member: 0 });
      n += batch.rows;
    },
    onManifest: () => undefined,
    dialects: [],
  });
  const member = reader.member('audit.ndjson');
  member.feed(Buffer.from(text));
  member.end(false);
  const found = watch.found();
  return found === null ? null : [found.records, ...found.holes.map(({ from, to }) => [from - 1, to + 1])];
}

test('the order is that of the records as they stand', () => {
  let orders = 0;
  fc.assert(
    fc.property(fc.oneof(rising, oddly), middle, (seqs, between) => {
      const lines = seqs.map((seq) => `${line(seq, {})}\n`);
      const half = lines.length >> 1;
      const found = asRead([...lines.slice(0, half), between, ...lines.slice(half)].join(''));
      if (found !== null) orders += 1;
      expect(found).toEqual(plainly(seqs, between));
    }),
  );
  expect(orders).toBeGreaterThan(10);
});

const checksOf = (reader: CaseReader): Checks => {
  const checks = reader.checks();
  reader.close();
  return checks;
};

test.each([
  ['whole', [1, 2, 3], '', true],
  ['with holes', [1, 4, 5, 9], 'no record\n', true],
  ['with a hash', [1, 2, 4], withHash, false],
  ['out of order', [1, 3, 2], '', false],
])('a trail that is %s is checked alike by what was found and by following it', async (_, seqs, between, isKept) => {
  const built = await opened(
    folderOf({ 'audit.ndjson': [...seqs.map((seq) => `${line(seq, {})}\n`), between].join('') }),
  );
  const without = freshPath('without.inquest');
  copyFileSync(built.path, without);
  const db = new Database(without);
  expect(auditOrderOf(db) !== null).toBe(isKept);
  db.prepare("DELETE FROM meta WHERE key = 'audit_order'").run();
  db.close();
  const followed = reopenCase(without);
  if (!followed.ok) throw new Error(followed.error.why);
  expect(checksOf(built)).toEqual(checksOf(followed.value));
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
