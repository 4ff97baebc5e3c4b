// Protects the one line by which a person knows a record: each kind says what happened to what, and how it ended.
import { expect, test } from 'vitest';
import type { EventKind } from '../../src/base/vocabulary.ts';
import { type Cells, titleOf } from '../../src/timeline/title.ts';

test.each<readonly [EventKind, Cells, string]>([
  [
    'request',
    { method: 'POST', route: '/h', path: '/h/1', status: 429, error_code: 'rate_limited', retry_after_s: 3 },
    'POST /h -> 429 rate_limited (retry after 3 s)',
  ],
  [
    'request',
    { method: 'GET', route: null, path: '/h/1', status: null, error_code: null, retry_after_s: null },
    'GET /h/1',
  ],
  [
    'audit',
    {
      action: 'membership.revoked',
      resource_kind: 'membership',
      resource_id: 'u_1/org_1',
      actor_kind: 'operator',
      actor_id: 'u_2',
      outcome: 'denied',
      reason_code: 'forbidden_role',
      reason_message: 'not an owner',
    },
    'membership.revoked membership:u_1/org_1 by operator u_2 -> denied forbidden_role - not an owner',
  ],
  [
    'job',
    { id: 'j_1', type: 'sync', state: 'dead_letter', attempt: 5, max_attempts: 5, error_code: 'x' },
    'sync job:j_1 -> dead_letter x (attempt 5 of 5)',
  ],
  [
    'attempt',
    { job_id: 'j_1', attempt: 2, outcome: 'error', error_code: 'storage_unavailable', worker: 'w1' },
    'attempt 2 of job:j_1 -> error storage_unavailable on w1',
  ],
  [
    'call',
    { job_id: 'j_1', attempt: 1, op: 'storage.put', outcome: 'ok', error_code: null },
    'storage.put for job:j_1 -> ok',
  ],
  [
    'probe',
    { component: 'worker', endpoint: '/readyz', status: null, ok: 0, error: 'timeout', failing_checks: '["db"]' },
    'worker /readyz -> no answer timeout failing: db',
  ],
  ['sample', { name: 'up', labels: '{"job":"api"}', value: '1', reset: 1 }, 'up{job=api} 1 (counter reset)'],
  ['snapshot', { model: 'single_ring', agent_id: 'ag_1' }, 'snapshot single_ring of agent:ag_1'],
  ['log', { level: 'error', message: 'no route' }, 'error no route'],
  ['gap', { reason: 'not_json', length: 12 }, 'unreadable: not json (12 bytes)'],
])('%s', (kind, cells, title) => {
  expect(titleOf(kind, cells)).toBe(title);
});
