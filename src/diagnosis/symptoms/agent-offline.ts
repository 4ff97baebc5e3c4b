import type { CaseReader } from '../../case/index.ts';
import { type MissedSweep, missedSweeps } from '../../replay/index.ts';
import { intOf, query, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax, type SymptomFinder } from './observed.ts';

/**
 * causes.md, Symptoms: at least one `agent.offline`, or, where no audit was kept, a missed sweep. An agent that is taken
 * off on purpose (`agent.revoked` first) is too.
 */
export const agentOffline: SymptomFinder = ({ reader }) => {
  const told = toldOffline(reader);
  const known = new Set(told.map((one) => one.entities[0]));
  const missed = missedSweeps(reader).filter((one) => !known.has(`agent:${one.agentId}`));
  const agents = [...new Set(missed.map((one) => one.agentId))];
  return [
    ...told,
    ...agents.map((agent) =>
      missedBy(
        agent,
        missed.filter((one) => one.agentId === agent),
      ),
    ),
  ];
};

function missedBy(agent: string, sweeps: readonly MissedSweep[]): ObservedSymptom {
  return {
    kind: 'agent_offline',
    entities: [`agent:${agent}`],
    text: `agent:${agent} not heard for longer than its lease`,
    code: null,
    first: Math.min(...sweeps.map((one) => one.at)) * 1000,
    last: Math.max(...sweeps.map((one) => one.at)) * 1000,
    count: sweeps.length,
    refs: sweeps.slice(0, refsMax).map((one) => one.heardRef),
    ongoing: sweeps.some((one) => !one.heardAgain),
    predicate: { kind: 'agent_offline', agentId: agent },
  };
}

const toldOffline = (reader: CaseReader): readonly ObservedSymptom[] =>
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
