import { compareText } from '../../base/order.ts';
import { textOf } from '../query.ts';
import { failingRequests } from './failing-requests.ts';
import type { SymptomFinder } from './observed.ts';

const isEnrollment = `(caller_kind = 'enrollment'
  OR (method = 'POST' AND (path LIKE '%/environments/%/agents' OR path LIKE '%/environments/%/agents?%')))`;
const namedMax = 10;

/** causes.md, Symptoms: at least 3. */
export const enrollmentFailing: SymptomFinder = ({ reader }) =>
  failingRequests(reader, {
    kind: 'enrollment_failing',
    failed: `${isEnrollment} AND status IN (401, 403)`,
    worked: isEnrollment,
    least: 3,
    text: (count) => `${count} enrollments refused`,
    entities: (failed) =>
      [...new Set(failed.flatMap((row) => (row.credential_id === null ? [] : [textOf(row.credential_id)])))]
        .sort(compareText)
        .slice(0, namedMax)
        .map((id) => `credential:${id}`),
  });
