import type { Predicate } from '../predicate.ts';
import type { Candidate } from './cause-model.ts';
import type { Hearing } from './hearing.ts';
import { nameOf, trialOf } from './trial.ts';

/**
 * Suspects that only a run under another one's repair shows: an agent that was refused had stopped as well, a key that
 * nobody used any more was revoked. What came into play after the symptom had begun did not bring it about.
 */
export function revealedBy(hearing: Hearing): readonly Candidate[] {
  const { baseline, predicate, suspects, suspectsIn, budget } = hearing;
  const began = beginningOf(hearing);
  if (began === null || suspects.length === 0) return [];
  const trial = trialOf(baseline, predicate, budget);
  const known = new Set(suspects.map(nameOf));
  const revealed: Candidate[] = [];
  for (const suspect of suspects) {
    const repaired = trial.under(suspect.parts);
    if (repaired === null) break;
    for (const behind of suspectsIn(repaired.seen)) {
      if (known.has(nameOf(behind)) || behind.onset >= began) continue;
      known.add(nameOf(behind));
      revealed.push({ ...behind, depth: behind.depth + suspect.depth + 1 });
    }
  }
  return revealed;
}

/** When the factual run first shows the symptom; refusals show all that fails in them by themselves. */
function beginningOf({
  baseline,
  predicate,
}: {
  readonly baseline: Hearing['baseline'];
  readonly predicate: Predicate;
}) {
  if (predicate.kind !== 'agent_offline') return null;
  const entity = `agent:${predicate.agentId}`;
  return baseline.factual.transitions.find((one) => one.type === 'agent.offline' && one.entity === entity)?.at ?? null;
}
