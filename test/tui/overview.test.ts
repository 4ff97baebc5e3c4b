/** Protects what the Overview says: the verdict word first, in words, and nothing that the documents do not hold. */
import { expect, test } from 'vitest';
import { controlPlaneKinds } from '../../src/base/vocabulary.ts';
import type { BundleOverview } from '../../src/triage/index.ts';
import { frameOf } from '../../src/tui/frame.ts';
import { lineText } from '../../src/tui/line.ts';
import { learned, type State } from '../../src/tui/state.ts';
import { diagnosis, facts, knownState, memorySource, triage } from './fixture.ts';

const size = { columns: 80, rows: 24 };
const text = (state: State): string => frameOf(state).map(lineText).join('\n');
const row = (state: State, name: string): string =>
  frameOf(state)
    .map(lineText)
    .find((line) => line.slice(1).startsWith(name)) ?? '';
const withDiagnosis = (change: Partial<typeof diagnosis>): State =>
  learned(knownState(size), { type: 'diagnosis', document: { ...diagnosis, ...change } });

test('a confirmed cause leads with its verdict, entity and kind, since when, and the repair', () => {
  const shown = text(knownState(size));
  expect(row(knownState(size), 'CAUSE')).toMatch(/CONFIRMED {2}credential:cr_8f2 {2}credential scope missing/);
  expect(shown).toContain('since 12:03:17 (scopes of cr_8f2 by operator:u_12)');
  expect(shown).toContain('repair: grant the scope agent:artifact_upload');
});

test('at 60x16 the cause, its entity and its verdict still stand', () => {
  expect(row(knownState({ columns: 60, rows: 16 }), 'CAUSE')).toContain('CONFIRMED  credential:cr_8f2');
});

test('nothing failed is said with the span that it holds for', () => {
  const state = withDiagnosis({ symptoms: [], causes: [], ongoing: { still_failing: false }, impact: [] });
  expect(row(state, 'CAUSE')).toContain('NOTHING FAILED in 11:40-12:41 UTC');
  expect(text(state)).toContain('checked for requests refused, login failing');
  expect(row(state, 'NOW')).toContain('nothing is failing at the last evidence (12:41)');
  expect(row(state, 'RULED OUT')).toContain('limit cut');
});

test('rules that could not run are counted, with what they miss', () => {
  const known = withDiagnosis({ symptoms: [], causes: [], ongoing: { still_failing: false } });
  const document = { ...triage, not_evaluated: [{ rule: 'worker/retries', missing: ['jobs'] }] };
  expect(text(learned(known, { type: 'triage', document }))).toContain(
    '1 rule could not be evaluated: jobs not captured',
  );
});

test('an inconclusive verdict says what was not captured', () => {
  const [cause] = diagnosis.causes;
  if (cause === undefined) throw new Error('the fixture has a cause');
  const entry = { ...cause, verdict: 'inconclusive' as const, reasons: ['not_captured' as const], missing: ['jobs'] };
  const state = withDiagnosis({ causes: [], inconclusive: [entry] });
  expect(row(state, 'CAUSE')).toContain('INCONCLUSIVE: jobs not captured  credential:cr_8f2');
  expect(row(state, 'NOT HERE')).toContain('jobs · metrics · regions');
});

test('symptoms without any cause are not passed over', () => {
  expect(row(withDiagnosis({ causes: [] }), 'CAUSE')).toContain('NOT EXPLAINED');
});

test('before the verdict the screen says that it is being found, and why there is none when it fails', () => {
  const fresh: State = { ...knownState(size), diagnosis: null, triage: null };
  expect(row(fresh, 'CAUSE')).toContain('DIAGNOSING');
  expect(row(learned(fresh, { type: 'progress', text: 'replays 3 of 40' }), 'CAUSE')).toContain('replays 3 of 40');
  expect(row(learned(fresh, { type: 'defect', text: 'the case is damaged' }), 'CAUSE')).toContain(
    'NO VERDICT  the case is damaged',
  );
});

test('an archive without events says so and names what was looked for', () => {
  const empty = { ...facts, events: 0, span: null };
  const state = learned(knownState(size), { type: 'standing', standing: { facts: empty, source: memorySource([]) } });
  expect(row(state, 'CAUSE')).toContain('NO EVENTS');
  expect(text(state)).toContain('looked for manifest, state, audit, requests');
});

test('the cursor stays on its line when the documents arrive', () => {
  const late: State = { ...knownState(size), diagnosis: null };
  const chosen = { ...late, overview: { cursor: 'COUNTERS/0', top: 0 } };
  expect(text(learned(chosen, { type: 'diagnosis', document: diagnosis }))).toContain('\n>COUNTERS');
});

test('an archive of runtime directories says what they hold and what to ask for, not that nothing failed', () => {
  const bundles: BundleOverview = {
    bundles: [
      {
        agent: 'ag_\u001b7',
        folder: '',
        statements: [
          { topic: 'validation', mark: 'bad', text: 'not valid: stage\u202e 2', ref: 'spec_validation.json@0+9' },
          { topic: 'host', mark: 'doubt', text: 'no tuning.json', ref: null },
        ],
      },
    ],
    wanted: [{ what: 'audit.ndjson', why: 'what changed' }],
  };
  const standing = { facts: { ...facts, bundles }, source: memorySource([]) };
  const state = learned(knownState(size), { type: 'standing', standing });
  expect(row(state, 'BUNDLE')).toContain('agent:ag_␛7');
  expect(row(state, 'VALIDATION')).toContain('BAD  not valid: stage\\u{202e} 2');
  expect(row(state, 'HOST')).toContain('?    no tuning.json');
  expect(row(state, 'ASK FOR')).toContain('audit.ndjson: what changed');
  expect(row(state, 'CAUSE')).toBe('');
});

test('where nothing of the control plane was recognised, it does not say that nothing failed', () => {
  const standing = { facts: { ...facts, notCaptured: [...controlPlaneKinds] }, source: memorySource([]) };
  const quiet = withDiagnosis({ symptoms: [], causes: [], ongoing: { still_failing: false }, impact: [] });
  const state = learned(quiet, { type: 'standing', standing });
  expect(row(state, 'CAUSE')).toContain('NOT ASKED  nothing of the control plane was recognised');
  expect(text(state)).toContain('inquest index ARCHIVE --explain');
});
