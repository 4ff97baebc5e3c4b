// Protects the rule on missing scopes: any caller and route, since when and by whom, and where the model disagrees.
import { describe, expect, test } from 'vitest';
import { credentialScopeMissing as rule } from '../../../../src/triage/rules/auth/credential-scope-missing.ts';
import {
  each,
  findIn,
  forbidden,
  heartbeat,
  type Members,
  readDeployments,
  scopesChanged,
  state,
  told,
  unauthorized,
  upload,
} from '../../evidence-folder.ts';

const both = ['agent:heartbeat', 'agent:artifact_upload'];
const dropped = state(({ credentials }) => {
  credentials[0]?.scopes.pop();
});
const noReading = state(({ credentials }) => {
  const key = credentials[2];
  if (key !== undefined) key.scopes = [];
});
const beats = each(0, 600, 20, (s) => heartbeat('ag_1', s));

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: all accepted', { 'requests.ndjson': beats, 'state.json': state() }, []],
  [
    'quiet: another refusal',
    {
      'requests.ndjson': [...beats, ...each(0, 60, 10, (s) => upload('ag_1', s, unauthorized))],
      'state.json': state(),
    },
    [],
  ],
  [
    'a dropped scope, still refused',
    {
      'requests.ndjson': [
        ...beats,
        ...each(0, 100, 20, (s) => upload('ag_1', s)),
        ...each(110, 600, 20, (s) => upload('ag_1', s, forbidden)),
      ],
      'audit.ndjson': [scopesChanged(100, 'cr_1', both, ['agent:heartbeat'])],
      'state.json': dropped,
    },
    ['dropped high credential:cr_1'],
  ],
  [
    'a scope given back: over, and it still hurt',
    {
      'requests.ndjson': [
        ...each(110, 300, 20, (s) => upload('ag_1', s, forbidden)),
        ...each(310, 600, 20, (s) => upload('ag_1', s)),
      ],
      'audit.ndjson': [
        scopesChanged(100, 'cr_1', both, ['agent:heartbeat']),
        scopesChanged(305, 'cr_1', ['agent:heartbeat'], both),
      ],
      'state.json': state(),
    },
    ['dropped medium credential:cr_1'],
  ],
  [
    'any caller, any route: an API key that never had the scope',
    { 'requests.ndjson': each(0, 100, 10, (s) => readDeployments(s, forbidden)), 'state.json': noReading },
    ['lacking high credential:cr_3'],
  ],
  [
    'a few refusals are low',
    { 'requests.ndjson': each(0, 40, 10, (s) => readDeployments(s, forbidden)), 'state.json': noReading },
    ['lacking low credential:cr_3'],
  ],
  [
    'refusals whose repeats got through are low',
    {
      'requests.ndjson': each(0, 100, 10, (s) => s).flatMap((s) => [
        readDeployments(s, { ...forbidden, request_id: `first_${s}` }),
        readDeployments(s + 1, { retry_of: `first_${s}` }),
      ]),
      'state.json': noReading,
    },
    ['lacking low credential:cr_3'],
  ],
  [
    'a 403 without a code, explained by the configuration',
    { 'requests.ndjson': each(0, 100, 10, (s) => readDeployments(s, { status: 403 })), 'state.json': noReading },
    ['lacking high credential:cr_3'],
  ],
  [
    'without state the refusals are told, and that their scope is not known',
    { 'requests.ndjson': each(0, 100, 10, (s) => readDeployments(s, forbidden)) },
    ['unexplained high credential:cr_3'],
  ],
];

describe('auth/credential-scope-missing', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('names scope, change, who made it, how many of how many, and gives the replay its hypothesis', async () => {
    const [draft] = await findIn(rule, {
      'requests.ndjson': each(110, 310, 20, (s) => upload('ag_1', s, forbidden)),
      'audit.ndjson': [scopesChanged(100, 'cr_1', both, ['agent:heartbeat'])],
      'state.json': dropped,
    });
    expect(draft).toMatchObject({
      category: 'agent',
      count: 10,
      entities: ['credential:cr_1', 'agent:ag_1'],
      causes: [{ kind: 'credential_scope_missing', entity: 'credential:cr_1' }],
      values: { count: 10, of: 10, scopes: 'agent:artifact_upload' },
      limits: [],
    });
    expect(draft?.values.changed).toContain('operator:usr_1');
    expect(draft?.evidence[0]).toMatchObject({ kind: 'audit' });
    expect(draft?.evidence).toHaveLength(11);
  });

  test('says so where the configuration would have let the requests through', async () => {
    const [draft] = await findIn(rule, {
      'requests.ndjson': each(0, 100, 10, (s) => readDeployments(s, forbidden)),
      'state.json': state(),
    });
    expect(draft).toMatchObject({ message: 'unexplained', causes: [] });
    expect(draft?.limits.join()).toContain('10 of the 10 would not have been refused');
  });
});
