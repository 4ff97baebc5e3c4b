// Protects the rule on missing heartbeats: refused, not sent, lease too short, revoked and untold are different answers.
import { describe, expect, test } from 'vitest';
import { missingHeartbeats as rule } from '../../../../src/triage/rules/agent/missing-heartbeats.ts';
import { audit, each, findIn, forbidden, heartbeat, type Members, state, told } from '../../evidence-folder.ts';

const beats = (agent: string, from: number, to: number) => each(from, to, 20, (s) => heartbeat(agent, s));
const refused = (agent: string, from: number, to: number) => each(from, to, 20, (s) => heartbeat(agent, s, forbidden));
const other = beats('ag_2', 0, 600);
const offline = (seconds: number) => audit(seconds, 'agent.offline', 'agent:ag_1', { actor: { kind: 'system' } });
const shortLease = state(({ heartbeat: lease }) =>
  Object.assign(lease, { ttl_ms: 21_000, grace_ms: 0, interval_ms: 30_000 }),
);
const lastRequest = heartbeat('ag_2', 599);

const tables: ReadonlyArray<readonly [string, Members, readonly string[]]> = [
  ['quiet: all in time', { 'requests.ndjson': [...beats('ag_1', 0, 600), ...other], 'state.json': state() }, []],
  [
    'quiet: within time to live and grace',
    { 'requests.ndjson': [...beats('ag_1', 0, 540), ...other], 'state.json': state() },
    [],
  ],
  [
    'not sent, and not back',
    { 'requests.ndjson': [...beats('ag_1', 0, 300), ...other], 'state.json': state() },
    ['not_sent high agent:ag_1'],
  ],
  [
    'not sent, and back',
    { 'requests.ndjson': [...beats('ag_1', 0, 200), ...beats('ag_1', 400, 600), ...other], 'state.json': state() },
    ['not_sent medium agent:ag_1'],
  ],
  [
    'refused, and not back',
    { 'requests.ndjson': [...beats('ag_1', 0, 300), ...refused('ag_1', 300, 600), ...other], 'state.json': state() },
    ['refused high agent:ag_1'],
  ],
  [
    'accepted in their interval, and the lease is shorter',
    {
      'requests.ndjson': [
        ...each(0, 600, 40, (s) => heartbeat('ag_1', s)),
        ...each(0, 600, 10, (s) => heartbeat('ag_2', s)),
      ],
      'state.json': shortLease,
    },
    ['lease medium agent:ag_1'],
  ],
  [
    'silent since it was revoked',
    {
      'requests.ndjson': [...beats('ag_1', 0, 300), ...other],
      'audit.ndjson': [audit(301, 'agent.revoked', 'agent:ag_1')],
      'state.json': state(),
    },
    ['revoked low agent:ag_1'],
  ],
  [
    'a heartbeat recorded as missed, and nothing more',
    {
      'requests.ndjson': [...beats('ag_1', 0, 600), ...other],
      'audit.ndjson': [audit(310, 'agent.heartbeat_missed', 'agent:ag_1', { actor: { kind: 'system' } })],
      'state.json': state(),
    },
    ['missed low agent:ag_1'],
  ],
  ['only the audit: offline, and why is not told', { 'audit.ndjson': [offline(300)] }, ['untold medium agent:ag_1']],
  [
    'the requests end before: absence proves nothing',
    { 'requests.ndjson': [...beats('ag_1', 0, 300)], 'audit.ndjson': [offline(2_000)], 'state.json': state() },
    ['untold medium agent:ag_1'],
  ],
  [
    'without state the recorded silence counts',
    { 'requests.ndjson': [...beats('ag_1', 0, 300), ...other], 'audit.ndjson': [offline(380)] },
    ['not_sent high agent:ag_1'],
  ],
  [
    'unreadable requests may be the missing heartbeats',
    {
      'requests.ndjson': `${[...beats('ag_1', 0, 500), ...beats('ag_2', 0, 600), lastRequest].map((record) => JSON.stringify(record)).join('\n')}\n${'{odd\n'.repeat(9)}`,
      'audit.ndjson': [offline(590)],
      'state.json': state(),
    },
    ['untold medium agent:ag_1'],
  ],
];

describe('agent/missing-heartbeats', () => {
  test.each(tables)('%s', async (_name, members, expected) => {
    expect(told(await findIn(rule, members))).toEqual(expected);
  });

  test('refused heartbeats carry the reason that the model gives, and the audit’s record', async () => {
    const [draft] = await findIn(rule, {
      'requests.ndjson': [...beats('ag_1', 0, 300), ...refused('ag_1', 300, 600), ...other],
      'audit.ndjson': [offline(380)],
      'state.json': state(({ credentials }) => {
        credentials[0]?.scopes.shift();
      }),
    });
    expect(draft).toMatchObject({
      message: 'refused',
      count: 15,
      causes: [{ kind: 'credential_scope_missing', entity: 'credential:cr_1' }],
      values: { answers: '15 × 403 forbidden_scope' },
    });
    expect(draft?.evidence.some(({ kind }) => kind === 'audit')).toBe(true);
  });

  test('an enrollment opens the lease', async () => {
    const drafts = await findIn(rule, {
      'requests.ndjson': other,
      'audit.ndjson': [audit(100, 'agent.enrolled', 'agent:ag_1', { details: { credential_id: 'cr_4' } })],
      'state.json': state(),
    });
    expect(told(drafts)).toEqual(['not_sent high agent:ag_1']);
  });
});
