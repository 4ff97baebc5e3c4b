// Protects the rule on revoked credentials: use after revocation, who revoked it, what the revocation hides, and quiet ends.
import { describe, expect, test } from 'vitest';
import { credentialRevoked as rule } from '../../../../src/triage/rules/auth/credential-revoked.ts';
import {
  at,
  audit,
  each,
  findIn,
  type Members,
  readDeployments,
  state,
  told,
  unauthorized,
} from '../../evidence-folder.ts';

const revoked = (scopes = ['deployments:read']) =>
  state(({ credentials }) => {
    const key = credentials[2];
    if (key !== undefined) Object.assign(key, { revoked_at: at(300), scopes });
  });
const refused = each(300, 600, 10, (s) => readDeployments(s, unauthorized));
const accepted = each(0, 300, 10, (s) => readDeployments(s));
const record = audit(300, 'credential.revoked', 'credential:cr_3');

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: nothing revoked', { 'requests.ndjson': accepted, 'state.json': state() }, []],
  [
    'used after the revocation',
    { 'requests.ndjson': [...accepted, ...refused], 'audit.ndjson': [record], 'state.json': revoked() },
    ['used high credential:cr_3'],
  ],
  [
    'a few tries are low',
    { 'requests.ndjson': [...accepted, ...refused.slice(0, 4)], 'state.json': revoked() },
    ['used low credential:cr_3'],
  ],
  [
    'revoked unused',
    { 'requests.ndjson': accepted, 'audit.ndjson': [record], 'state.json': revoked() },
    ['unused low credential:cr_3'],
  ],
];

describe('auth/credential-revoked', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('tells who revoked it, and which check comes next', async () => {
    const [draft] = await findIn(rule, {
      'requests.ndjson': refused,
      'audit.ndjson': [record],
      'state.json': revoked([]),
    });
    expect(draft?.values.changed).toContain('operator:usr_1');
    expect(draft?.values.hidden).toContain('scope missing (deployments:read)');
    expect(draft?.causes).toEqual([
      { kind: 'credential_revoked', entity: 'credential:cr_3' },
      { kind: 'credential_scope_missing', entity: 'credential:cr_3' },
    ]);
    expect(draft?.evidence.map(({ kind }) => kind).slice(0, 3)).toEqual(['audit', 'state', 'request']);
  });
});
