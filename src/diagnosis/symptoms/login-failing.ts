import { each, intOf, query, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least 3. A callback that fails is a login that fails. */
const least = 3;
const isLogin = "(path LIKE '%/auth/login%' OR path LIKE '%/auth/callback%')";

export const loginFailing: SymptomFinder = ({ reader }) => {
  const failed = [
    ...each(
      reader,
      `SELECT ts, ref, error_code FROM request WHERE ${isLogin} AND status IN (400, 401, 403) AND ts IS NOT NULL ORDER BY ts, ref`,
    ),
  ];
  const [first] = failed;
  if (first === undefined || failed.length < least) return [];
  const last = intOf(failed.at(-1)?.ts);
  const later = query(
    reader,
    `SELECT 1 FROM request WHERE path LIKE '%/auth/callback%' AND status < 400 AND ts > :last LIMIT 1`,
    { last },
  );
  const symptom: ObservedSymptom = {
    kind: 'login_failing',
    entities: ['oidc:provider'],
    text: `${failed.length} logins failed`,
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
