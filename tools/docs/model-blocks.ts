/** What of the control plane is modelled, from the functions' own tables. */
import {
  authoriseVersion,
  configurationVersion,
  leaseVersion,
  limitersVersion,
} from '../../src/control-plane/index.ts';
import { kernelVersion } from '../../src/replay/kernel/index.ts';
import { configurationActions } from '../../src/timeline/index.ts';
import { codes, table } from './markdown.ts';

export const modelBlocks: Readonly<Record<string, () => string>> = {
  'model-versions': () =>
    table(
      ['part', 'version'],
      [
        ['kernel: order, queue, effects', String(kernelVersion)],
        ['configuration over time (1)', String(configurationVersion)],
        ['checks of a request (2)', String(authoriseVersion)],
        ['rate limiters (3)', String(limitersVersion)],
        ['agents and leases (5)', String(leaseVersion)],
      ],
    ),
  'configuration-actions': () => codes(configurationActions),
};
