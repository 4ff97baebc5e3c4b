// Protects that a filter means the same to the case, which answers by its columns, as to whoever reads each record whole.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject, type Json, type JsonObject, parseJson } from '../../../src/base/json.ts';
import { parseRef } from '../../../src/base/ref.ts';
import { eventKinds } from '../../../src/base/vocabulary.ts';
import type { CaseReader, EventRow } from '../../../src/case/index.ts';
import {
  type FilterRecord,
  filterTest,
  parseFilter,
  printFilter,
  selectorOf,
} from '../../../src/timeline/filter/index.ts';
import { folderOf, opened } from '../../case/archives.ts';
import { often } from '../../often.ts';
import { filterArbitrary, moments } from './filters.ts';

const ids = ['ag_1', 'ag_2', 'cr_1', 'é_1', 'a"b', '7', 'with space'];
const codes = ['forbidden_scope', 'rate_limited', 'Rate Limited', 'é'];
const messages = [
  'no route to host',
  'Scope agent:artifact_upload missing',
  'TIMEOUT after 30 s',
  'über-lange Zeile',
  'a\\b "c"',
  '',
];
const seconds = ['11:40:00', '11:41:00', '12:03:04', '12:03:04.5', '12:41:00'];
const routes = [
  '/v1/agents/{agent_id}/heartbeat',
  '/v1/agents/{agent_id}/artifacts',
  '/auth/login',
  '/v1/heartbeat/{x}',
];

const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const id = fc.constantFrom(...ids);
const ts = optional(fc.constantFrom(...seconds).map((clock) => `2026-01-31T${clock}Z`));
const error = optional(
  fc.record({ code: optional(fc.constantFrom(...codes)), message: optional(fc.constantFrom(...messages)) }),
);
const details = optional(
  fc.oneof(
    fc.record({
      agent_id: id,
      kids: fc.array(id, { maxLength: 2 }),
      deep: fc.record({ 'x.y': fc.constantFrom(1, true, null, 'é') }),
    }),
    fc.constant('text'),
  ),
);
const count = optional(fc.constantFrom<Json>(1, 7, '7', 2.5));
const scope = {
  org_id: optional(fc.constantFrom('o_1', 'o_2')),
  environment_id: optional(fc.constantFrom('e_1', 'e_2')),
};

const request = fc.record({
  ts,
  request_id: id,
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom('/auth/login', '/v1/agents/ag_1/heartbeat', '/x/é'),
  route: optional(fc.constantFrom(...routes)),
  status: fc.constantFrom(200, 302, 403, 429, 503),
  latency_ms: optional(fc.constantFrom(0, 5, 30, 1000)),
  bytes_in: optional(fc.constantFrom(0, 5)),
  caller: optional(fc.record({ kind: fc.constantFrom('agent', 'operator'), id: optional(id), x: optional(id) })),
  credential_id: optional(id),
  ip: optional(fc.constantFrom('10.0.0.1', '10.0.0.2')),
  agent_id: optional(id),
  error,
  host: optional(fc.constantFrom('h1', 'h2')),
  component: optional(fc.constantFrom('api')),
  rate_limit: optional(fc.record({ limit: fc.constantFrom(5, 30), group: fc.constantFrom('agent') })),
  count,
  ...scope,
});
const audit = fc.record({
  ts,
  id,
  actor: optional(fc.record({ kind: fc.constantFrom('operator'), id })),
  action: fc.constantFrom('credential.rotated', 'agent.offline', 'job.failed'),
  resource: fc.record({ kind: fc.constantFrom('agent', 'credential', 'approval', 'job'), id }),
  outcome: optional(fc.constantFrom('success', 'failure', 'denied')),
  reason: error,
  request_id: optional(id),
  job_id: optional(id),
  before: optional(fc.constantFrom<Json>(null, { agent_id: 'ag_1' })),
  details,
  count,
  ...scope,
});
const attempt = fc.record({
  n: fc.constantFrom(1, 2),
  started_at: ts,
  worker: optional(fc.constantFrom('w1', 'h1')),
  outcome: fc.constantFrom('ok', 'error'),
  error,
  calls: optional(fc.array(fc.record({ op: fc.constantFrom('storage.put', 'db'), error }), { maxLength: 2 })),
});
const job = fc.record({
  id,
  type: fc.constantFrom('replay', 'spec_ingest'),
  state: fc.constantFrom('completed', 'dead_letter', 'queued'),
  created_at: ts,
  attempt: fc.constantFrom(1, 2),
  deployment_id: optional(id),
  artifact_id: optional(id),
  request_id: optional(id),
  payload: optional(fc.record({ agent_id: id, n: fc.constantFrom(1, 5) })),
  error: optional(fc.record({ code: optional(fc.constantFrom(...codes)), message: fc.constantFrom(...messages) })),
  attempts: optional(fc.array(attempt, { maxLength: 2 })),
  details,
  ...scope,
});
const probe = fc.record({
  ts,
  component: fc.constantFrom('api', 'worker', 'agent:ag_1'),
  endpoint: fc.constantFrom('/healthz', '/readyz'),
  status: fc.constantFrom(200, 503),
  latency_ms: optional(fc.constantFrom(5, 30)),
  error: optional(fc.constantFrom(...messages)),
  host: optional(fc.constantFrom('h1')),
  body: optional(fc.record({ kid: id })),
});
const log = fc.record({
  ts: fc.constantFrom(...seconds).map((clock) => `2026-01-31T${clock}Z`),
  level: fc.constantFrom('error', 'info'),
  message: fc.constantFrom(...messages),
  component: optional(fc.constantFrom('worker')),
  request_id: optional(id),
  ctx: optional(fc.record({ kid: id })),
});

const lines = (one: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ weight: 12, arbitrary: one.map((value) => JSON.stringify(value)) }, fc.constant('broken')), {
      minLength: 4,
      maxLength: 14,
    })
    .map((all) => `${all.join('\n')}\n`);
const archive = fc.record({
  'requests.ndjson': lines(request),
  'audit.ndjson': lines(audit),
  'jobs.ndjson': lines(job),
  'health.ndjson': lines(probe),
  'logs/x.ndjson': lines(log),
  'metrics/api/1769861000000.prom': fc.constantFrom('c_total{a="ag_1"} 5\nc_total{a="2"} 1\n'),
  'agents/ag_1/snapshots/1769861000000.json': fc.constantFrom('{"model":"SingleRing","cursor":7,"gating":[1]}'),
});

const bare = [
  'timeout',
  'rate',
  'agent',
  'artifact_upload',
  'no route',
  'route to',
  'SCOPE',
  'über',
  'm',
  'c',
  '30 s',
  'x',
];
const filters = filterArbitrary({
  words: {
    kind: eventKinds,
    action: ['credential.rotated', 'GET /auth/login', 'replay', 'attempt 1', 'error', 'POST', '/readyz', 'SingleRing'],
    outcome: ['ok', 'refused', 'failure', 'none'],
    code: [...codes, '503'],
    severity: ['high'],
    tag: ['x'],
    state: ['completed', 'dead'],
    entity: [
      'agent:ag_1',
      'credential:cr_1',
      'job:7',
      'org:o_1',
      'component:agent:ag_1',
      'agent',
      'dependency:storage',
      'job:é_1',
    ],
    agent: ids,
    deployment: ids,
    job: ids,
    credential: ids,
    caller: ids,
    actor: ids,
    org: ['o_1', 'o_2'],
    project: ids,
    environment: ['e_1'],
    approval: ids,
    route: ['heartbeat', 'agents', 'agent', 'auth', '/auth/login', 'agent_id', '{agent_id}'],
    path: ['/auth/login', '/x/é'],
    host: ['h1', 'w1'],
    component: ['api', 'worker', 'agent:ag_1'],
    ip: ['10.0.0.1', '10.0'],
    member: ['audit.ndjson', 'logs/x.ndjson'],
    method: ['GET', 'POST'],
    request: ids,
    'details.agent_id': ids,
    'details.kids': ids,
    'details.deep.x.y': ['1', 'true', 'null', 'é'],
    'caller.id': ids,
    'caller.x': ids,
    'error.code': codes,
    'before.agent_id': ids,
    'payload.n': ['1', '5'],
    'rate_limit.limit': ['5', '30'],
    'labels.a': ['2', 'ag_1'],
    'ctx.kid': ids,
    'body.kid': ids,
  },
  texts: bare,
  integers: { status: [200, 403, 503], latency_ms: [0, 5, 30], attempt: [1, 2], bytes_in: [0, 5], count: [1, 7] },
  times: ['12:03', '12:03:04', '12:03:04.5', '2026-01-31', '+60s', '-10m', '11:40'],
});

/** The record of a row, read out of the archive's own lines. */
function plainRecords(
  reader: CaseReader,
  files: Readonly<Record<string, string>>,
  rows: readonly EventRow[],
): FilterRecord[] {
  const nth = new Map<string, number>();
  return [...rows]
    .sort((a, b) => a.n - b.n)
    .map((row) => {
      const key = `${row.kind} ${row.ref}`;
      const index = nth.get(key) ?? 0;
      nth.set(key, index + 1);
      return plainRecord(reader, files, row, index);
    });
}

const textIn = (value: Json | undefined, ...path: readonly string[]): string | null => {
  let here = value;
  for (const step of path) here = isObject(here) ? here[step] : undefined;
  return typeof here === 'string' ? here : null;
};

const isAbout = [
  'agent',
  'deployment',
  'job',
  'credential',
  'approval',
  'org',
  'project',
  'environment',
  'caller',
  'actor',
];

function plainRecord(
  reader: CaseReader,
  files: Readonly<Record<string, string>>,
  row: EventRow,
  index: number,
): FilterRecord {
  const ref = parseRef(row.ref) ?? { member: '', offset: 0, length: 0 };
  const source = Buffer.from(files[ref.member] ?? '')
    .subarray(ref.offset, ref.offset + ref.length)
    .toString();
  const whole = row.kind === 'gap' || row.kind === 'sample' ? {} : (parseJson(source) as JsonObject);
  const attempts = (whole.attempts ?? []) as readonly JsonObject[];
  const calls = attempts.flatMap((one) => ((one.calls ?? []) as readonly JsonObject[]).map((call) => ({ one, call })));
  const part =
    row.kind === 'attempt'
      ? (attempts[index] as JsonObject)
      : row.kind === 'call'
        ? (calls[index]?.call as JsonObject)
        : whole;
  const jobId =
    row.kind === 'job'
      ? null
      : row.kind === 'audit'
        ? textIn(whole, 'job_id')
        : row.kind === 'attempt' || row.kind === 'call'
          ? textIn(whole, 'id')
          : null;
  const words: { [name: string]: string[] } = {};
  const put = (field: string, ...values: readonly (string | null)[]): void => {
    const found = values.filter((value) => value !== null);
    if (found.length > 0) words[field] = [...(words[field] ?? []), ...found];
  };
  put('kind', row.kind);
  put('action', row.action);
  put('outcome', row.outcome);
  put('code', row.code);
  put('component', row.component);
  put('host', row.host);
  put('member', ref.member);
  const entity = (role: string, kind: string, value: string | null): void => {
    if (value === null) return;
    put('entity', `${kind}:${value}`);
    put(role === 'subject' && isAbout.includes(kind) ? kind : role, value);
  };
  const inScope = row.kind === 'request' || row.kind === 'audit' || row.kind === 'job';
  if (inScope) {
    entity('org', 'org', textIn(whole, 'org_id'));
    entity('environment', 'environment', textIn(whole, 'environment_id'));
    put('request', textIn(whole, 'request_id'));
  }
  if (row.kind === 'log') put('request', textIn(whole, 'request_id'));
  entity('job', 'job', jobId);
  if (row.kind === 'request') {
    entity('caller', 'caller', textIn(whole, 'caller', 'id'));
    entity('credential', 'credential', textIn(whole, 'credential_id'));
    entity('agent', 'agent', textIn(whole, 'agent_id'));
    put('path', textIn(whole, 'path'));
    put('ip', textIn(whole, 'ip'));
    put('method', textIn(whole, 'method'));
    const [view] = [...(reader.rows('request') as Iterable<{ n: number; grp: string | null }>)].filter(
      ({ n }) => n === row.n,
    );
    const route = textIn(whole, 'route');
    put(
      'route',
      route,
      ...(route ?? '').split('/').filter((one) => one !== '' && !one.includes('{')),
      view?.grp ?? null,
    );
  }
  if (row.kind === 'audit') {
    entity('actor', 'actor', textIn(whole, 'actor', 'id'));
    entity('subject', textIn(whole, 'resource', 'kind') ?? '', textIn(whole, 'resource', 'id'));
  }
  if (row.kind === 'job') {
    entity('subject', 'job', textIn(whole, 'id'));
    entity('deployment', 'deployment', textIn(whole, 'deployment_id'));
    entity('artifact', 'artifact', textIn(whole, 'artifact_id'));
    put('state', textIn(whole, 'state'));
  }
  if (row.kind === 'call') entity('subject', 'dependency', textIn(part, 'op')?.split('.')[0] ?? null);
  if (row.kind === 'probe') entity('subject', 'component', textIn(whole, 'component'));
  if (row.kind === 'snapshot') entity('agent', 'agent', 'ag_1');
  // Ids that stand where no column holds them.
  const holders = {
    audit: [whole.details, whole.after, whole.before],
    job: [whole.payload],
    log: [whole],
  } as const;
  const held: readonly (Json | undefined)[] = row.kind in holders ? holders[row.kind as keyof typeof holders] : [];
  for (const holder of held) {
    for (const kind of ['agent', 'deployment', 'job', 'credential', 'approval', 'artifact', 'org', 'environment'])
      entity(kind, kind, textIn(holder, `${kind}_id`));
  }
  const component = row.kind === 'probe' ? (textIn(whole, 'component') ?? '') : '';
  if (component.startsWith('agent:')) entity('agent', 'agent', component.slice('agent:'.length));
  const integers: { [name: string]: number } = {};
  for (const name of ['status', 'latency_ms', 'bytes_in'])
    if ((row.kind === 'request' || row.kind === 'probe') && typeof whole[name] === 'number')
      integers[name] = whole[name] as number;
  if (row.kind === 'job') integers.attempt = whole.attempt as number;
  if (row.kind === 'attempt') integers.attempt = part.n as number;
  if (row.kind === 'call') integers.attempt = (calls[index]?.one.n ?? 0) as number;
  if (Number.isSafeInteger(whole.count) && inScope) integers.count = whole.count as number;
  const flags = new Set<'gap' | 'undated'>();
  if (row.kind === 'gap') flags.add('gap');
  if (row.ts === null) flags.add('undated');
  const said = {
    request: textIn(whole, 'error', 'message'),
    audit: textIn(whole, 'reason', 'message'),
    job: textIn(whole, 'error', 'message'),
    attempt: textIn(part, 'error', 'message'),
    call: textIn(part, 'error', 'message'),
    probe: textIn(whole, 'error'),
    log: textIn(whole, 'message'),
  } as const;
  const message = row.kind in said ? said[row.kind as keyof typeof said] : null;
  return {
    ts: row.ts,
    words,
    integers,
    flags,
    messages: message === null ? [] : [message],
    record: row.kind === 'sample' ? { labels: { a: source.includes('ag_1') ? 'ag_1' : '2' } } : part,
    written: () => null,
  };
}

test('what the case gives is what passes the filter, record by record', async () => {
  const archives = fc.sample(archive, { numRuns: often(2, 4), seed: 20_260_131 });
  for (const [index, files] of archives.entries()) {
    const reader = await opened(folderOf(files));
    const rows = reader.events({ limit: 100_000 });
    const byNumber = [...rows].sort((a, b) => a.n - b.n).map(({ n }) => n);
    const records = new Map(plainRecords(reader, files, rows).map((record, at) => [byNumber[at] ?? 0, record]));
    let matches = 0;
    fc.assert(
      fc.property(filters, (filter) => {
        const expected = rows.filter(({ n }) => filterTest(filter)(records.get(n) as FilterRecord));
        const selector = selectorOf(reader, filter, eventKinds);
        const found = selector.passing(reader.events({ limit: 100_000, where: selector.where }));
        const shown = (list: readonly EventRow[]): readonly string[] =>
          list.map(({ kind, n, ref }) => `${kind} ${n} ${ref}`);
        expect(shown(found), printFilter(filter)).toEqual(shown(expected));
        if (!selector.looks) expect(reader.countEvents({ where: selector.where })).toBe(expected.length);
        if (expected.length > 0 && expected.length < rows.length) matches += 1;
      }),
      { numRuns: 150, seed: 7 + index },
    );
    // Filters that let through all or nothing would prove little.
    expect(matches).toBeGreaterThan(40);
    reader.close();
  }
}, 240_000);

test('a missing field fails every comparison but the negative ones', async () => {
  const reader = await opened(
    folderOf({
      'requests.ndjson':
        '{"ts":"2026-01-31T12:00:00Z","request_id":"a","method":"GET","path":"/x","status":200,"agent_id":"ag_1","latency_ms":5}\n{"request_id":"b","method":"GET","path":"/x","status":200}\n',
    }),
  );
  const passing = (text: string): readonly string[] => {
    const filter = parseFilter(text, moments);
    if (!filter.ok) throw new Error(filter.error.why);
    const selector = selectorOf(reader, filter.value, eventKinds);
    const rows = selector.passing(reader.events({ limit: 10, where: selector.where }));
    return rows.map(({ ts }) => (ts === null ? 'b' : 'a'));
  };
  expect(passing('agent:!=ag_2')).toEqual(['a', 'b']);
  expect(passing('-agent:ag_1')).toEqual(['b']);
  expect(passing('agent:~g')).toEqual(['a']);
  expect(passing('latency_ms:!=7')).toEqual(['a', 'b']);
  expect(passing('latency_ms:<=5')).toEqual(['a']);
  expect(passing('NOT latency_ms:>5')).toEqual(['a', 'b']);
  expect(passing('at:!=11:00')).toEqual(['a', 'b']);
  expect(passing('before:2027-01-01')).toEqual(['a']);
  expect(passing('-before:2027-01-01')).toEqual(['b']);
  expect(passing('details.x:!=1')).toEqual(['a', 'b']);
  expect(passing('has:agent')).toEqual(['a']);
  expect(passing('has:!=agent')).toEqual(['b']);
  reader.close();
});
