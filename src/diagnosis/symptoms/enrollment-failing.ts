import { compareText } from '../../base/order.ts';
import { each, intOf, query, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least 3. */
const least = 3;
const isEnrollment = `(caller_kind = 'enrollment'
  OR (method = 'POST' AND (path LIKE '%/environments/%/agents' OR path LIKE '%/environments/%/agents?%')))`;

export const enrollmentFailing: SymptomFinder = ({ reader }) => {
  const failed = [
    ...each(
      reader,
      `SELECT ts, ref, error_code, credential_id FROM request WHERE ${isEnrollment} AND status IN (401, 403) AND ts IS NOT NULL ORDER BY ts, ref`,
    ),
  ];
  const [first] = failed;
  if (first === undefined || failed.length < least) return [];
  const last = intOf(failed.at(-1)?.ts);
  const later = query(reader, `SELECT 1 FROM request WHERE ${isEnrollment} AND status < 400 AND ts > :last LIMIT 1`, {
    last,
  });
  const tokens = new Set(failed.flatMap((row) => (row.credential_id === null ? [] : [textOf(row.credential_id)])));
  const symptom: ObservedSymptom = {
    kind: 'enrollment_failing',
    entities: [...tokens]
      .sort(compareText)
      .slice(0, 10)
      .map((id) => `credential:${id}`),
    text: `${failed.length} enrollments refused`,
    code: textOf(first.error_code) || null,
    first: intOf(first.ts),
    last,
    count: failed.length,
    refs: failed.slice(0, refsMax).map((row) => textOf(row.ref)),
    ongoing: later.length === 0,
    predicate: null,
  };
  return [symptom];
};
