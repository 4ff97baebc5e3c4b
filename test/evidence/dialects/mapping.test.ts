// Protects the mapping of records: renamed forth and mapped back gives the same rows, and each rule of the contract's section
// on dialects holds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import { contractFields, type MappedKind, mappedKinds } from '../../../src/evidence/dialects/contract.ts';
import { compileGlob } from '../../../src/evidence/dialects/glob.ts';
import { parsePath, pathText } from '../../../src/evidence/dialects/path.ts';
import { compileWhen } from '../../../src/evidence/dialects/when.ts';
import { readDialects, tables, type UserDialect } from '../../../src/evidence/index.ts';
import type { JsonKind } from '../../../src/evidence/kind.ts';
import { registry } from '../../../src/evidence/kinds/registry.ts';
import { collect } from '../collect.ts';

async function dialects(...texts: readonly string[]): Promise<readonly UserDialect[]> {
  const files = texts.map((text, i) => ({
    name: `d${i}.yaml`,
    bytes: Buffer.from(`dialect: 1\nname: d${i}\n${text}`),
  }));
  const read = await readDialects(files);
  if (!read.ok) throw new Error(`${read.error.what}: ${read.error.why}`);
  return read.value;
}

const lines = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** The rows of a member, without where they lie. */
function rowsOf(text: string, users: readonly UserDialect[], path = 'x/export.ndjson') {
  const read = collect(path, text, 64, false, users);
  const rows = Object.fromEntries(
    Object.entries(read.rows).map(([table, own]) => [table, own.map(({ off: _, len: __, ...row }) => row)]),
  );
  return { kind: read.kind, readings: read.readings, hits: read.hits, rows };
}

const jsonKinds = (registry as readonly { kind: string }[]).filter((kind) => 'emit' in kind) as unknown as JsonKind[];

describe('the built-in tests', () => {
  it('are, as data and as code, the same', () => {
    const keys = [...new Set(jsonKinds.flatMap(({ content }) => content.flatMap(({ has = [] }) => has)))];
    const record = fc
      .record({
        keys: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 5 }),
        format: fc.constantFrom(undefined, 'inquest-archive', 'x'),
      })
      .map(({ keys: own, format }) => ({
        ...Object.fromEntries(own.map((key) => [key, 1])),
        ...(format === undefined ? {} : { format }),
      }));
    fc.assert(
      fc.property(record, (one) => {
        for (const { kind, content, accepts } of jsonKinds)
          expect(
            content.some((when) => compileWhen(when)(one, 'm')),
            kind,
          ).toBe(accepts(one, 'm'));
      }),
      { numRuns: 400 },
    );
    // Every test is reached: what each kind asks for is a record of it.
    for (const { kind, content, accepts } of jsonKinds)
      for (const { has = [], equals = {} } of content)
        expect(accepts({ ...Object.fromEntries(has.map((key) => [key, 1])), ...equals }, 'm'), kind).toBe(true);
  });

  it('know every field that a table reads', () => {
    const tableOf: Partial<Record<MappedKind, keyof typeof tables>> = {
      requests: 'request',
      audit: 'audit',
      jobs: 'job',
      health: 'probe',
      artifacts: 'artifact',
    };
    for (const kind of mappedKinds) {
      const table = tableOf[kind];
      if (table === undefined) continue;
      const known = contractFields(kind).map(({ path }) => path);
      for (const column of tables[table].columns) if ('path' in column) expect(known).toContain(column.path);
    }
  });
});

const scalars: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  time: fc.constantFrom('2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5+01:00', 1_769_860_800_000),
  int: fc.integer({ min: 0, max: 9_999 }),
  status: fc.constantFrom(200, 403, 429),
  json: fc.constantFrom<Json>({ a: { b: 1 } }, [1, { c: 2 }], 'x'),
  bool: fc.boolean(),
  texts: fc.constantFrom<Json>(['a', 'b'], []),
};
const text = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'B', '7', '_', 'é') });

const kindsWithRows = ['requests', 'audit', 'jobs', 'health', 'artifacts'] as const;
const needed: Readonly<Record<(typeof kindsWithRows)[number], readonly string[]>> = {
  requests: ['method', 'path', 'status'],
  audit: ['action', 'resource.kind', 'resource.id'],
  jobs: ['type', 'state', 'attempt'],
  health: ['endpoint', 'component'],
  artifacts: ['content_hash'],
};

function setDeep(record: Record<string, Json>, path: readonly string[], value: Json): void {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    record[key] = value;
    return;
  }
  const inner = isObject(record[key]) ? (record[key] as Record<string, Json>) : {};
  record[key] = inner;
  setDeep(inner, rest, value);
}

/** A record of the contract, as its flat fields, and an injective way to spell them otherwise. */
const renamed = fc.constantFrom(...kindsWithRows).chain((kind) => {
  const flat = contractFields(kind).filter(({ path }) => !path.includes('[]'));
  const values = fc.record(Object.fromEntries(flat.map(({ path, type }) => [path, scalars[type] ?? text])), {
    requiredKeys: [...needed[kind]],
  });
  const names = fc.uniqueArray(
    fc.string({ minLength: 2, maxLength: 5, unit: fc.constantFrom('p', 'q', 'X', '-', '.', '[', '\\', '$') }),
    { minLength: flat.length, maxLength: flat.length },
  );
  const style = fc.array(fc.constantFrom('flat', 'nested', 'deep', 'kept'), {
    minLength: flat.length,
    maxLength: flat.length,
  });
  return fc.record({ kind: fc.constant(kind), values, names, style }).map((made) => ({ ...made, flat }));
});

const quoted = (one: string): string => JSON.stringify(one);

describe('a mapping', () => {
  it('undoes the renaming: the rows are those of the record in the contract’s spelling', async () => {
    await fc.assert(
      fc.asyncProperty(renamed, async ({ kind, values, names, style, flat }) => {
        const plain: Record<string, Json> = {};
        const foreign: Record<string, Json> = {};
        const fields: string[] = [];
        const has: string[] = [];
        flat.forEach(({ path }, index) => {
          const value = values[path];
          if (value === undefined) return;
          setDeep(plain, path.split('.'), value);
          const name = names[index] as string;
          const place =
            style[index] === 'nested' ? ['data', name] : style[index] === 'deep' ? ['data', 'in', name] : [name];
          if (style[index] === 'kept' && !path.includes('.')) {
            setDeep(foreign, [path], value);
            return;
          }
          setDeep(foreign, place, value);
          const source = pathText(place.map((key) => ({ to: 'key', key })));
          fields.push(`      ${quoted(path)}: ${quoted(source)}`);
          if (needed[kind].includes(path)) has.push(quoted(source));
        });
        const [user] = await dialects(
          `records:\n  ${kind}:\n    when: {path: "*.ndjson"}\n    fields:\n${fields.join('\n') || '      {}'}\n`,
        );
        const mapped = rowsOf(lines(foreign), user === undefined ? [] : [user]);
        expect(mapped.kind).toBe(kind);
        expect(mapped.rows).toEqual(rowsOf(lines(plain), []).rows);
      }),
      { numRuns: 150 },
    );
  });

  const request = { ts: '2026-01-31T12:00:00Z', method: 'GET', path: '/v1/x', status: 200 };
  const first = (rows: Record<string, Record<string, unknown>[]>, table: string) => rows[table]?.[0] ?? {};

  it.each<[string, string, JsonObject, Record<string, unknown>]>([
    [
      'a path with dots is a member, or a key spelt so',
      'fields: {status: http.code, request_id: a.b}',
      { ...request, 'a.b': 'r', http: { code: 403 } },
      { status: 403, request_id: 'r', extra: null },
    ],
    [
      'of an object there, the spelt key is not looked at',
      'fields: {request_id: a.b}',
      { ...request, a: {}, 'a.b': 'r' },
      { request_id: null, extra: '{"a":{},"a.b":"r"}' },
    ],
    [
      '\\. is a dot inside a key, [0] an item',
      'fields: {"request_id": "a\\\\.b.c", host: "hosts[1].name"}',
      { ...request, 'a.b': { c: 'r' }, hosts: [{}, { name: 'h' }] },
      { request_id: 'r', host: 'h' },
    ],
    [
      'an object is mapped whole',
      'fields: {caller: by}',
      { ...request, by: { kind: 'agent', id: 'a' } },
      { caller_kind: 'agent', caller_id: 'a', extra: null },
    ],
    [
      'the longer path wins',
      'fields: {caller.id: by.uid, caller: by}',
      { ...request, by: { kind: 'agent', id: 'no', uid: 'a' } },
      { caller_kind: 'agent', caller_id: 'a', extra: null },
    ],
    [
      'what is not mapped keeps its name',
      'fields: {request_id: rid}',
      { ...request, rid: 'r', host: 'h', odd: 1 },
      { request_id: 'r', host: 'h', extra: '{"odd":1}' },
    ],
    [
      'a mapped key is not read under its own name',
      'fields: {component: host}',
      { ...request, host: 'h' },
      { component: 'h', host: null },
    ],
    [
      'keys change places',
      'fields: {host: component, component: host}',
      { ...request, host: 'h', component: 'c' },
      { host: 'c', component: 'h' },
    ],
    [
      'of two sources the mapped one wins',
      'fields: {host: node}',
      { ...request, host: 'no', node: 'h' },
      { host: 'h' },
    ],
    [
      'of two objects both tell, and the mapped one wins',
      'fields: {caller: by}',
      { ...request, caller: { kind: 'agent', id: 'no' }, by: { id: 'a' } },
      { caller_kind: 'agent', caller_id: 'a' },
    ],
    ['absent sources are skipped', 'fields: {host: node}', { ...request, host: 'h' }, { host: 'h' }],
    [
      'one source may be read twice',
      'fields: {caller: by, agent_id: by.id}',
      { ...request, by: { kind: 'agent', id: 'a' } },
      { caller_kind: 'agent', agent_id: 'a' },
    ],
    [
      'values are compared as texts, and those not listed pass',
      'values: {status: {"1": 403}, caller.kind: {robot: api_key}}',
      { ...request, status: 1, caller: { kind: 'robot' } },
      { status: 403, caller_kind: 'api_key' },
    ],
    [
      'a value that is not listed passes',
      'values: {caller.kind: {robot: api_key}}',
      { ...request, caller: { kind: 'cat' } },
      { caller_kind: 'cat' },
    ],
    [
      'times are read by the contract’s rules',
      'fields: {ts: at}',
      { method: 'GET', path: '/', status: 200, at: 1_769_860_800 },
      { ts: 1_769_860_800_000_000 },
    ],
    [
      'a text on the way is its message',
      'fields: {error.code: code}',
      { ...request, error: 'no', code: 'unauthorized' },
      { error_code: 'unauthorized', error_message: 'no' },
    ],
  ])('%s', async (_what, mapping, record, expected) => {
    const users = await dialects(`records:\n  requests: {${mapping}, when: {path: "*.ndjson"}}\n`);
    expect(first(rowsOf(lines(record), users).rows, 'request')).toMatchObject(expected);
  });

  it('goes into every item of a list', async () => {
    const users = await dialects(
      'records:\n  jobs:\n    when: {has: [kind, tries]}\n    fields:\n      type: kind\n      state: phase\n      attempts: tries\n      attempts[].n: tries[].no\n      attempts[].calls[].op: tries[].calls[].what\n',
    );
    const { rows } = rowsOf(
      lines({
        id: 'j',
        kind: 'replay',
        phase: 'failed',
        tries: [{ no: 1, outcome: 'ok', calls: [{ what: 'a.b' }, { what: 'c' }] }, { no: 2 }],
      }),
      users,
    );
    expect(rows.attempt).toMatchObject([{ attempt: 1, outcome: 'ok' }, { attempt: 2 }]);
    expect(rows.call).toMatchObject([
      { op: 'a.b', attempt: 1 },
      { op: 'c', ordinal: 1 },
    ]);
  });
});

describe('the kind of a record', () => {
  const requests = 'records:\n  requests:\n    when: {has: [verb, code]}\n    fields: {method: verb, status: code}\n';

  it('is decided by the first record; another kind of the same dialect is read as such, and no other dialect', async () => {
    const users = await dialects(
      `${requests}  audit:\n    when: {has: [what]}\n    fields: {action: what}\n`,
      'records:\n  health:\n    when: {has: [check]}\n    fields: {endpoint: check}\n',
    );
    const { kind, readings, rows } = rowsOf(
      lines(
        { verb: 'GET', code: 1, path: '/a' },
        { what: 'x.y', resource: {} },
        { check: '/readyz', component: 'api' },
        { method: 'GET', path: '/b', status: 2 },
      ),
      users,
    );
    expect(kind).toBe('requests');
    expect(rows.request).toMatchObject([
      { method: 'GET' },
      { extra: expect.stringContaining('check') },
      { path: '/b' },
    ]);
    expect(rows.audit).toMatchObject([{ action: 'x.y' }]);
    expect(rows.probe).toBeUndefined();
    expect(readings).toEqual([
      { kind: 'requests', dialect: 'd0', by: 'content', test: 'has verb, code', records: 3 },
      { kind: 'audit', dialect: 'd0', by: 'content', test: 'has what', records: 1 },
    ]);
  });

  it('is asked of the dialects in order, the built-in one last', async () => {
    const both = await dialects(requests, 'records:\n  audit:\n    when: {has: [verb, code]}\n');
    expect(rowsOf(lines({ verb: 'GET', code: 1 }), both).kind).toBe('requests');
    expect(rowsOf(lines({ verb: 'GET', code: 1 }), [...both].reverse()).kind).toBe('audit');
    expect(rowsOf(lines({ action: 'a', resource: {} }), both).readings).toMatchObject([{ dialect: 'byteor' }]);
  });

  it('without when is decided by the built-in test, on the record as mapped', async () => {
    const users = await dialects('records:\n  requests: {fields: {method: verb, path: url, status: code}}\n');
    const read = rowsOf(lines({ verb: 'GET', url: '/', code: 200 }, { verb: 'GET' }), users);
    expect(read.kind).toBe('requests');
    expect(read.rows.request).toMatchObject([{ status: 200 }, { method: 'GET', path: null }]);
  });

  it('all of when has to hold', async () => {
    const users = await dialects('records:\n  audit: {when: {has: [a], equals: {v: 2}, path: "logs/**/x*.ndjson"}}\n');
    const kindOf = (record: JsonObject, path: string) => rowsOf(lines(record), users, path).kind;
    expect(kindOf({ a: null, v: '2' }, 'logs/b/c/x1.ndjson')).toBe('audit');
    expect(kindOf({ a: 1, v: 3 }, 'logs/x1.ndjson')).not.toBe('audit');
    expect(kindOf({ v: 2 }, 'logs/x1.ndjson')).not.toBe('audit');
    expect(kindOf({ a: 1, v: 2 }, 'logs/y.ndjson')).not.toBe('audit');
  });
});

describe('tables', () => {
  it('map codes wherever they stand, and messages where none is given', async () => {
    const users = await dialects(
      'codes: {E1: unauthorized, E2: unknown}\nmessages: [{like: "scope .* missing", code: forbidden_scope}, {like: late, code: upstream_timeout}]\n',
    );
    const { rows, hits } = rowsOf(
      lines(
        { method: 'GET', path: '/', status: 401, error: { code: 'E1', message: 'scope x missing' } },
        { method: 'GET', path: '/', status: 403, error: { code: 'E2', message: 'scope x missing' } },
        { method: 'GET', path: '/', status: 403, error: { message: 'scope x missing' } },
        { method: 'GET', path: '/', status: 403, error: { code: 'E9', message: 'scope x missing' } },
        { method: 'GET', path: '/', status: 403, error: { message: 'nothing' } },
        { action: 'a.b', resource: {}, reason: { code: 'E1' } },
        {
          type: 't',
          state: 'failed',
          attempt: 1,
          error: 'late',
          attempts: [{ n: 1, error: { code: 'E1' }, calls: [{ op: 'x', error: 'too late' }] }],
        },
      ),
      users,
    );
    expect(rows.request?.map((row) => row.error_code)).toEqual([
      'unauthorized',
      'forbidden_scope',
      'forbidden_scope',
      'E9',
      null,
    ]);
    expect(rows.audit).toMatchObject([{ reason_code: 'unauthorized' }]);
    expect(rows.job).toMatchObject([{ error_code: 'upstream_timeout', error_message: 'late' }]);
    expect(rows.attempt).toMatchObject([{ error_code: 'unauthorized' }]);
    expect(rows.call).toMatchObject([{ error_code: 'upstream_timeout', error_message: 'too late' }]);
    expect(hits).toEqual([8]);
  });

  it('are asked in the order of the dialects, and an answer is not mapped again', async () => {
    const users = await dialects(
      'codes: {E1: unauthorized}\nactions: {a: b.c, b.c: no}\n',
      'codes: {E1: unknown, unauthorized: unknown}\n',
    );
    const { rows, hits } = rowsOf(lines({ action: 'a', resource: {}, reason: { code: 'E1' } }), users);
    expect(rows.audit).toMatchObject([{ action: 'b.c', reason_code: 'unauthorized' }]);
    expect(hits).toEqual([2, 0]);
  });

  it('map routes of requests, and those that the state lists', async () => {
    const users = await dialects(
      'routes:\n- {method: post, path: "/beat/{agent_id}", route: "/api/v1/agents/{agent_id}/heartbeat", group: agent}\n- {path: /in, route: /v1/artifacts, group: artifact}\n',
    );
    const { rows } = rowsOf(
      lines(
        { method: 'POST', path: '/beat/ag_1?x=1', status: 200 },
        { method: 'GET', path: '/beat/ag_1', status: 200, route: '/own' },
        { method: 'PUT', path: '/in/', status: 200, route: 'x' },
      ),
      users,
    );
    expect(rows.request).toMatchObject([
      { route: '/api/v1/agents/{agent_id}/heartbeat', grp: 'agent', path: '/beat/ag_1?x=1' },
      { route: '/own', grp: 'operator' },
      { route: '/v1/artifacts', grp: 'artifact' },
    ]);
    const state = collect(
      'state.json',
      JSON.stringify({ agents: [], routes: [{ method: 'POST', route: '/beat/{agent_id}', group: 'g' }] }),
      64,
      false,
      users,
    );
    expect(state.rows.state).toMatchObject([
      { body: '{"method":"POST","route":"/api/v1/agents/{agent_id}/heartbeat","group":"agent"}' },
    ]);
  });

  it('give metrics their role and labels', async () => {
    const users = await dialects(
      'metrics:\n- {role: rate_limited, name: acme_slow, labels: {class: group}}\n- {role: requests, like: "^acme_hits"}\n',
    );
    const text = 'acme_slow{z="1",class="agent"} 3\nacme_hits_all 5\nacme_slow_x 1\nbyteor_cloud_forbidden_total 2\n';
    const { rows, hits } = rowsOf(text, users, 'metrics/api/1.prom');
    expect(rows.sample).toMatchObject([
      { role: 'rate_limited', labels: '{"group":"agent","z":"1"}' },
      { role: 'requests' },
      { role: null },
      { role: 'forbidden' },
    ]);
    expect(hits).toEqual([2]);
  });
});

describe('a mapped state', () => {
  it('keeps a reference to each item, wherever its section lay', async () => {
    const users = await dialects(
      'records:\n  state:\n    when: {has: [payload.limits]}\n    fields:\n      captured_at: payload.taken\n      rate_limits: payload.limits\n      rate_limits[].limit: payload.limits[].max\n      agents: payload.agents\n      heartbeat: payload.beat\n',
    );
    const text =
      '{"payload": {"taken": 1769860800, "limits":[ {"group":"agent","max":5}, {"group":"auth"}],"agents":[{"id":"ag_1"}], "beat":{"ttl_ms":4}}}';
    const read = collect('dump.json', text, 16, false, users);
    const at = (row: Record<string, unknown>) =>
      text.slice(row.off as number, (row.off as number) + (row.len as number));
    expect(read.rows.state?.map((row) => [row.section, row.key, row.body, at(row)])).toEqual([
      ['rate_limits', 'agent', '{"group":"agent","limit":5}', '{"group":"agent","max":5}'],
      ['rate_limits', 'auth', '{"group":"auth"}', '{"group":"auth"}'],
      ['agents', 'ag_1', '{"id":"ag_1"}', '{"id":"ag_1"}'],
      ['heartbeat', '', '{"ttl_ms":4}', '{"ttl_ms":4}'],
    ]);
    expect(read.rows.document).toMatchObject([{ ts: 1_769_860_800_000_000, body: '{"captured_at":1769860800}' }]);
  });
});

describe('paths and globs', () => {
  it('are written as they are read', () => {
    const step = fc.oneof(
      fc.string({ minLength: 1, maxLength: 4 }).map((key) => ({ to: 'key' as const, key })),
      fc.nat(999_999).map((index) => ({ to: 'index' as const, index })),
      fc.constant({ to: 'every' as const }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(step, { maxLength: 6 }), (key, rest) => {
        const path = [{ to: 'key' as const, key }, ...rest];
        expect(parsePath(pathText(path))).toEqual({ ok: true, value: path });
      }),
    );
  });

  it.each([
    ['*.ndjson', 'a/b/x.ndjson', true],
    ['a/*.ndjson', 'a/b/x.ndjson', false],
    ['a/**/x.ndjson', 'a/x.ndjson', true],
    ['a/**/x.ndjson', 'a/b/c/x.ndjson', true],
    ['a/**/x.ndjson', 'a/bx.ndjson', false],
    ['**/x?.json', 'x1.json', true],
    ['**/x?.json', 'a/x/.json', false],
    ['a/**', 'a/b/c', true],
    ['**', 'a/b', true],
    ['a*b*c', 'aXbYc', true],
    [`${'*a'.repeat(40)}b`, 'a'.repeat(200), false],
  ])('%s on %s is %s', (glob, path, holds) => {
    expect(compileGlob(glob)(path)).toBe(holds);
  });
});
