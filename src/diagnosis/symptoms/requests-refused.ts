import { compareText } from '../../base/order.ts';
import type { Micros } from '../../base/time.ts';
import type { CaseReader } from '../../case/index.ts';
import { callerSql, isCheckCode } from '../../replay/index.ts';
import { each, intOf, query, textOf } from '../query.ts';
import { correctedIds } from './corrected.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least 5 refusals of one caller with one code, logins and enrollments apart. */
const least = 5;
/** Credentials and agents that one symptom names. */
const namedMax = 10;

// Logins and enrollments have symptoms of their own.
const counted = `status IN (401, 403) AND ts IS NOT NULL
  AND path NOT LIKE '%/auth/login%' AND path NOT LIKE '%/auth/callback%'
  AND coalesce(caller_kind, '') <> 'enrollment'
  AND NOT (method = 'POST' AND (path LIKE '%/environments/%/agents' OR path LIKE '%/environments/%/agents?%'))`;
const code = "coalesce(error_code, CASE status WHEN 401 THEN 'unauthorized' ELSE 'forbidden' END)";

interface Group {
  readonly caller: string;
  readonly code: string;
  count: number;
  readonly first: Micros;
  last: Micros;
  lastMethod: string;
  lastRoute: string;
  readonly refs: string[];
  readonly credentials: Set<string>;
  readonly agents: Set<string>;
}

export const requestsRefused: SymptomFinder = ({ reader }) =>
  groupsOf(reader)
    .filter((group) => group.count >= least)
    .map((group): ObservedSymptom => {
      const later = query(
        reader,
        `SELECT 1 FROM request WHERE ts > :last AND status < 400 AND ${callerSql} = :caller
         AND method = :method AND coalesce(route, path) = :route LIMIT 1`,
        { caller: group.caller, last: group.last, method: group.lastMethod, route: group.lastRoute },
      );
      return {
        kind: 'requests_refused',
        entities: [
          `caller:${group.caller}`,
          ...named('agent', group.agents),
          ...named('credential', group.credentials),
        ],
        text: `${group.count} requests of ${group.caller} refused: ${group.code}`,
        code: group.code,
        first: group.first,
        last: group.last,
        count: group.count,
        refs: group.refs,
        ongoing: later.length === 0,
        predicate: {
          kind: 'requests_refused',
          caller: group.caller,
          code: isCheckCode(group.code) ? group.code : null,
          least,
        },
      };
    });

const named = (kind: string, ids: ReadonlySet<string>): readonly string[] =>
  [...ids].sort(compareText).map((id) => `${kind}:${id}`);

function groupsOf(reader: CaseReader): readonly Group[] {
  const corrected = correctedIds(reader);
  const groups = new Map<string, Group>();
  const refusals = each(
    reader,
    `SELECT ts, ref, request_id, method, coalesce(route, path) AS route, caller_kind, agent_id, credential_id,
            ${callerSql} AS caller, ${code} AS code
     FROM request WHERE ${counted} ORDER BY ts, ref`,
  );
  for (const row of refusals) {
    if (row.request_id !== null && corrected.has(textOf(row.request_id))) continue;
    const key = `${row.caller}\u0000${row.code}`;
    const ts = intOf(row.ts);
    const group: Group = groups.get(key) ?? {
      caller: textOf(row.caller),
      code: textOf(row.code),
      count: 0,
      first: ts,
      last: ts,
      lastMethod: '',
      lastRoute: '',
      refs: [],
      credentials: new Set(),
      agents: new Set(),
    };
    groups.set(key, group);
    group.count++;
    group.last = ts;
    group.lastMethod = textOf(row.method);
    group.lastRoute = textOf(row.route);
    if (group.refs.length < refsMax) group.refs.push(textOf(row.ref));
    if (row.credential_id !== null && group.credentials.size < namedMax)
      group.credentials.add(textOf(row.credential_id));
    if (row.caller_kind === 'agent' && row.agent_id !== null && group.agents.size < namedMax) {
      group.agents.add(textOf(row.agent_id));
    }
  }
  return [...groups.values()];
}
