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
const audits = [
  '{"id":"a2","action":"deployment.created","resource":{"kind":"deployment","id":"d_1"},"outcome":"success","environment_id":"env_1","after":{"approval_id":"ap_1","environment_id":"env_1","config_bundle_id":"cb_1"}}',
  '{"id":"a3","action":"deployment.agent_confirmed","resource":{"kind":"deployment","id":"d_1"},"outcome":"success","details":{"agent_id":"ag_7"}}',
  '{"id":"a4","action":"artifact.uploaded","resource":{"kind":"artifact","id":"art_1"},"outcome":"success"}',
];
const reader = await opened(
  folderOf({
    ...everyKind,
    'audit.ndjson': `${everyKind['audit.ndjson']}${audits.join('\n')}\n`,
    'state.json': JSON.stringify(state),
    'jobs.ndjson': `${everyKind['jobs.ndjson']?.replace('"payload"', '"request_id":"req_1","artifact_id":"art_1","deployment_id":"d_2","payload"')}`,
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
      'a2 approval_of ap_1',
      'a2 bundle_hash cb_1',
      'a4 artifact_of art_1',
      'd_2 job_of job_1',
    ].sort(),
  );
});

test('a record has those of both directions, each with its own', () => {
  const of = (name: string): readonly string[] => {
    const [n] = [...names].find(([, one]) => one === name) ?? [0];
    return reader
      .links(n)
      .filter((link) => link.to_n !== null)
      .map((link) => `${link.reason} ${link.way} ${names.get(link.to_n ?? 0)}`);
  };
  expect(of('ap_1')).toEqual(['approval_of from d_1', 'approval_of from a2'].sort(byNumber));
  expect(of('d_1')).toEqual(['approval_of to ap_1', 'bundle_hash to cb_1', 'bundle_hash to sha256:aa']);
  expect(of('cb_1')).toEqual([
    'bundle_hash to sha256:aa',
    ...['bundle_hash from d_1', 'bundle_hash from a2'].sort(byNumber),
  ]);
  expect(of('req_1')).toEqual(['request_id from job_1', 'retry_of from req_2']);
});

const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);
const numberOf = (text: string): number => [...names].find(([, name]) => text.endsWith(` ${name}`))?.[0] ?? 0;

test('what is named in what changed, in details and in the state is an entity of the record, once', () => {
  const of = (name: string): readonly string[] => {
    const [n] = [...names].find(([, one]) => one === name) ?? [0];
    return reader
      .links(n)
      .filter((link) => link.entity !== null)
      .map((link) => `${link.role} ${link.entity}`);
  };
  expect(of('a2')).toEqual([
    'subject deployment:d_1',
    'environment environment:env_1',
    'approval approval:ap_1',
    'bundle config_bundle:cb_1',
  ]);
  expect(of('a3')).toEqual(['subject deployment:d_1', 'agent agent:ag_7']);
  expect(of('d_1')).toEqual([
    'subject deployment:d_1',
    'bundle config_bundle:cb_1',
    'bundle bundle:sha256:aa',
    'approval approval:ap_1',
  ]);
  const found = reader.sql("SELECT entity, role FROM link WHERE entity IN ('agent:ag_7', 'approval:ap_1') ORDER BY n");
  expect(found.ok && new Set([...found.value.rows].map((row) => row.join(' ')))).toEqual(
    new Set(['agent:ag_7 agent', 'approval:ap_1 approval', 'approval:ap_1 subject']),
  );
});

test('such an entity finds its events, is counted with them, and is known where no event names it', () => {
  const [confirmed] = reader.events({ entity: 'agent:ag_7', limit: 9 });
  expect(confirmed?.action).toBe('deployment.agent_confirmed');
  expect(reader.countEvents({ entity: 'approval:ap_1' })).toBe(1);
  const known = new Map(reader.entities().map((one) => [one.entity, one.events]));
  expect(
    ['agent:ag_7', 'approval:ap_1', 'approval:ap_3', 'config_bundle:cb_1'].map((one) =>
      known.get(one as `${string}:${string}`),
    ),
  ).toEqual([1, 1, 0, 1]);
  for (const [entity, events] of known)
    expect([entity, reader.countEvents({ entity }), reader.entity(entity)?.events]).toEqual([entity, events, events]);
});

test('a snapshot names its agent', () => {
  const [n] = [...names].find(([, one]) => one === 'snapshot') ?? [0];
  expect(reader.links(n).map(({ entity, role }) => [entity, role])).toEqual([['agent:ag_1', 'agent']]);
});

test('the view and the links of each record say the same, in both directions', () => {
  const found = reader.sql('SELECT n, entity, role, to_n, reason FROM link');
  const rows = found.ok ? [...found.value.rows] : [];
  expect(rows.length).toBeGreaterThan(40);
  const ofView = new Map<number, string[]>();
  const put = (n: unknown, text: string): void => {
    ofView.set(Number(n), [...(ofView.get(Number(n)) ?? []), text]);
  };
  for (const [n, entity, role, to, reason] of rows) {
    if (to === null) put(n, `${role} ${entity}`);
    else {
      put(n, `${reason} to ${to}`);
      put(to, `${reason} from ${n}`);
    }
  }
  const last = Math.max(...ofView.keys());
  for (let n = 1; n <= last + 1; n += 1) {
    const own = reader
      .links(n)
      .map((link) => (link.to_n === null ? `${link.role} ${link.entity}` : `${link.reason} ${link.way} ${link.to_n}`));
    expect([n, own.sort()]).toEqual([n, (ofView.get(n) ?? []).sort()]);
  }
});
