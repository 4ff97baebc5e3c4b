import { compareText } from '../../base/order.ts';
import { agentOffline } from './agent-offline.ts';
import { componentUnready } from './component-unready.ts';
import type { ObservedSymptom, SymptomSource } from './observed.ts';
import { requestsRefused } from './requests-refused.ts';

export type { ObservedSymptom } from './observed.ts';

/** A symptom under the name that the document gives it. */
export interface NumberedSymptom extends ObservedSymptom {
  readonly id: string;
}

/** All symptoms of a case, in order of their beginning. */
export function symptomsOf(source: SymptomSource): readonly NumberedSymptom[] {
  return [agentOffline, componentUnready, requestsRefused]
    .flatMap((find) => find(source))
    .sort(
      (a, b) =>
        a.first - b.first || compareText(a.kind, b.kind) || compareText(a.entities.join(' '), b.entities.join(' ')),
    )
    .map((symptom, index) => ({ ...symptom, id: `s${index + 1}` }));
}
