import type { Grade, ReasonCode, Strength, Verdict } from '../../base/vocabulary.ts';

/** The outcome of one test. Null: it could not be run, or does not apply; `text` says why. */
export interface Outcome {
  readonly holds: boolean | null;
  readonly digest: string | null;
  readonly text: string;
}

export interface Evaluation {
  readonly grade: Grade;
  readonly T0: Outcome;
  readonly "T0'": Outcome;
  readonly T1: Outcome;
  readonly T2: Outcome;
  readonly T3: Outcome;
  readonly T4: Outcome;
  readonly T5: Outcome;
  readonly T6: Outcome;
  readonly T7: Outcome;
  /** Share of the symptom that the repair took away, per mille; 1000 where T1 holds. */
  readonly relief: number;
  /** What is left under the repair rests on how somebody behaved, which the model takes as given. */
  readonly exogenous: boolean;
  /** What is not known on the way that decides, by reason and by the evidence that would tell. */
  readonly unknown: { readonly reasons: readonly ReasonCode[]; readonly missing: readonly string[] };
}

export interface Judged {
  readonly verdict: Verdict;
  readonly strength: Strength | null;
  readonly reasons: readonly ReasonCode[];
  readonly missing: readonly string[];
}

const faithful = (grade: Grade): boolean => grade === 'F2' || grade === 'F3' || grade === 'F4';

/**
 * The verdict table of the replay's design (2.8), read from the top: what is unknown stops everything, a prediction
 * that does not show the symptom proves nothing, and only then do the tests speak.
 */
export function judge(evaluation: Evaluation): Judged {
  const { grade, T0, T1, T2, T3, T4, T5, T6, unknown, relief } = evaluation;
  const inconclusive = (...reasons: readonly ReasonCode[]): Judged => ({
    verdict: 'inconclusive',
    strength: null,
    reasons: [...new Set([...reasons, ...unknown.reasons])].sort(),
    missing: [...new Set(unknown.missing)].sort(),
  });
  if (unknown.reasons.length > 0) return inconclusive();
  if (T0.holds !== true) return inconclusive('not_reproduced');
  if (!faithful(grade)) return inconclusive('low_fidelity');
  if (evaluation["T0'"].holds === false) return inconclusive('nondeterministic');
  if (T4.holds === false) return inconclusive('placebo_flipped');
  if (T1.holds === true) {
    if (T5.holds === false) return inconclusive('envelope_split');
    if (evaluation["T0'"].holds !== true || T2.holds !== true || T4.holds !== true || T5.holds !== true) {
      return inconclusive('vacuous_evidence');
    }
    return {
      verdict: 'confirmed',
      strength: T3.holds === true ? 'necessary_and_sufficient' : 'necessary',
      reasons: [],
      missing: [],
    };
  }
  if (T1.holds === null) return inconclusive('unknown_effect');
  if (T6.holds === true) return { verdict: 'contributing', strength: 'overdetermined', reasons: [], missing: [] };
  if (relief > 0) return inconclusive('partial_effect');
  if (T5.holds === false) return inconclusive('envelope_split');
  if (T6.holds === null) return inconclusive('budget_exhausted');
  // Who was refused may have stopped trying: that is given, not predicted, and must not clear the refusal of it.
  if (evaluation.exogenous) return inconclusive('assumption_decides');
  return { verdict: 'refuted', strength: null, reasons: [], missing: [] };
}
