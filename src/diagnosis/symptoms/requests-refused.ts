import { callerSql, isCheckCode } from '../../replay/index.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';
import { intOf, query, textOf } from './query.ts';

/** causes.md, Symptoms: at least 5 refusals of one caller with one code, logins and enrollments apart. */
const least = 5;

// Logins and enrollments have symptoms of their own.
const counted = `status IN (401, 403)
  AND path NOT LIKE '%/auth/login%' AND path NOT LIKE '%/auth/callback%'
  AND coalesce(caller_kind, '') <> 'enrollment'
  AND NOT (method = 'POST' AND (path LIKE '%/environments/%/agents' OR path LIKE '%/environments/%/agents?%'))`;
const code = "coalesce(error_code, CASE status WHEN 401 THEN 'unauthorized' ELSE 'forbidden' END)";

export const requestsRefused: SymptomFinder = ({ reader }) =>
  query(
    reader,
    `SELECT ${callerSql} AS caller, max(caller_kind) AS caller_kind, ${code} AS code, count(*) AS count,
            min(ts) AS first, max(ts) AS last
     FROM request WHERE ${counted} AND ts IS NOT NULL
     GROUP BY 1, 3 HAVING count(*) >= ${least} ORDER BY first, caller, code`,
  ).map((row): ObservedSymptom => {
    const caller = textOf(row.caller);
    const refusal = textOf(row.code);
    const named = { caller, code: refusal };
    const refused = query(
      reader,
      `SELECT ref, credential_id, agent_id FROM request
       WHERE ${counted} AND ts IS NOT NULL AND ${callerSql} = :caller AND ${code} = :code ORDER BY ts, ref LIMIT ${refsMax}`,
      named,
    );
    const credentials = query(
      reader,
      `SELECT DISTINCT credential_id FROM request
       WHERE ${counted} AND ${callerSql} = :caller AND ${code} = :code AND credential_id IS NOT NULL ORDER BY 1 LIMIT 10`,
      named,
    ).map((one) => `credential:${textOf(one.credential_id)}`);
    const agents = refused.flatMap((one) => (one.agent_id === null ? [] : [`agent:${textOf(one.agent_id)}`]));
    const [lastRefusal] = query(
      reader,
      `SELECT method, coalesce(route, path) AS route FROM request
       WHERE ${counted} AND ${callerSql} = :caller AND ${code} = :code AND ts = :last ORDER BY ref DESC LIMIT 1`,
      { ...named, last: intOf(row.last) },
    );
    const later = query(
      reader,
      `SELECT 1 FROM request WHERE ts > :last AND status < 400 AND ${callerSql} = :caller
       AND method = :method AND coalesce(route, path) = :route LIMIT 1`,
      { caller, last: intOf(row.last), method: textOf(lastRefusal?.method), route: textOf(lastRefusal?.route) },
    );
    return {
      kind: 'requests_refused',
      entities: [...new Set([`caller:${caller}`, ...(row.caller_kind === 'agent' ? agents : []), ...credentials])],
      text: `${intOf(row.count)} requests of ${caller} refused: ${refusal}`,
      code: refusal,
      first: intOf(row.first),
      last: intOf(row.last),
      count: intOf(row.count),
      refs: refused.map((one) => textOf(one.ref)),
      ongoing: later.length === 0,
      predicate: { kind: 'requests_refused', caller, code: isCheckCode(refusal) ? refusal : null, least },
    };
  });
