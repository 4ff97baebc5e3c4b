import { splitEntity } from '../../../base/entity.ts';
import { compareText } from '../../../base/order.ts';
import type { Observation } from '../../observation.ts';
import type { Predicate } from '../../predicate.ts';
import type { Candidate } from '../cause-model.ts';
import type { SuspectsIn } from '../hearing.ts';
import { nameOf, outOfBudget, type Trial } from '../trial.ts';
import type { Outcome } from '../verdict.ts';

/** Refusals of one sort that make a symptom (causes.md, Symptoms). */
const refusalsLeast = 5;

/** One sort of harm: how often, how many make a symptom, and what to ask about it where that can be replayed. */
interface Harm {
  count: number;
  readonly least: number;
  readonly predicate: Predicate | null;
}

/** T7: does the repaired run raise another symptom? It changes the advice, never the verdict. What is behind it is named. */
export function harmTest(trial: Trial, candidate: Candidate, suspectsIn: SuspectsIn): Outcome {
  const repaired = trial.under(candidate.parts);
  if (repaired === null) return outOfBudget;
  const before = harmsIn(trial.baseline.factual);
  const harm = [...harmsIn(repaired.seen)]
    .filter(([sort, { count, least }]) => count >= least && (before.get(sort)?.count ?? 0) < least)
    .map(([sort, { count, predicate }]) => {
      const behind = predicate === null ? [] : suspectsIn(repaired.seen, predicate).filter((one) => one.depth === 0);
      const names = behind.map(nameOf).filter((name) => name !== nameOf(candidate));
      return `${sort} (${count}${names.length === 0 ? '' : `, ${names.join(' and ')}`})`;
    })
    .sort(compareText);
  return {
    holds: harm.length === 0,
    digest: repaired.seen.digest,
    text: harm.length === 0 ? 'the repair raises no other symptom' : `the repair reveals ${harm.join('; ')}`,
  };
}

/** How often a caller is refused with a code or limited, and an agent offline. */
function harmsIn(seen: Observation): ReadonlyMap<string, Harm> {
  const harms = new Map<string, Harm>();
  const add = (sort: string, count: number, least: number, predicate: Predicate | null): void => {
    const known = harms.get(sort);
    if (known === undefined) harms.set(sort, { count, least, predicate });
    else known.count += count;
  };
  for (const { caller, code } of seen.refusals)
    add(`${code} for ${caller}`, 1, refusalsLeast, { kind: 'requests_refused', caller, code, least: refusalsLeast });
  for (const { type, entity } of seen.transitions)
    if (type === 'agent.offline')
      add(`${entity} offline`, 1, 1, { kind: 'agent_offline', agentId: splitEntity(entity).id });
  for (const [caller, count] of seen.limited) add(`429 for ${caller}`, count, refusalsLeast, null);
  return harms;
}
