// Protects the list of changes: the ones that the failure reads are marked, a list says what it lost, nothing unchanged is told.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';
import { type OpenSample, openAltered } from './altered-sample.ts';

let open: OpenSample;
let document: DiagnosisDocument;
beforeAll(async () => {
  open = await openAltered('agent-scope');
  document = await diagnose(open.reader, triage(open.reader));
});
afterAll(() => open.close());

it('marks the change that the refusals depend on, and says what was lost', () => {
  const [change, ...more] = document.changes.filter((one) => one.in_cone && one.entity === 'credential:cr_81a7e724');
  expect(more).toEqual([]);
  expect(change?.text).toContain('scopes -agent:heartbeat -agent:artifact_upload');
});

it('tells of a rotation that kept its scopes only what it changed', () => {
  const other = document.changes.find((one) => one.entity === 'credential:cr_85692134');
  expect(other?.in_cone).toBe(false);
  expect(other?.text).toContain('key_fingerprint');
  expect(other?.text).not.toContain('scopes');
});

it('lies within the hour before', () => {
  const onset = Date.parse('2026-03-17T02:14:13.243Z');
  for (const { ts } of document.changes) {
    expect(Date.parse(ts)).toBeGreaterThanOrEqual(onset - 3_600_000);
    expect(Date.parse(ts)).toBeLessThanOrEqual(Date.parse('2026-03-17T02:15:15Z'));
  }
});
