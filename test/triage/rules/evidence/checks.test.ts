// Protects the rule on evidence that contradicts itself: broken links, holes, and bundles that lack files.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checks as rule } from '../../../../src/triage/rules/evidence/checks.ts';
import { at, findIn, type Members, type RecordOf, told } from '../../evidence-folder.ts';

/** Three records, each with the hash of the one before. */
function trail(): Record<string, unknown>[] {
  let prev_hash = '0'.repeat(64);
  return [7, 8, 9].map((seq) => {
    // In the order of RFC 8785.
    const record = { action: 'auth.login', id: `a${seq}`, prev_hash, resource: 'r', seq, ts: at(seq) };
    const hash = createHash('sha256')
      .update(prev_hash + JSON.stringify(record))
      .digest('hex');
    prev_hash = hash;
    return { ...record, hash };
  });
}
const changed = (index: number, change: RecordOf): RecordOf[] =>
  trail().map((record, i) => (i === index ? { ...record, ...change } : record));

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: a whole trail, in any order', { 'audit.ndjson': trail().reverse() }, []],
  ['quiet: a trail that begins anywhere', { 'audit.ndjson': trail().slice(1) }, []],
  ['a record that was changed', { 'audit.ndjson': changed(1, { id: 'b' }) }, ['untrue medium file:audit.ndjson']],
  [
    'a record that is missing',
    { 'audit.ndjson': [trail()[0] ?? {}, trail()[2] ?? {}] },
    ['missing medium file:audit.ndjson'],
  ],
  [
    'a bundle without its policy',
    { 'b/spec.kv': 'pipeline.name=x\n', 'b/runtime.json': { crate: { name: 'n', version: '1' } } },
    ['files low file:b/runtime.json'],
  ],
];

describe('evidence/checks', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('says how many were checked, and how many could not be', async () => {
    const big = changed(2, { big: 1 });
    const text = big
      .map((record) => `${JSON.stringify(record).replace('"big":1', '"big":9007199254740993')}\n`)
      .join('');
    const drafts = await findIn(rule, { 'audit.ndjson': text.replace('"id":"a8"', '"id":"b8"') });
    expect(drafts[0]?.limits).toEqual(['audit chain: 3 checked, 1 failed, 1 not checkable.']);
    expect(drafts[0]?.evidence[0]?.ref).toMatch(/^audit\.ndjson@\d+\+\d+$/);
  });
});
