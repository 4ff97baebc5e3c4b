import { isObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { type Micros, parseMicros } from '../../base/time.ts';
import type { CaseReader } from '../../case/index.ts';

/** Where a deployment stands at the end of the evidence, and since when. */
export interface DeploymentStanding {
  readonly id: string;
  readonly status: string;
  readonly since: Micros;
  readonly ref: string;
}

/** The last status that the audit tells, else the state's; by id. A deployment without a time is left out. */
export function standingsOf(reader: CaseReader): readonly DeploymentStanding[] {
  const standings = new Map<string, DeploymentStanding>();
  for (const { key, body, ref } of reader.state('deployments')) {
    const since = parseMicros(body.updated_at) ?? parseMicros(body.created_at);
    if (typeof body.status === 'string' && since !== null)
      standings.set(key, { id: key, status: body.status, since, ref });
  }
  const changes = reader.rows('audit', {
    equals: { outcome: 'success', action: ['deployment.created', 'deployment.status_changed'] },
  });
  for (const { resource_id: id, ts, after, ref } of changes) {
    if (id === null || ts === null || !isObject(after) || typeof after.status !== 'string') continue;
    const known = standings.get(id);
    // The state is what all changes led to: where it tells another status, a change is missing, and the state stands.
    if (known === undefined || known.status === after.status || known.since < ts) {
      standings.set(id, { id, status: after.status, since: ts, ref });
    }
  }
  return [...standings.values()].sort((a, b) => compareText(a.id, b.id));
}
