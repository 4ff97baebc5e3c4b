// Protects the filter's marks: what the last diagnosis found is found by filters, also in a case that may not be written.
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { eventKinds } from '../../../src/base/vocabulary.ts';
import { eventPage, parseFilter, selectorOf } from '../../../src/timeline/index.ts';
import { everyKind, folderOf, opened } from '../../case/archives.ts';
import { moments } from './filters.ts';

const reader = await opened(folderOf(everyKind));
afterAll(() => reader.close());

const refs = (filter: string): readonly string[] => {
  const parsed = parseFilter(filter, moments);
  if (!parsed.ok) throw new Error(parsed.error.why);
  const selector = selectorOf(reader, parsed.value, eventKinds);
  return eventPage(reader, { limit: 100 }, selector).map(({ ref, kind }) => `${kind} ${ref}`);
};

const [refused, job] = [
  [...reader.rows('request', { equals: { status: 403 } })][0]?.ref ?? '',
  [...reader.rows('job')][0]?.ref ?? '',
];

const finding = {
  id: 'f1',
  rule: 'r',
  category: 'auth',
  severity: 'high',
  title: 't',
  summary: 's',
  first_ts: 1,
  last_ts: 2,
  count: 1,
  entities: [],
  refs: [refused],
  body: {},
};
const cause = (verdict: string, ref: string) => ({
  rank: 1,
  kind: 'credential_scope_missing',
  entity: 'credential:cr_1',
  category: 'auth',
  verdict,
  strength: null,
  grade: null,
  missing: [],
  reasons: [],
  body: { chain: [{ ref }] },
});

function keep(ref: string): void {
  reader.writeFindings([{ ...finding, refs: [ref] }]);
  reader.writeCauses([cause('confirmed', ref), cause('refuted', 'audit.ndjson@0+1')]);
  reader.writeSymptoms([{ id: 's1', kind: 'requests_refused', refs: [ref] }]);
}
const marked = ['is:symptom', 'is:cause', 'severity:high'] as const;

test('before a diagnosis nothing is marked', () => {
  for (const filter of marked) expect([filter, refs(filter)]).toEqual([filter, []]);
});

test('after one its records are, and those of the next in their place', () => {
  keep(refused);
  for (const filter of marked) expect([filter, refs(filter)]).toEqual([filter, [`request ${refused}`]]);
  keep(job);
  const parts = [`job ${job}`, `attempt ${job}`, `call ${job}`].sort();
  for (const filter of marked) expect([filter, [...refs(filter)].sort()]).toEqual([filter, parts]);
});

test('where the case may not be written they live as long as it is open', () => {
  rmSync(reader.path);
  keep(refused);
  for (const filter of marked) expect([filter, refs(filter)]).toEqual([filter, [`request ${refused}`]]);
  keep(job);
  expect(refs('is:symptom').length).toBe(3);
  const rows = reader.sql("SELECT rank FROM cause WHERE verdict = 'confirmed'");
  expect(rows.ok && [...rows.value.rows]).toEqual([[1]]);
});
