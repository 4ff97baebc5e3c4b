import { intOf, query, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: at least one `agent.offline`. An agent that is taken off on purpose (`agent.revoked` first) is too. */
export const agentOffline: SymptomFinder = ({ reader }) =>
  query(
    reader,
    `SELECT resource_id AS agent, count(*) AS count, min(ts) AS first, max(ts) AS last
     FROM audit WHERE action = 'agent.offline' AND outcome = 'success' AND ts IS NOT NULL AND resource_id IS NOT NULL
     GROUP BY 1 ORDER BY first, agent`,
  ).map((row): ObservedSymptom => {
    const agent = textOf(row.agent);
    const refs = query(
      reader,
      `SELECT ref FROM audit WHERE action = 'agent.offline' AND outcome = 'success' AND resource_id = :agent
       ORDER BY ts, ref LIMIT ${refsMax}`,
      { agent },
    );
    const back = query(
      reader,
      `SELECT 1 FROM audit WHERE action IN ('agent.online', 'agent.enrolled') AND outcome = 'success'
       AND resource_id = :agent AND ts > :last LIMIT 1`,
      { agent, last: intOf(row.last) },
    );
    return {
      kind: 'agent_offline',
      entities: [`agent:${agent}`],
      text: `agent:${agent} offline`,
      code: null,
      first: intOf(row.first),
      last: intOf(row.last),
      count: intOf(row.count),
      refs: refs.map((one) => textOf(one.ref)),
      ongoing: back.length === 0,
      predicate: { kind: 'agent_offline', agentId: agent },
    };
  });
