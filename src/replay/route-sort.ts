import type { RouteMatch } from '../control-plane/index.ts';

/** What an agent's request is for. */
export type AgentSort = 'heartbeat' | 'fetch' | 'refresh' | 'upload';

const sortOf: Readonly<Record<string, AgentSort>> = {
  heartbeat: 'heartbeat',
  heartbeats: 'heartbeat',
  deployments: 'fetch',
  'signing-keys': 'refresh',
  signing_keys: 'refresh',
  artifacts: 'upload',
};

const template = /\/agents\/\{[^}]+\}\/([a-z_-]+)$/;

/** A route below one agent, by the last word of its template; null for every other route. */
export function agentSort(route: RouteMatch): { readonly sort: AgentSort; readonly agentId: string | null } | null {
  const word = template.exec(route.key)?.[1];
  const sort = word === undefined || !Object.hasOwn(sortOf, word) ? undefined : sortOf[word];
  if (sort === undefined) return null;
  const parameter = route.parameters.get('agent_id');
  return { sort, agentId: parameter?.state === 'value' ? parameter.value : null };
}
