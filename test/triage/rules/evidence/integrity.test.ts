// Protects the rule on the evidence itself: what differs from the manifest, what is missing, and unreadable records.
import { describe, expect, test } from 'vitest';
import { integrity as rule } from '../../../../src/triage/rules/evidence/integrity.ts';
import { at, findIn, type Members, probes, told } from '../../evidence-folder.ts';

const good = probes('api', '....');
const text = good.map((record) => `${JSON.stringify(record)}\n`).join('');
const manifest = (files: readonly object[]) => ({
  format: 'inquest-archive',
  version: 1,
  captured_at: at(3600),
  source: {},
  files,
});
const wrongDigest = { path: 'health.ndjson', bytes: text.length, sha256: '0'.repeat(64) };

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: no manifest, all readable', { 'health.ndjson': text }, []],
  [
    'another digest',
    { 'health.ndjson': text, 'manifest.json': manifest([wrongDigest]) },
    ['changed medium file:health.ndjson'],
  ],
  [
    'listed and missing',
    { 'health.ndjson': text, 'manifest.json': manifest([{ path: 'audit.ndjson', bytes: 1, sha256: '0'.repeat(64) }]) },
    ['incomplete medium file:audit.ndjson', 'odd low file:health.ndjson'],
  ],
  ['unreadable records', { 'health.ndjson': `${text}{"half\n` }, ['gaps low file:health.ndjson']],
];

describe('evidence/integrity', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('every finding has evidence that can be opened, also of a member that is not there', async () => {
    const drafts = await findIn(rule, {
      'health.ndjson': `${text}{"half\n`,
      'manifest.json': manifest([wrongDigest, { path: 'audit.ndjson', bytes: 1, sha256: '0'.repeat(64) }]),
    });
    expect(drafts.length).toBeGreaterThan(2);
    for (const draft of drafts) expect(draft.evidence.length).toBeGreaterThan(0);
  });
});
