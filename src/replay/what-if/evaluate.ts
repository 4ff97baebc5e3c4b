import type { ReasonCode } from '../../base/vocabulary.ts';
import type { CaseReader } from '../../case/index.ts';
import { absenceOf, graceMs } from '../absence.ts';
import { compareTiesReversed } from '../kernel/index.ts';
import { type Observation, observe, readingsOf, type Shown, shows } from '../observation.ts';
import type { Predicate } from '../predicate.ts';
import { grantedHandler, type Scenario } from '../scenario.ts';
import type { Baseline } from './baseline.ts';
import type { Budget } from './budget.ts';
import type { Candidate, Change } from './cause-model.ts';
import { type Evaluation, type Judged, judge, type Outcome } from './verdict.ts';

/** A candidate, judged for one symptom. */
export interface Assessed {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  readonly judged: Judged;
  /** Causes that have to be repaired as well for the repair to help, as `kind@entity`. */
  readonly contingency: readonly string[];
  readonly assumptions: readonly { readonly id: string; readonly text: string }[];
  /** The parts of the repair that are needed. */
  readonly repair: Candidate['parts'];
}

const named = (candidate: Candidate): string => `${candidate.kind}@${candidate.entity}`;
const allOf = (candidates: readonly Candidate[]): readonly Change[] => candidates.flatMap((one) => one.parts);

/** Sets of a size out of a list, in the list's order. */
function* choose<T>(list: readonly T[], size: number, from = 0): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= list.length - size; index++) {
    const head = list[index] as T;
    for (const rest of choose(list, size - 1, index + 1)) yield [head, ...rest];
  }
}

/** Runs the tests of one candidate for one symptom (replay.md 2.8), and judges it. */
export function assess(
  reader: CaseReader,
  baseline: Baseline,
  predicate: Predicate,
  candidate: Candidate,
  suspects: readonly Candidate[],
  suspectsIn: (observation: Observation) => readonly Candidate[],
  budget: Budget,
): Assessed {
  const others = suspects.filter((other) => named(other) !== named(candidate));
  const { cone, factual, factualShown } = baseline;
  // What hides behind the first failing check is a cause of the refusals, whatever code they bear.
  const asked: Predicate =
    candidate.depth > 0 && predicate.kind === 'requests_refused' ? { ...predicate, code: null } : predicate;
  const scenario = (changes: readonly Change[]): Scenario => ({ changes, passedBefore: baseline.passedIds });
  const runs = new Map<string, { readonly seen: Observation; readonly shown: Shown } | null>();
  const attempt = (changes: readonly Change[], order?: Scenario['order']) => {
    const key = JSON.stringify([
      changes.map((one) => [one.edits, one.inserted.map((c) => c.ref), one.dropped]),
      order?.name,
    ]);
    const known = runs.get(key);
    if (known !== undefined) return known;
    if (!budget.take()) return null;
    const seen = observe(cone, order === undefined ? scenario(changes) : { ...scenario(changes), order });
    const result = { seen, shown: shows(seen, asked) };
    runs.set(key, result);
    return result;
  };
  const skipped = (text: string): Outcome => ({ holds: null, digest: null, text });
  const outOfBudget = skipped('the budget of replays is used up');

  const T0: Outcome = {
    holds: factualShown.holds,
    digest: factual.digest,
    text:
      factualShown.holds === true
        ? `the replay shows the symptom (${factualShown.count}); grade ${baseline.grade}`
        : factualShown.holds === null
          ? 'what is not known could decide it either way'
          : 'the replay does not show the symptom',
  };
  const fresh = baseline.freshDigest;
  const T0fresh: Outcome = {
    holds: fresh === null ? null : fresh === factual.digest,
    digest: fresh,
    text:
      fresh === null
        ? 'not run a second time'
        : fresh === factual.digest
          ? 'a fresh worker, fed in another order, gives the same digest'
          : 'a fresh worker gives another digest',
  };

  const whole = attempt(candidate.parts);
  const T1: Outcome =
    whole === null
      ? outOfBudget
      : {
          holds: whole.shown.holds === null ? null : !whole.shown.holds,
          digest: whole.seen.digest,
          text:
            whole.shown.holds === false
              ? 'with the repair the symptom is gone'
              : whole.shown.holds === null
                ? 'whether the repair helps turns on something unknown'
                : `with the repair the symptom stays (${whole.shown.count})`,
        };
  const before = shows(factual, asked).count;
  const relief =
    whole === null || before === 0 ? 0 : Math.max(0, Math.floor((1000 * (before - whole.shown.count)) / before));

  // T2: the smallest part of the repair that is enough.
  let repair = candidate.parts;
  let T2: Outcome = { holds: true, digest: null, text: 'the repair has one part, and is minimal by itself' };
  if (T1.holds !== true) T2 = skipped('only a repair that helps can be minimal');
  else if (candidate.parts.length > 1) {
    const found = smallest(candidate.parts, (parts) => attempt(parts)?.shown.holds === false);
    repair = found;
    const enough = attempt(found);
    T2 = {
      holds: enough?.shown.holds === false,
      digest: enough?.seen.digest ?? null,
      text:
        found.length === candidate.parts.length
          ? `each of the ${found.length} parts of the repair is needed`
          : `of ${candidate.parts.length} parts ${found.length} are needed: ${found.map((one) => one.text).join('; ')}`,
    };
  }

  // T3: everything repaired, then this fault alone put back.
  const everything = [...allOf(others), ...candidate.parts];
  const again = attempt([...everything, candidate.rebreak]);
  const T3: Outcome =
    again === null
      ? outOfBudget
      : {
          holds: again.shown.holds,
          digest: again.seen.digest,
          text:
            again.shown.holds === true
              ? `${candidate.rebreak.text}: the symptom is back (${again.shown.count})`
              : `${candidate.rebreak.text}: the symptom does not come back`,
        };

  // T4: what should change nothing.
  const placebos = candidate.placebos.slice(0, placebosMax).map((placebo) => ({ placebo, result: attempt([placebo]) }));
  const flipped = placebos.filter(
    ({ result }) => result !== null && result.shown.holds !== shows(factual, asked).holds,
  );
  const T4: Outcome = placebos.some(({ result }) => result === null)
    ? outOfBudget
    : {
        holds: placebos.length < 2 ? null : flipped.length === 0,
        digest: placebos[0]?.result?.seen.digest ?? null,
        text:
          placebos.length < 2
            ? 'there are not two changes of the same sort to try'
            : flipped.length === 0
              ? `nothing changes when we ${placebos.map(({ placebo }) => placebo.text).join('; or ')}`
              : `the symptom also goes when we ${flipped.map(({ placebo }) => placebo.text).join('; or ')}`,
      };

  const T5 = robustness(baseline, asked, repair, T1, (changes, order) => attempt(changes, order)?.shown ?? null);

  // T6: with which other repairs it would have helped.
  let contingency: readonly Candidate[] = [];
  let T6: Outcome = skipped('the repair helps by itself');
  if (T1.holds === false) {
    // A repair that is not enough may show what stands behind it: that can be what has to be repaired as well.
    const seen = new Set([candidate, ...others].map(named));
    const revealed = whole === null ? [] : suspectsIn(whole.seen).filter((one) => !seen.has(named(one)));
    const pool = [...others, ...revealed];
    let exhausted = false;
    search: for (let size = 1; size <= Math.min(contingencyMax, pool.length); size++) {
      for (const set of choose(pool, size)) {
        const alone = attempt(allOf(set));
        const both = attempt([...allOf(set), ...candidate.parts]);
        if (alone === null || both === null) {
          exhausted = true;
          break search;
        }
        if (alone.shown.holds === true && both.shown.holds === false) {
          contingency = set;
          break search;
        }
      }
    }
    T6 = exhausted
      ? outOfBudget
      : {
          holds: contingency.length > 0,
          digest: null,
          text:
            contingency.length > 0
              ? `it helps once ${contingency.map(named).join(' and ')} is repaired as well`
              : 'no other repair makes it help',
        };
  }

  const harm = whole === null ? [] : newHarm(factual, whole.seen);
  const T7: Outcome =
    whole === null
      ? outOfBudget
      : {
          holds: harm.length === 0,
          digest: whole.seen.digest,
          text: harm.length === 0 ? 'the repair raises no other symptom' : `the repair reveals ${harm.join('; ')}`,
        };

  const absent = (candidate.silent ?? []).map((one) => absenceOf(reader, one.from, one.to, one.absent));
  const unknown = unknownOf(baseline, predicate, T0, whole?.seen ?? null, asked, absent);
  const evaluation: Evaluation = {
    grade: baseline.grade,
    T0,
    "T0'": T0fresh,
    T1,
    T2,
    T3,
    T4,
    T5,
    T6,
    T7,
    relief,
    unknown,
  };
  const assumptions = [
    ...(whole !== null && whole.seen.effects.assumed > 0 ? [grantedHandler] : []),
    ...[...new Set(absent.flatMap((one) => one.assumed))].map((span) => ({
      id: 'assumed-complete',
      text: `assumed complete: ${span}`,
    })),
  ];
  return { candidate, evaluation, judged: judge(evaluation), contingency: contingency.map(named), assumptions, repair };
}

const placebosMax = 3;
/** Size of a contingency at most (replay.md 2.8, T6). */
const contingencyMax = 3;
const partsMax = 12;

/** The smallest part that is enough, exhaustively; the whole where no part is. Many parts are thinned one by one. */
function smallest<T>(parts: readonly T[], enough: (parts: readonly T[]) => boolean): readonly T[] {
  if (parts.length <= partsMax) {
    for (let size = 1; size < parts.length; size++)
      for (const some of choose(parts, size)) if (enough(some)) return some;
    return parts;
  }
  let kept = parts;
  for (const part of parts) {
    const without = kept.filter((one) => one !== part);
    if (without.length > 0 && enough(without)) kept = without;
  }
  return kept;
}

/** T5: what is uncertain in the cone is the order at equal times; clocks between hosts are taken as they are. */
function robustness(
  baseline: Baseline,
  asked: Predicate,
  repair: readonly Change[],
  T1: Outcome,
  attempt: (changes: readonly Change[], order: Scenario['order']) => Shown | null,
): Outcome {
  if (T1.holds !== true) return { holds: null, digest: null, text: 'only a repair that helps can be robust' };
  if (baseline.ties === 0) {
    return { holds: true, digest: null, text: 'nothing in the cone is uncertain: one corner' };
  }
  const factual = shows(observe(baseline.cone, { changes: [], order: compareTiesReversed }), asked);
  const repaired = attempt(repair, compareTiesReversed);
  if (repaired === null) return { holds: null, digest: null, text: 'the budget of replays is used up' };
  const holds = factual.holds === true && repaired.holds === false;
  return {
    holds,
    digest: null,
    text: holds
      ? `holds in both orders of the ${baseline.ties} equal times in the cone`
      : `does not hold when the ${baseline.ties} equal times in the cone are turned round`,
  };
}

/** T7: refusals of a caller with a code, limited callers, silent agents that the factual run did not have. */
function newHarm(factual: Observation, repaired: Observation): readonly string[] {
  const sorts = (seen: Observation): Map<string, number> => {
    const counts = new Map<string, number>();
    const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const one of seen.refusals) add(`${one.code} for ${one.caller}`);
    for (const one of seen.transitions) if (one.type === 'agent.offline') add(`${one.entity} offline`);
    for (const [caller, count] of seen.limited) counts.set(`429 for ${caller}`, count);
    return counts;
  };
  const before = sorts(factual);
  const harm: string[] = [];
  for (const [sort, count] of sorts(repaired)) {
    const least = sort.endsWith(' offline') ? 1 : harmLeast;
    if (count >= least && (before.get(sort) ?? 0) < least) harm.push(`${sort} (${count})`);
  }
  return harm.sort();
}

const harmLeast = 5;

function unknownOf(
  baseline: Baseline,
  predicate: Predicate,
  T0: Outcome,
  repaired: Observation | null,
  asked: Predicate,
  absent: readonly { readonly missing: string | null }[],
): Evaluation['unknown'] {
  const reasons = new Set<ReasonCode>();
  const missing = new Set<string>();
  const blame = (seen: Observation, what: Predicate): void => {
    for (const reading of readingsOf(seen, what)) {
      reasons.add(reading.reason);
      missing.add(reading.missing);
    }
    if (reasons.size === 0) {
      reasons.add('not_captured');
      missing.add('requests');
    }
  };
  if (T0.holds === null) blame(baseline.factual, predicate);
  else if (repaired !== null && shows(repaired, asked).holds === null) blame(repaired, asked);
  if (T0.holds === true && baseline.grade === 'F1' && !auditCovers(baseline)) {
    // What was in force before may have been another: the changes would tell.
    reasons.add('low_fidelity').add('not_captured');
    missing.add('audit');
  }
  for (const one of absent) {
    if (one.missing === null) continue;
    reasons.add('not_captured');
    missing.add(one.missing);
  }
  return { reasons: [...reasons], missing: [...missing] };
}

/** Whether the audit was kept over the whole replayed span, so that every change of the configuration is known. */
const auditCovers = ({ cone }: Baseline): boolean =>
  cone.audited.some((span) => span.from <= cone.begin + graceMs && span.to + graceMs >= cone.until);
