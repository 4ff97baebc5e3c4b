import { absenceOf } from '../absence.ts';
import type { Predicate } from '../predicate.ts';
import { type Assumption, assumedIn } from './assumed.ts';
import type { Candidate } from './cause-model.ts';
import type { Hearing } from './hearing.ts';
import { silencesOf } from './silence.ts';
import { contingencyTest } from './tests/contingency.ts';
import { determinismTest, factualTest } from './tests/factual.ts';
import { harmTest } from './tests/harm.ts';
import { minimalityTest } from './tests/minimality.ts';
import { necessityTest } from './tests/necessity.ts';
import { placeboTest } from './tests/placebo.ts';
import { robustnessTest } from './tests/robustness.ts';
import { sufficiencyTest } from './tests/sufficiency.ts';
import { nameOf, type Trial, trialOf } from './trial.ts';
import { unknownOf } from './unknown.ts';
import { type Evaluation, type Judged, judge } from './verdict.ts';

/** A candidate, judged for one symptom. */
export interface Assessed {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  readonly judged: Judged;
  /** Causes that have to be repaired as well for the repair to help, as `kind@entity`. */
  readonly contingency: readonly string[];
  readonly assumptions: readonly Assumption[];
  /** The parts of the repair that are needed. */
  readonly repair: Candidate['parts'];
}

/** Runs the tests of one candidate for one symptom (replay.md 2.8), and judges it. */
export function assess(hearing: Hearing, candidate: Candidate): Assessed {
  const { reader, baseline, predicate, suspects, suspectsIn, budget } = hearing;
  const others = suspects.filter((other) => nameOf(other) !== nameOf(candidate));
  // What hides behind the first failing check is a cause of the refusals, whatever code they bear.
  const asked: Predicate =
    candidate.depth > 0 && predicate.kind === 'requests_refused' ? { ...predicate, code: null } : predicate;
  const trial = trialOf(baseline, asked, budget);
  const { relief, ...T1 } = necessityTest(trial, candidate);
  const { outcome: T2, repair } = minimalityTest(trial, candidate, T1);
  const { outcome: T6, contingency, helped, blurred } = contingencyTest(trial, candidate, others, suspectsIn, T1);
  const absent = (candidate.silent ?? []).map((one) => absenceOf(reader, one.from, one.to, one.absent));
  const evaluation: Evaluation = {
    grade: baseline.grade,
    T0: factualTest(baseline),
    "T0'": determinismTest(baseline),
    T1,
    T2,
    T3: sufficiencyTest(trial, candidate, others),
    T4: placeboTest(trial, candidate),
    T5: robustnessTest(trial, repair, T1),
    T6,
    T7: harmTest(trial, candidate, suspectsIn),
    relief,
    exogenous: fellSilent(trial, predicate, candidate),
    unknown: unknownOf(trial, predicate, candidate, absent, blurred),
  };
  const decisive = helped ?? trial.under(candidate.parts)?.seen ?? null;
  return {
    candidate,
    evaluation,
    judged: judge(evaluation),
    contingency: contingency.map(nameOf),
    assumptions: assumedIn(baseline, predicate, [candidate, ...contingency], decisive, absent),
    repair,
  };
}

/** Whether the agent that the symptom names sent nothing more after the fault, although the repair would have let it through. */
function fellSilent(trial: Trial, predicate: Predicate, candidate: Candidate): boolean {
  const repaired = trial.under(candidate.parts);
  if (predicate.kind !== 'agent_offline' || repaired === null) return false;
  return silencesOf(trial.baseline.cone, repaired.seen, predicate.agentId).some(
    (silence) => silence.refused === 0 && silence.offlineAt > candidate.onset,
  );
}
