import type { CaseReader } from '../../case/index.ts';
import type { Observation } from '../observation.ts';
import type { Predicate } from '../predicate.ts';
import type { Baseline } from './baseline.ts';
import type { Budget } from './budget.ts';
import type { Candidate } from './cause-model.ts';

/** What a run offers to blame for a symptom, by itself the one that is heard: a repaired run may show what stood behind. */
export type SuspectsIn = (observation: Observation, of?: Predicate) => readonly Candidate[];

/** What the candidates of one symptom are judged by. */
export interface Hearing {
  readonly reader: CaseReader;
  readonly baseline: Baseline;
  readonly predicate: Predicate;
  /** Everything that is suspected of the symptom. */
  readonly suspects: readonly Candidate[];
  readonly suspectsIn: SuspectsIn;
  readonly budget: Budget;
}
