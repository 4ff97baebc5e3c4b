// Protects the links between records: each reason, from the record that has the other to the one that is had.
import { afterAll, expect, test } from 'vitest';
import { everyKind, folderOf, opened } from './archives.ts';

const state = {
  captured_at: '2026-01-31T13:00:00Z',
  config_bundles: [
    { id: 'cb_1', bundle_hash: 'sha256:aa' },
    { id: 'cb_2', bundle_hash: 'sha256:bb' },
  ],
  bundle_store: [{ bundle_hash: 'sha256:aa', stored_at: '2026-01-31T12:00:00Z' }],
  deployments: [
    { id: 'd_1', config_bundle_id: 'cb_1', bundle_hash: 'sha256:aa', approval_id: 'ap_1' },
    { id: 'd_2', config_bundle_id: 'cb_2' },
    { id: 'd_3' },
  ],
  approvals: [{ id: 'ap_1', deployment_id: 'd_1' }, { id: 'ap_2', deployment_id: 'd_2' }, { id: 'ap_3' }],
};
const reader = await opened(
  folderOf({
    ...everyKind,
    'state.json': JSON.stringify(state),
    'jobs.ndjson': `${everyKind['jobs.ndjson']?.replace('"payload"', '"request_id":"req_1","artifact_id":"art_1","payload"')}`,
    'logs/x.ndjson': '{"ts":"2026-01-31T12:00:00Z","msg":"m","request_id":"req_2"}\n',
  }),
);
afterAll(() => reader.close());

/** Names of the records of a link, whatever kind they are of. */
const names = new Map<number, string>();
for (const [view, name] of [
  ['state', 'key'],
  ['request', 'request_id'],
  ['audit', 'id'],
  ['job', 'id'],
  ['attempt', "'attempt of ' || job_id"],
  ['call', "'call of ' || job_id"],
  ['log', "'log'"],
  ['artifact', 'id'],
  ['snapshot', "'snapshot'"],
] as const) {
  const found = reader.sql(`SELECT n, ${name} FROM ${view}`);
  if (found.ok) for (const [n, text] of found.value.rows) names.set(Number(n), String(text));
}

test('the view has each, and once', () => {
  const found = reader.sql('SELECT n, to_n, reason FROM link WHERE to_n IS NOT NULL');
  const links = found.ok
    ? [...found.value.rows].map(([n, to, reason]) => `${names.get(Number(n))} ${reason} ${names.get(Number(to))}`)
    : [];
  expect(links.sort()).toEqual(
    [
      'a1 request_id req_2',
      'log request_id req_2',
      'job_1 request_id req_1',
      'req_2 retry_of req_1',
      'a0 job_of job_1',
      'attempt of job_1 job_of job_1',
      'call of job_1 job_of job_1',
      'job_1 artifact_of art_1',
      'd_1 approval_of ap_1',
      'd_2 approval_of ap_2',
      'd_1 bundle_hash cb_1',
      'd_2 bundle_hash cb_2',
      'd_1 bundle_hash sha256:aa',
      'cb_1 bundle_hash sha256:aa',
    ].sort(),
  );
});

test('a record has those of both directions', () => {
  const of = (name: string): readonly string[] => {
    const [n] = [...names].find(([, one]) => one === name) ?? [0];
    return reader
      .links(n)
      .filter((link) => link.to_n !== null)
      .map((link) => `${link.reason} ${names.get(link.to_n ?? 0)}`);
  };
  expect(of('ap_1')).toEqual(['approval_of d_1']);
  expect(of('d_1')).toEqual(['approval_of ap_1', 'bundle_hash cb_1', 'bundle_hash sha256:aa']);
  expect(of('cb_1')).toEqual(['bundle_hash sha256:aa', 'bundle_hash d_1']);
});

test('a snapshot names its agent', () => {
  const [n] = [...names].find(([, one]) => one === 'snapshot') ?? [0];
  expect(reader.links(n).map(({ entity, role }) => [entity, role])).toEqual([['agent:ag_1', 'agent']]);
});
