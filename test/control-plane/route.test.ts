// Protects the choice of the route: a wrong one turns every later check on its head.
import { describe, expect, it } from 'vitest';
import { buildConfiguration, findRoute, sameTemplate } from '../../src/control-plane/index.ts';

const routes = [
  'GET /auth/login',
  'POST /api/v1/agents/{agent_id}/heartbeat',
  'GET /api/v1/agents/{agent_id}',
  'GET /api/v1/agents/self',
  'GET /v1/environments/{id}/agents/{agent}',
  'GET /v1/{kind}/list',
];
const configuration = buildConfiguration({
  capturedAt: 100,
  captured: ['routes'],
  records: routes.map((key, index) => ({
    section: 'routes',
    key,
    body: { group: 'agent' },
    ref: `state.json@${index}+1`,
  })),
  changes: [],
});
const find = (method: string, path: string, route: string | null = null) => {
  const found = findRoute(configuration, { method, path, route }, 50);
  return found.state === 'found' ? found.match.key : found.state;
};

describe('the route of a request', () => {
  it.each([
    ['POST', '/api/v1/agents/ag_1/heartbeat', routes[1]],
    ['POST', '/v1/agents/ag_1/heartbeat', routes[1]],
    ['post', '/v1/agents/ag_1/heartbeat/?x=/y', routes[1]],
    ['GET', '/v1/agents/ag_1', routes[2]],
    ['GET', '/v1/agents/self', routes[3]],
    ['GET', '/api/v1/environments/e_1/agents/ag_2', routes[4]],
    ['GET', '/v1/agents/list', routes[2]],
    ['GET', '/v1/things/list', routes[5]],
    ['GET', '/auth/login?next=%2F', routes[0]],
    ['GET', '/v1/agents/ag_1/heartbeat', 'none'],
    ['GET', '/v1/agents/', 'none'],
    ['GET', '/v1/agents//', 'none'],
    ['GET', '/v2/agents/ag_1', 'none'],
    ['GET', '/api/agents/ag_1', 'none'],
    ['GET', '', 'none'],
    ['GET', `/${'a/'.repeat(10_000)}`, 'none'],
  ])('%s %s', (method, path, key) => {
    expect(find(method, path)).toBe(key);
  });

  it.each([
    ['POST', '/api/v1/agents/{agent_id}/heartbeat', routes[1]],
    ['POST', '/v1/agents/{agent_id}/heartbeat', routes[1]],
    ['POST', '/v1/agents/{id}/heartbeat', routes[1]],
    ['GET', '/v1/agents/{agent_id}/heartbeat', 'none'],
    ['GET', '/v1/agents/self', routes[3]],
    ['GET', '/v1/agents/ag_1', 'none'],
  ])('by the template %s %s, whatever the path', (method, route, key) => {
    expect(find(method, '/nowhere', route)).toBe(key);
  });

  it('reads the parameters, by whatever name, and tells a masked one from none', () => {
    const parameters = (path: string, route: string | null = null) => {
      const found = findRoute(configuration, { method: 'GET', path, route }, 50);
      return found.state === 'found' ? Object.fromEntries(found.match.parameters) : null;
    };
    const value = (text: string) => ({ state: 'value', value: text });
    expect(parameters('/v1/environments/e%201/agents/***')).toMatchObject({
      environment_id: value('e 1'),
      agent_id: { state: 'masked' },
    });
    expect(parameters('/elsewhere', '/v1/agents/{agent_id}')).toMatchObject({ agent_id: { state: 'absent' } });
    expect(parameters('/v1/agents/%zz')).toMatchObject({ agent_id: value('%zz') });
  });

  it('is unknown where no routes were captured', () => {
    const empty = (captured: readonly string[]) =>
      findRoute(
        buildConfiguration({ capturedAt: null, captured, records: [], changes: [] }),
        { method: 'GET', path: '/', route: null },
        1,
      );
    expect(empty([])).toMatchObject({ state: 'unknown', missing: 'state' });
    expect(empty(['roles'])).toMatchObject({ state: 'unknown', missing: 'state.routes' });
    expect(empty(['routes'])).toEqual({ state: 'none' });
  });

  it('knows one template in two spellings', () => {
    expect(sameTemplate('/api/v1/agents/{agent_id}', '/v1/agents/{id}/')).toBe(true);
    expect(sameTemplate('/v1/agents/{agent_id}', '/v1/agents/self')).toBe(false);
  });
});
