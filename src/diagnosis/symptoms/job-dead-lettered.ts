import { each, intOf, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: `dead_letter`, or `failed` other than a build (that is a failed deployment). One symptom a job type. */
export const jobDeadLettered: SymptomFinder = ({ reader }) => {
  const found = new Map<
    string,
    ObservedSymptom & { entities: string[]; refs: string[]; count: number; last: number }
  >();
  const lost = each(
    reader,
    `SELECT id, type, coalesce(updated_ts, ts) AS at, ref FROM job
     WHERE (state = 'dead_letter' OR (state = 'failed' AND type <> 'deploy_bundle_build')) AND coalesce(updated_ts, ts) IS NOT NULL
     ORDER BY at, ref`,
  );
  for (const row of lost) {
    const type = textOf(row.type);
    const at = intOf(row.at);
    const symptom = found.get(type) ?? {
      kind: 'job_dead_lettered',
      entities: [],
      text: `${type} jobs given up`,
      code: null,
      first: at,
      last: at,
      count: 0,
      refs: [],
      ongoing: true,
      predicate: null,
    };
    found.set(type, symptom);
    symptom.count++;
    symptom.last = at;
    if (symptom.refs.length < refsMax) {
      symptom.refs.push(textOf(row.ref));
      symptom.entities.push(`job:${textOf(row.id)}`);
    }
  }
  return [...found.values()];
};
