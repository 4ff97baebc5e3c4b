// Protects the rule on expired credentials: used after expiry, unused, tokens of enrollment, and never a revocation.
import { describe, expect, test } from 'vitest';
import { credentialExpired as rule } from '../../../../src/triage/rules/auth/credential-expired.ts';
import {
  at,
  each,
  findIn,
  heartbeat,
  type Members,
  readDeployments,
  state,
  told,
  unauthorized,
} from '../../evidence-folder.ts';

const ending = (index: number, field: 'expires_at' | 'revoked_at', seconds: number) =>
  state(({ credentials }) => {
    const credential = credentials[index];
    if (credential !== undefined) credential[field] = at(seconds);
  });
const calls = (refused: boolean) => [
  ...each(0, 300, 10, (s) => readDeployments(s)),
  ...each(300, 600, 10, (s) => (refused ? readDeployments(s, unauthorized) : heartbeat('ag_1', s))),
];

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: nothing ended', { 'requests.ndjson': calls(false), 'state.json': state() }, []],
  [
    'quiet: ends after the evidence',
    { 'requests.ndjson': calls(false), 'state.json': ending(2, 'expires_at', 9_000) },
    [],
  ],
  [
    'quiet: refused for a revocation',
    { 'requests.ndjson': calls(true), 'state.json': ending(2, 'revoked_at', 300) },
    [],
  ],
  ['quiet: refused, and nothing explains it', { 'requests.ndjson': calls(true), 'state.json': state() }, []],
  [
    'used after its expiry',
    { 'requests.ndjson': calls(true), 'state.json': ending(2, 'expires_at', 300) },
    ['used high credential:cr_3'],
  ],
  [
    'expired unused: a key',
    { 'requests.ndjson': calls(false), 'state.json': ending(2, 'expires_at', 300) },
    ['unused low credential:cr_3'],
  ],
  [
    'expired unused: an enrollment token ends by design',
    { 'requests.ndjson': calls(false), 'state.json': ending(3, 'expires_at', 300) },
    ['unused info credential:cr_4'],
  ],
  [
    'back after a new life: over, and it still hurt',
    {
      'requests.ndjson': [
        ...each(300, 400, 10, (s) => readDeployments(s, unauthorized)),
        ...each(400, 600, 10, (s) => readDeployments(s)),
      ],
      'audit.ndjson': [
        {
          ts: at(395),
          id: 'a1',
          actor: { kind: 'operator', id: 'usr_1' },
          action: 'credential.rotated',
          resource: { kind: 'credential', id: 'cr_3' },
          outcome: 'success',
          before: { expires_at: at(300) },
          after: { expires_at: at(90_000) },
        },
      ],
      'state.json': ending(2, 'expires_at', 90_000),
    },
    ['used medium credential:cr_3'],
  ],
];

describe('auth/credential-expired', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('an agent that is refused is an agent failure, with the hypothesis for the replay', async () => {
    const [draft] = await findIn(rule, {
      'requests.ndjson': each(300, 600, 20, (s) => heartbeat('ag_2', s, unauthorized)),
      'state.json': ending(1, 'expires_at', 250),
    });
    expect(draft).toMatchObject({
      category: 'agent',
      count: 15,
      causes: [{ kind: 'credential_expired', entity: 'credential:cr_2' }],
      values: { at: `at ${at(250).replace('.000Z', 'Z')}` },
    });
  });

  test('the token of an enrollment has its own cause and threshold', async () => {
    const route = '/api/v1/environments/{environment_id}/agents';
    const [draft] = await findIn(rule, {
      'requests.ndjson': each(300, 330, 10, (s) => ({
        ts: at(s),
        request_id: `enroll_${s}`,
        method: 'POST',
        path: route.replace('{environment_id}', 'env_1'),
        route,
        caller: { kind: 'enrollment' },
        credential_id: 'cr_4',
        environment_id: 'env_1',
        ...unauthorized,
      })),
      'state.json': ending(3, 'expires_at', 250),
    });
    expect(draft).toMatchObject({
      category: 'agent',
      severity: 'high',
      causes: [{ kind: 'enrollment_token_expired', entity: 'credential:cr_4' }],
    });
  });
});
