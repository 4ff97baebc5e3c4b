// Protects the rule that tells of a dialect in which nothing is spelt, and that is silent for one that is of use.
import { describe, expect, test } from 'vitest';
import { readDialects } from '../../../../src/evidence/index.ts';
import { dialectUnused as rule } from '../../../../src/triage/rules/evidence/dialect-unused.ts';
import { situationOf } from '../../../../src/triage/situation.ts';
import { told, withCase } from '../../evidence-folder.ts';

const members = {
  'access.ndjson': '{"verb":"GET","url":"/v1/x","code":200}\n',
  'audit.ndjson':
    '{"ts":"2026-01-31T12:00:00Z","action":"a.b","resource":{"kind":"x","id":"y"},"reason":{"code":"E1"}}\n',
};

async function findingsOf(...texts: readonly string[]): Promise<readonly string[]> {
  const files = texts.map((text, i) => ({ name: `${i}.yaml`, bytes: Buffer.from(`dialect: 1\nname: d${i}\n${text}`) }));
  const dialects = await readDialects(files);
  if (!dialects.ok) throw new Error(dialects.error.why);
  return withCase(members, (reader) => told(rule.find(situationOf(reader))), { dialects: dialects.value });
}

describe('evidence/dialect-unused', () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['quiet: no dialect', [], []],
    ['quiet: it read records', ['records: {requests: {when: {has: [verb]}, fields: {method: verb}}}'], []],
    ['quiet: a table answered', ['codes: {E1: unauthorized}'], []],
    ['nothing matched', ['records: {requests: {when: {has: [no]}}}'], ['idle low dialect:d0']],
    [
      'each on its own',
      ['codes: {E1: unauthorized}', 'codes: {E1: unknown}', ''],
      ['idle low dialect:d1', 'idle low dialect:d2'],
    ],
  ])('%s', async (_name, texts, expected) => {
    expect(await findingsOf(...texts)).toEqual(expected);
  });
});
