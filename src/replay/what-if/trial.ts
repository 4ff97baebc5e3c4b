import type { CommandOrder } from '../kernel/index.ts';
import { type Observation, observe, type Shown, shows } from '../observation.ts';
import type { Predicate } from '../predicate.ts';
import type { ClockEnd } from '../scenario.ts';
import type { Baseline } from './baseline.ts';
import type { Budget } from './budget.ts';
import type { Candidate, Change } from './cause-model.ts';
import type { Outcome } from './verdict.ts';

/** One replay under changes, and whether it shows what is asked. */
export interface Attempt {
  readonly seen: Observation;
  readonly shown: Shown;
}

/** The replays of one candidate for one symptom. Each set of changes is run once. Null: the budget is used up. */
export interface Trial {
  readonly baseline: Baseline;
  /** What is asked: the symptom, or, for a masked cause, the symptom whatever its code. */
  readonly asked: Predicate;
  /** Whether the factual run shows it. */
  readonly factual: Shown;
  under(changes: readonly Change[]): Attempt | null;
  /** The same where a choice that the evidence leaves open is made otherwise; no changes: the factual run. */
  inCorner(changes: readonly Change[], corner: Corner): Attempt | null;
}

/** A choice that the evidence leaves open: the order at equal times, and how far clocks were off. */
export interface Corner {
  readonly name: string;
  readonly order?: CommandOrder;
  readonly clocks?: ClockEnd;
}

export function trialOf(baseline: Baseline, asked: Predicate, budget: Budget): Trial {
  const attempts = new Map<string, Attempt>();
  const attempt = (changes: readonly Change[], corner?: Corner): Attempt | null => {
    const spelt = changes.map((one) => [one.edits, one.inserted.map((command) => command.ref), one.dropped]);
    const key = JSON.stringify([spelt, corner?.name]);
    const known = attempts.get(key);
    if (known !== undefined) return known;
    if (!budget.take()) return null;
    const seen = observe(baseline.cone, {
      changes,
      ...(changes.length === 0 ? {} : { passedBefore: baseline.passedIds }),
      ...(corner?.order === undefined ? {} : { order: corner.order }),
      ...(corner?.clocks === undefined ? {} : { clocks: corner.clocks }),
    });
    const made = { seen, shown: shows(seen, asked) };
    attempts.set(key, made);
    return made;
  };
  return {
    baseline,
    asked,
    factual: shows(baseline.factual, asked),
    under: (changes) => attempt(changes),
    inCorner: attempt,
  };
}

export const notRun = (text: string): Outcome => ({ holds: null, digest: null, text });
export const outOfBudget = notRun('the budget of replays is used up');

/** How texts and lists name a candidate. */
export const nameOf = (candidate: Candidate): string => `${candidate.kind}@${candidate.entity}`;
export const partsOf = (candidates: readonly Candidate[]): readonly Change[] =>
  candidates.flatMap((candidate) => candidate.parts);

/** Sets of a size out of a list, in the list's order. */
export function* choose<T>(list: readonly T[], size: number, from = 0): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= list.length - size; index++) {
    const head = list[index] as T;
    for (const rest of choose(list, size - 1, index + 1)) yield [head, ...rest];
  }
}
