// Protects the rule on readiness: a minute of failing probes counts, single ones do not, and the end of it is told.
import { describe, expect, test } from 'vitest';
import { componentUnready as rule } from '../../../../src/triage/rules/worker/component-unready.ts';
import { findIn, type Members, probes, told } from '../../evidence-folder.ts';

const health = (...records: ReturnType<typeof probes>[]): Members => ({ 'health.ndjson': records.flat() });

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: ready', health(probes('worker', '........')), []],
  ['a single failing probe', health(probes('worker', '...x....')), ['blip low component:worker']],
  ['two in a row, 30 s apart', health(probes('worker', '..xx....')), ['blip low component:worker']],
  ['three in a row, a minute', health(probes('worker', '..xxx...')), ['ended medium component:worker']],
  ['not ready at the end', health(probes('api', '.....xxx')), ['still high component:api']],
  [
    'each component has its own finding',
    health(probes('api', '.....xxx'), probes('worker', '..xxx...')),
    ['ended medium component:worker', 'still high component:api'],
  ],
];

describe('worker/component-unready', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('tells what the probe said', async () => {
    const [draft] = await findIn(rule, health(probes('worker', '..xxx...')));
    expect(draft).toMatchObject({ count: 3, values: { said: 'status 503, failing checks: database' } });
    expect(draft?.evidence).toHaveLength(3);
  });
});
