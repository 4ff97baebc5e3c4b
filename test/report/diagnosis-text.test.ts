// Protects the text that goes into a ticket: the verdict in front, no line too wide, nothing claimed that the document lacks.
import { expect, test } from 'vitest';
import { causeKinds, reasonCodes, symptomKinds } from '../../src/base/vocabulary.ts';
import { utc } from '../../src/base/zone.ts';
import { type CauseEntry, type DiagnosisDocument, diagnosisDocument } from '../../src/diagnosis/index.ts';
import { diagnosisText, plainPaint, type Subject, textWidth } from '../../src/report/index.ts';
import { causeWords, reasonWords, symptomWords } from '../../src/report/words.ts';
import { type TriageDocument, triageDocument } from '../../src/triage/index.ts';

const stamp = { digest: `sha256:${'0'.repeat(64)}`, archives: [] };
const fine = { healthz: { state: 'ok', failing_spans: [] }, readyz: { state: 'ok', failing_spans: [] } };
const triage: TriageDocument = triageDocument.parse({
  format: 'inquest-triage',
  version: 1,
  case: stamp,
  first_pass: {
    api: fine,
    worker: fine,
    counters: { requests: null, auth: null, unauthorized: null, forbidden: null, rate_limited: null },
  },
  categories: [],
  category: 'none',
  not_evaluated: [],
  findings: [],
});

const subject: Subject = {
  archive: "an archive's name",
  opens: "an archive's name",
  digest: stamp.digest,
  span: { from: 1_773_000_000_000_000, to: 1_773_003_600_000_000 },
  hosts: ['h1'],
  members: 3,
  records: 1_234,
  gaps: 0,
  integrity: [],
  notCaptured: ['jobs'],
};

const cause = (fields: Partial<CauseEntry>): CauseEntry => ({
  rank: 1,
  kind: 'credential_scope_missing',
  entity: 'credential:cr_1',
  category: 'auth',
  verdict: 'confirmed',
  strength: 'necessary_and_sufficient',
  grade: 'F3',
  symptoms: ['s1'],
  chain: [{ ref: 'requests.ndjson@1+2', text: 'a request was refused' }],
  repair: { interventions: [], text: 'grant the scope' },
  tests: { T0: { holds: true, digest: null, text: 'shown' }, T6: { holds: null, digest: null, text: '' } },
  assumptions: [{ id: 'A1', text: 'the handler answers' }],
  certificate: null,
  ...fields,
});

const diagnosis = (fields: Partial<DiagnosisDocument>): DiagnosisDocument =>
  diagnosisDocument.parse({
    format: 'inquest-diagnose',
    version: 1,
    case: stamp,
    category: 'none',
    symptoms: [],
    causes: [],
    refuted: [],
    inconclusive: [],
    changes: [],
    ongoing: { still_failing: false },
    impact: [],
    unexplained: [],
    advice: [],
    ...fields,
  });

const symptom = {
  id: 's1',
  kind: 'requests_refused' as const,
  entities: ['agent:ag_1'],
  first_ts: '2026-03-08T20:00:00Z',
  count: 1_204,
  refs: ['requests.ndjson@1+2'],
};

const text = (fields: Partial<DiagnosisDocument>): string =>
  diagnosisText(diagnosis(fields), triage, subject, { zone: utc, paint: plainPaint });

function line(whole: string, label: string): string {
  return whole.split('\n').find((one) => one.startsWith(label)) ?? '';
}

test('a confirmed cause stands first, with its proof, under the model', () => {
  const whole = text({ symptoms: [symptom], causes: [cause({})], category: 'auth' });
  expect(line(whole, 'CAUSE')).toMatch(/^CAUSE +CONFIRMED {2}credential:cr_1 lacks a scope/);
  expect(whole).toContain('since    2026-03-08 20:00:00 UTC');
  expect(whole).toContain("under the analyzer's model");
  expect(whole).toContain('-> requests.ndjson@1+2');
  expect(whole).toContain("inquest show 'an archive'\\''s name' REF");
  expect(whole).toMatch(/T0 {2}holds/);
  expect(whole).toMatch(/T6 {2}not run/);
  expect(whole).toContain('the handler answers');
});

test('contributing causes are ranked, and never called confirmed', () => {
  const both = [
    cause({ verdict: 'contributing', strength: 'overdetermined' }),
    cause({ rank: 2, verdict: 'contributing', kind: 'credential_expired' }),
  ];
  const whole = text({ symptoms: [symptom], causes: both });
  expect(whole).not.toContain('CONFIRMED');
  expect(line(whole, 'CAUSE 1')).toContain('CONTRIBUTING');
  expect(line(whole, 'CAUSE 2')).toContain('has expired');
});

test('without a cause it says what is missing, and which is likeliest', () => {
  const open = {
    ...cause({ verdict: 'inconclusive', strength: null }),
    reasons: ['not_captured' as const],
    missing: ['jobs', 'state'],
  };
  const whole = text({ symptoms: [symptom], inconclusive: [open] });
  expect(line(whole, 'CAUSE')).toMatch(/INCONCLUSIVE: not captured: jobs, state$/);
  expect(whole).not.toContain('CONFIRMED');
});

test('without a symptom nothing failed, with what could not be told', () => {
  const whole = text({});
  expect(line(whole, 'CAUSE')).toMatch(/NOTHING FAILED in 2026-03-08 /);
  expect(whole).toMatch(/jobs would show/);
  expect(whole).not.toContain('inquest show');
});

test('a symptom that nothing explains is not passed over', () => {
  const whole = text({ symptoms: [symptom], unexplained: ['s1'] });
  expect(line(whole, 'CAUSE')).toContain('UNEXPLAINED');
  expect(line(whole, 'UNEXPLAINED')).toContain('s1 (requests refused)');
});

test('no line is wider than 80 columns, but for what must be copied whole', () => {
  const long = `${'word '.repeat(60)}${'x'.repeat(200)}`;
  const whole = text({
    symptoms: [{ ...symptom, entities: [long, long] }],
    causes: [
      cause({
        entity: `credential:${long}`,
        chain: [{ ref: 'a@1+2', text: long }],
        repair: { interventions: [], text: long },
      }),
    ],
    refuted: [cause({ verdict: 'refuted', entity: `agent:${long}` })],
    changes: [{ ref: 'a@1+2', ts: symptom.first_ts, text: long, entity: `agent:${long}`, in_cone: true }],
    advice: [{ text: long, source: 'runbook' }],
  });
  for (const one of whole.split('\n')) expect(textWidth(one)).toBeLessThanOrEqual(80);
});

test('every kind of cause, symptom and reason has its words', () => {
  expect(Object.keys(causeWords).sort()).toEqual([...causeKinds].sort());
  expect(Object.keys(symptomWords).sort()).toEqual([...symptomKinds].sort());
  expect(Object.keys(reasonWords).sort()).toEqual([...reasonCodes].sort());
});
