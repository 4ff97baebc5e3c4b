import { standingsOf } from './deployments.ts';
import type { SymptomFinder } from './observed.ts';

/** The analyzer's model, section 6: in one of these for longer than 10 min at the end of the evidence. */
const waiting: ReadonlySet<string> = new Set(['pending_approval', 'approved', 'building', 'deploying']);
const stuckUs = 600_000_000;

export const deploymentStuck: SymptomFinder = ({ reader }) => {
  const end = reader.span()?.to ?? 0;
  return standingsOf(reader)
    .filter((standing) => waiting.has(standing.status) && end - standing.since > stuckUs)
    .map(({ id, status, since, ref }) => ({
      kind: 'deployment_stuck',
      entities: [`deployment:${id}`],
      text: `deployment:${id} stays ${status}`,
      code: null,
      first: since,
      last: end,
      count: 1,
      refs: [ref],
      ongoing: true,
      predicate: null,
    }));
};
