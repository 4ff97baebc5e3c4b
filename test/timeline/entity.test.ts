// Protects the page of an entity: its state over time, what was captured of it, and its neighbours, each with its evidence.
import { afterAll, expect, test } from 'vitest';
import type { Entity } from '../../src/base/entity.ts';
import { formatMicros } from '../../src/base/time.ts';
import { entityPage } from '../../src/timeline/index.ts';
import { folderOf, opened } from '../case/archives.ts';

const at = (clock: string): string => `2026-01-31T${clock}Z`;
const audit = (clock: string, action: string, entity: string, more: object = {}): object => {
  const [kind, id] = entity.split(':');
  return { ts: at(clock), id: clock, action, resource: { kind, id }, outcome: 'success', ...more };
};
const lines = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

const reader = await opened(
  folderOf({
    'audit.ndjson': lines(
      audit('12:00:00', 'credential.issued', 'credential:cr_1', { actor: { kind: 'operator', id: 'u_1' } }),
      audit('12:01:00', 'credential.rotated', 'credential:cr_1', {
        before: { scopes: ['a', 'b'], secret_key: 'x' },
        after: { scopes: ['a'], secret_key: 'hunter2hunter2' },
      }),
      audit('12:01:30', 'credential.revoked', 'credential:cr_1', { outcome: 'denied' }),
      audit('12:02:00', 'deployment.created', 'deployment:d_1', { after: { status: 'approved', approval_id: 'ap_1' } }),
      audit('12:02:30', 'deployment.status_changed', 'deployment:d_1', { after: { status: 'deploying' } }),
      audit('12:02:40', 'deployment.status_changed', 'deployment:d_1', { after: { status: 'deploying' } }),
      audit('12:02:50', 'deployment.agent_failed', 'deployment:d_1', {
        details: { agent_id: 'ag_1' },
        reason: { code: 'unknown', message: 'no' },
      }),
      audit('12:03:00', 'deployment.status_changed', 'deployment:d_1', {
        after: { status: 'failed' },
        reason: { code: 'bundle_hash_missing', message: 'not there' },
      }),
    ),
    'requests.ndjson': lines(
      { ts: at('12:00:10'), method: 'POST', path: '/x', status: 200, credential_id: 'cr_1', agent_id: 'ag_1' },
      { ts: at('12:01:10'), method: 'POST', path: '/x', status: 403, credential_id: 'cr_1', agent_id: 'ag_1' },
      { ts: at('12:01:20'), method: 'POST', path: '/x', status: 200, credential_id: 'cr_2', agent_id: 'ag_2' },
    ),
    'jobs.ndjson': lines({
      id: 'j_1',
      type: 'replay',
      state: 'dead_letter',
      created_at: at('12:00:00'),
      updated_at: at('12:00:09'),
      attempt: 2,
      deployment_id: 'd_1',
      attempts: [
        { n: 1, started_at: at('12:00:01'), finished_at: at('12:00:02'), outcome: 'error', error: { code: 'unknown' } },
        { n: 2, started_at: at('12:00:05'), worker: 'w_1', outcome: 'lost' },
      ],
    }),
    'health.ndjson': lines(
      { ts: at('12:00:00'), component: 'api', endpoint: '/readyz', status: 200 },
      { ts: at('12:00:10'), component: 'api', endpoint: '/healthz', status: 200 },
      { ts: at('12:00:20'), component: 'api', endpoint: '/readyz', status: 200 },
      { ts: at('12:00:30'), component: 'api', endpoint: '/readyz', status: 503, body: { checks: { db: 'fail' } } },
      { ts: at('12:00:40'), component: 'api', endpoint: '/readyz', status: null },
      { ts: at('12:00:50'), component: 'api', endpoint: '/readyz', status: 200 },
    ),
    'state.json': JSON.stringify({
      captured_at: at('13:00:00'),
      agents: [{ id: 'ag_1', environment_id: 'e_1', credential_id: 'cr_1', status: 'offline' }],
      environments: [{ id: 'e_1', project_id: 'p_1', api_token: 'hunter2hunter2' }],
      approvals: [{ id: 'ap_1', deployment_id: 'd_1', status: 'approved' }],
    }),
  }),
);
afterAll(() => reader.close());

const page = (entity: Entity): NonNullable<ReturnType<typeof entityPage>> => {
  const found = entityPage(reader, entity);
  if (found === null) throw new Error(`${entity} is not known`);
  return found;
};
const states = (entity: Entity): readonly string[] =>
  page(entity).states.map(
    ({ ts, state, text }) => `${ts === null ? '-' : formatMicros(ts).slice(11, 19)} ${state} | ${text}`,
  );

test('the states of a credential say what changed and who did it; what was denied is none', () => {
  expect(states('credential:cr_1')).toEqual([
    '12:00:00 issued | credential.issued by operator:u_1',
    '12:01:00 rotated | credential.rotated: scopes -b',
  ]);
});

test('those of a deployment are its statuses, each once, with the reason', () => {
  expect(states('deployment:d_1')).toEqual([
    '12:02:00 approved | deployment.created',
    '12:02:30 deploying | deployment.status_changed',
    '12:03:00 failed | deployment.status_changed: bundle_hash_missing - not there',
  ]);
  expect(page('deployment:d_1').state).toBe('failed');
});

test('those of a job are its attempts, and what it says at last', () => {
  expect(states('job:j_1')).toEqual([
    '12:00:00 queued | created: replay',
    '12:00:01 running | attempt 1 began',
    '12:00:02 error | attempt 1 ended: unknown',
    '12:00:05 running | attempt 2 began on w_1',
    '12:00:09 dead_letter | as the job itself says',
  ]);
  expect(page('job:j_1').state).toBe('dead_letter');
});

test('those of a component are changes of what its endpoints answer', () => {
  expect(states('component:api')).toEqual([
    '12:00:00 readyz ok | /readyz -> 200',
    '12:00:10 healthz ok | /healthz -> 200',
    '12:00:30 readyz failing | /readyz -> 503 failing: db',
    '12:00:50 readyz ok | /readyz -> 200',
  ]);
});

test('every state has a record that opens', () => {
  for (const entity of ['credential:cr_1', 'deployment:d_1', 'job:j_1', 'component:api', 'agent:ag_1'] as const)
    for (const { ref } of page(entity).states) expect([ref, reader.record(ref).ok]).toEqual([ref, true]);
});

test('an agent has its captured record, its events in any role, and its neighbours by how often they meet', () => {
  const agent = page('agent:ag_1');
  expect(agent.state).toBe('offline');
  expect(agent.captured.map(({ section }) => section)).toEqual(['agents']);
  expect(agent.events).toBe(3);
  expect([agent.first_ts, agent.last_ts].map((ts) => formatMicros(ts ?? 0).slice(11, 19))).toEqual([
    '12:00:10',
    '12:02:50',
  ]);
  expect(agent.neighbours.map(({ entity, roles, events }) => [entity, roles.join(' '), events])).toEqual([
    ['credential:cr_1', 'credential', 2],
    ['deployment:d_1', 'subject', 1],
    ['environment:e_1', 'environment', 0],
  ]);
});

test('what only a captured state names is known, with those that name it there', () => {
  const project = page('project:p_1');
  expect([project.events, project.first_ts, project.neighbours.map(({ entity }) => entity)]).toEqual([
    0,
    null,
    ['environment:e_1'],
  ]);
  expect(page('approval:ap_1').neighbours.map(({ entity }) => entity)).toEqual(['deployment:d_1']);
});

test('no secret of a captured record or of a change is told', () => {
  const told = JSON.stringify([page('environment:e_1'), page('credential:cr_1')]);
  expect(told).not.toContain('hunter2');
});

test('what no record names is not known', () => {
  for (const entity of ['agent:ag_9', 'agent:cr_1', 'nothing:ag_1'] as const)
    expect(entityPage(reader, entity)).toBeNull();
});
