import type { CaseReader } from '../case/index.ts';
import type { DiagnosisDocument } from './document.ts';
import { intOf, query } from './query.ts';
import type { NumberedSymptom } from './symptoms/index.ts';

/** How many of how many: agents, callers, deployments that a symptom names, of those that the evidence knows. */
export function impactOf(reader: CaseReader, symptoms: readonly NumberedSymptom[]): DiagnosisDocument['impact'] {
  const named = (kind: string): number =>
    new Set(symptoms.flatMap((symptom) => symptom.entities.filter((entity) => entity.startsWith(`${kind}:`)))).size;
  const known = (kind: string): number =>
    intOf(query(reader, 'SELECT count(*) AS count FROM entity WHERE kind = :kind', { kind })[0]?.count);
  return ['agent', 'caller', 'deployment', 'component'].flatMap((kind) => {
    const hit = named(kind);
    return hit === 0 ? [] : [{ kind, hit, of: Math.max(hit, known(kind)) }];
  });
}
