// Protects suggestions for routes of others: what ends as a known route does is that one, behind whatever prefix; all else is a hole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectText, propose, readDialects, survey } from '../../../src/evidence/index.ts';
import { collect } from '../collect.ts';

const at = '2026-01-31T12:00:00Z';
const lines = (records: readonly unknown[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

async function suggestedFor(files: Readonly<Record<string, string>>) {
  const groups = survey(
    Object.entries(files).map(([path, text]) => {
      const { kind, readings } = collect(path, text);
      return { path, kind, by: readings[0]?.by ?? null, bytes: () => ({ bytes: Buffer.from(text), whole: true }) };
    }),
  );
  const text = dialectText(propose(groups), 'suggested');
  const dialects = await readDialects([{ name: 'x', bytes: Buffer.from(text) }]);
  if (!dialects.ok) throw new Error(`${dialects.error.why}\n${text}`);
  return { text, dialects: dialects.value };
}

/** Method, path or template as others write it, and route and group as read with what was suggested. */
async function routesOf(requests: readonly (readonly [method: string, path: string])[]): Promise<readonly string[]> {
  const text = lines(requests.map(([method, path]) => ({ ts: at, method, path, status: 200 })));
  const { dialects } = await suggestedFor({ 'requests.ndjson': text });
  const { rows } = collect('requests.ndjson', text, 65_536, false, dialects);
  return (rows.request ?? []).map(({ route, grp }) => `${route} ${grp}`);
}

describe('a route', () => {
  it('of another prefix is the known one that it ends as', async () => {
    const heartbeat = '/api/v1/agents/{agent_id}/heartbeat agent';
    expect(
      await routesOf([
        ['POST', '/edge/v2/agents/ag_1/heartbeat'],
        ['POST', '/agents/ag_prod/heartbeat?x=1'],
        ['GET', '/edge/v2/agents/ag_1/signing_keys'],
        ['POST', '/edge/v2/agents/ag_1/artifacts/'],
        ['GET', '/sso/auth/login'],
        ['POST', '/edge/v2/orgs/o1/projects/p1/environments/e1/agents'],
        ['GET', '/edge/v2/orgs/o1/projects/p1'],
        ['POST', '/v1/agents/ag_1/heartbeat'],
        ['GET', '/edge/v2/agents/ag_1/heartbeat'],
      ]),
    ).toEqual([
      heartbeat,
      heartbeat,
      '/api/v1/agents/{agent_id}/signing-keys agent',
      '/api/v1/agents/{agent_id}/artifacts artifact',
      '/auth/login auth',
      '/api/v1/orgs/{org_id}/projects/{project_id}/environments/{environment_id}/agents agent',
      '/api/v1/orgs/{org_id}/projects/{project_id} operator',
      'null agent',
      'null agent',
    ]);
  });

  it('that the captured state names is known, too, and other forms of templates are', async () => {
    const state = JSON.stringify({
      captured_at: at,
      agents: [],
      routes: [
        { method: 'POST', route: '/api/v1/orgs/{org_id}/approvals/{approval_id}/approve', group: 'operator' },
        { method: 'GET', route: '/api/v1/{any}/x', group: 'operator' },
      ],
    });
    const requests = lines([
      {
        ts: at,
        verb: 'POST',
        url: '/gw/orgs/o1/approvals/ap_1/approve',
        code: 200,
        tpl: '/gw/orgs/:org/approvals/:id/approve',
      },
      {
        ts: at,
        verb: 'POST',
        url: '/gw/orgs/o1/approvals/ap_2/approve',
        code: 403,
        tpl: '/gw/orgs/:org/approvals/:id/approve',
      },
      { ts: at, verb: 'GET', url: '/gw/some/x', code: 403, tpl: '/gw/some/x' },
    ]);
    const { text } = await suggestedFor({ 'state.json': state, 'access.ndjson': requests });
    expect(text).toContain(
      [
        'routes:',
        '  - method: POST',
        '    path: "/gw/orgs/{org_id}/approvals/{approval_id}/approve"',
        '    route: "/api/v1/orgs/{org_id}/approvals/{approval_id}/approve"',
        '  # hole: - method: GET',
        '  # hole:   path: "/gw/some/x"',
        '  # hole:   route: # it ends as none of the known routes',
        '',
      ].join('\n'),
    );
    const block = text
      .slice(text.indexOf('routes:'))
      .replaceAll('# hole: ', '')
      .replace(/route: # .*/g, 'route: /y');
    const filled = await readDialects([{ name: 'x', bytes: Buffer.from(`dialect: 1\nname: x\n${block}`) }]);
    expect(filled.ok ? filled.value[0]?.dialect.routes.length : filled.error.why).toBe(2);
  });

  it('of the contract needs no line, and neither do probes', async () => {
    const text = lines([
      { ts: at, method: 'GET', path: '/healthz', status: 200 },
      { ts: at, method: 'POST', path: '/v1/agents/ag_1/heartbeat', status: 200 },
      { ts: at, method: 'GET', path: '/api/v1/things/7', route: '/api/v1/things/{id}', status: 200 },
    ]);
    expect((await suggestedFor({ 'requests.ndjson': text })).text).not.toContain('routes:');
  });

  it('in a template of another form alone is told as well', async () => {
    const text = lines([
      {
        ts: at,
        method: 'POST',
        path: '/api/v1/agents/ag_1/heartbeat',
        route: '/api/v1/agents/:id/heartbeat',
        status: 200,
      },
    ]);
    const { dialects } = await suggestedFor({ 'requests.ndjson': text });
    const [row] = collect('requests.ndjson', text, 65_536, false, dialects).rows.request ?? [];
    expect(row?.route).toBe('/api/v1/agents/{agent_id}/heartbeat');
  });
});

it('ends with a dialect that can be read, whatever the paths are', async () => {
  const segment = fc.oneof(
    fc.constantFrom('agents', 'heartbeat', '{agent_id}', ':id', '<x>', 'v2', 'api', '{}', '', '"', '#', '{', 'no'),
    fc.string({ maxLength: 5 }),
  );
  const path = fc.array(segment, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('GET', 'post', 'PUT'), path), { maxLength: 6 }), async (all) => {
      await routesOf(all);
    }),
    { numRuns: 100 },
  );
  const many = lines(
    Array.from({ length: 3_000 }, (_, one) => ({
      ts: at,
      method: 'GET',
      path: `/${'abcdefghij'[one % 10]}${'z'.repeat(one % 30)}/${String.fromCharCode(97 + (one % 26))}`,
      status: 200,
    })),
  );
  const [group] = survey([
    { path: 'x', kind: 'requests', by: 'content', bytes: () => ({ bytes: Buffer.from(many), whole: true }) },
  ]);
  expect(group?.sketch.routes.size).toBeLessThanOrEqual(512);
  expect(group?.sketch.routes.size).toBeGreaterThan(100);
});
