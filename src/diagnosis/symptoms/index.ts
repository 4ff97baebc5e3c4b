import { compareText } from '../../base/order.ts';
import type { Question } from '../../replay/index.ts';
import { agentOffline } from './agent-offline.ts';
import { componentUnready } from './component-unready.ts';
import { deploymentFailed } from './deployment-failed.ts';
import { deploymentStuck } from './deployment-stuck.ts';
import { enrollmentFailing } from './enrollment-failing.ts';
import { jobDeadLettered } from './job-dead-lettered.ts';
import { loginFailing } from './login-failing.ts';
import type { ObservedSymptom, SymptomFinder, SymptomSource } from './observed.ts';
import { rateLimited } from './rate-limited.ts';
import { requestsRefused } from './requests-refused.ts';

export type { ObservedSymptom } from './observed.ts';

/** A symptom under the name that the document gives it. */
export interface NumberedSymptom extends ObservedSymptom {
  readonly id: string;
}

const finders: readonly SymptomFinder[] = [
  agentOffline,
  componentUnready,
  deploymentFailed,
  deploymentStuck,
  enrollmentFailing,
  jobDeadLettered,
  loginFailing,
  rateLimited,
  requestsRefused,
];

/** All symptoms of a case, in order of their beginning. */
export function symptomsOf(source: SymptomSource): readonly NumberedSymptom[] {
  return finders
    .flatMap((find) => find(source))
    .sort(
      (a, b) =>
        a.first - b.first || compareText(a.kind, b.kind) || compareText(a.entities.join(' '), b.entities.join(' ')),
    )
    .map((symptom, index) => ({ ...symptom, id: `s${index + 1}` }));
}

/** The symptoms that a replay can be asked about. */
export const questionsOf = (symptoms: readonly NumberedSymptom[]): readonly Question[] =>
  symptoms.flatMap((symptom) => (symptom.predicate === null ? [] : [{ id: symptom.id, predicate: symptom.predicate }]));
