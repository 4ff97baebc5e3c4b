// Protects the table of verdicts: what is unknown or unproved is never confirmed, nor refuted.
import { describe, expect, it } from 'vitest';
import { type Evaluation, judge, type Outcome } from '../../src/replay/what-if/verdict.ts';

const outcome = (holds: boolean | null): Outcome => ({ holds, digest: null, text: '' });
const proved: Evaluation = {
  grade: 'F3',
  T0: outcome(true),
  "T0'": outcome(true),
  T1: outcome(true),
  T2: outcome(true),
  T3: outcome(true),
  T4: outcome(true),
  T5: outcome(true),
  T6: outcome(null),
  T7: outcome(true),
  relief: 1000,
  exogenous: false,
  unknown: { reasons: [], missing: [] },
};
const unhelpful: Evaluation = {
  ...proved,
  T1: outcome(false),
  T2: outcome(null),
  T5: outcome(null),
  T6: outcome(false),
  relief: 0,
};

it.each<readonly [string, Evaluation, ReturnType<typeof judge>]>([
  ['all hold', proved, { verdict: 'confirmed', strength: 'necessary_and_sufficient', reasons: [], missing: [] }],
  [
    'all but the re-break',
    { ...proved, T3: outcome(false) },
    { verdict: 'confirmed', strength: 'necessary', reasons: [], missing: [] },
  ],
  [
    'harm is no objection',
    { ...proved, T7: outcome(false) },
    { verdict: 'confirmed', strength: 'necessary_and_sufficient', reasons: [], missing: [] },
  ],
  ['the repair does not help', unhelpful, { verdict: 'refuted', strength: null, reasons: [], missing: [] }],
  [
    'it helps with others',
    { ...unhelpful, T6: outcome(true) },
    { verdict: 'contributing', strength: 'overdetermined', reasons: [], missing: [] },
  ],
  [
    'a contingency goes before relief',
    { ...unhelpful, T6: outcome(true), relief: 400 },
    { verdict: 'contributing', strength: 'overdetermined', reasons: [], missing: [] },
  ],
])('%s', (_name, evaluation, judged) => {
  expect(judge(evaluation)).toEqual(judged);
});

describe('is inconclusive', () => {
  it.each<readonly [string, Partial<Evaluation>]>([
    ['not_reproduced', { T0: outcome(false) }],
    ['low_fidelity', { grade: 'F1' }],
    ['low_fidelity', { grade: 'F0' }],
    ['nondeterministic', { "T0'": outcome(false) }],
    ['vacuous_evidence', { "T0'": outcome(null) }],
    ['placebo_flipped', { T4: outcome(false) }],
    ['vacuous_evidence', { T4: outcome(null) }],
    ['vacuous_evidence', { T2: outcome(false) }],
    ['envelope_split', { T5: outcome(false) }],
    ['vacuous_evidence', { T5: outcome(null) }],
    ['unknown_effect', { T1: outcome(null) }],
  ])('%s', (reason, part) => {
    expect(judge({ ...proved, ...part })).toMatchObject({ verdict: 'inconclusive', reasons: [reason] });
  });

  it.each<readonly [string, Partial<Evaluation>]>([
    ['partial_effect', { relief: 300 }],
    ['budget_exhausted', { T6: outcome(null) }],
    ['low_fidelity', { grade: 'F1' }],
    ['assumption_decides', { exogenous: true }],
  ])('and not refuted: %s', (reason, part) => {
    expect(judge({ ...unhelpful, ...part })).toMatchObject({ verdict: 'inconclusive', reasons: [reason] });
  });

  it('with all that is unknown, whatever the tests say', () => {
    const unknown = { reasons: ['redacted', 'not_captured'], missing: ['state', 'audit'] } as const;
    expect(judge({ ...proved, unknown })).toEqual({
      verdict: 'inconclusive',
      strength: null,
      reasons: ['not_captured', 'redacted'],
      missing: ['audit', 'state'],
    });
  });
});
