import { standingsOf } from './deployments.ts';
import type { SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: status `failed`. */
export const deploymentFailed: SymptomFinder = ({ reader }) =>
  standingsOf(reader)
    .filter((standing) => standing.status === 'failed')
    .map(({ id, since, ref }) => ({
      kind: 'deployment_failed',
      entities: [`deployment:${id}`],
      text: `deployment:${id} failed`,
      code: null,
      first: since,
      last: since,
      count: 1,
      refs: [ref],
      ongoing: true,
      predicate: null,
    }));
