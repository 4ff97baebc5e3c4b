// Protects dialect files: what is read, and that every error names file, line and column, and what was meant.
import { describe, expect, it } from 'vitest';
import { readDialects } from '../../../src/evidence/index.ts';

const read = (...texts: readonly string[]) =>
  readDialects(
    texts.map((text, index) => ({ name: index === 0 ? 'd.yaml' : `d${index}.yaml`, bytes: Buffer.from(text) })),
  );

async function errorOf(...texts: readonly string[]): Promise<string> {
  const result = await read(...texts);
  return result.ok ? 'ok' : `${result.error.what}: ${result.error.why}`;
}

const head = 'dialect: 1\nname: acme\n';

describe('a dialect file', () => {
  it('becomes its mappings, kinds in the order written', async () => {
    const result = await read(`${head}records:
  audit: {fields: {ts: at}}
  requests:
    when: {has: [http.code, url], equals: {v: 2}, path: "*.log"}
    fields: {ts: at, status: http.code, caller.id: who.name}
    values: {caller.kind: {robot: api_key, 1: agent}}
actions: {key.disabled: credential.revoked, mine: not.known}
error_codes: {E_KEY: unauthorized}
messages: [{like: "scope .* missing", code: forbidden_scope}]
routes: [{method: POST, path: "/beat/{agent_id}", route: "/api/v1/agents/{agent_id}/heartbeat", group: agent}]
metrics:
  - {role: rate_limited, name: acme_throttled_total, labels: {class: group}}
`);
    if (!result.ok) throw new Error(result.error.why);
    const [acme] = result.value;
    expect(acme?.dialect.records.map(({ kind }) => kind)).toEqual(['audit', 'requests']);
    expect(acme?.dialect.codes).toEqual({ E_KEY: 'unauthorized' });
    expect(acme?.dialect.records[1]?.mapping.values).toEqual({ 'caller.kind': { '1': 'agent', robot: 'api_key' } });
    expect(acme?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['name: acme\n', 'd.yaml:1:1: dialect: missing'],
    ['dialect: 2\nname: acme\n', 'd.yaml:1:10: dialect: not one of 1'],
    ['dialect: 1\nname: Acme\n', 'd.yaml:2:7: name: a name is of a-z, 0-9 and hyphens'],
    [`${head}recrods: {}\n`, 'd.yaml:3:1: recrods: unknown key (near: records)'],
    [
      `${head}records:\n  request: {}\n`,
      'd.yaml:4:3: records.request: not a kind whose records are mapped (near: requests) (they are requests, audit, jobs, health, artifacts, logs, manifest, state)',
    ],
    [
      `${head}records:\n  requests:\n    fields:\n      statsu: code\n`,
      'd.yaml:6:7: records.requests.fields.statsu: no field of requests (near: status)',
    ],
    [
      `${head}records:\n  requests:\n    fields: {zzzzzzzzzz: code}\n`,
      'd.yaml:5:14: records.requests.fields.zzzzzzzzzz: no field of requests; see inquest schema evidence/requests',
    ],
    [
      `${head}records:\n  state:\n    fields: {"rate_limits[].max": "limits[].max"}\n`,
      'd.yaml:5:14: records.state.fields.rate_limits[].max: no field of state (near: rate_limits, rate_limits[], rate_limits[].key)',
    ],
    [
      `${head}records:\n  state:\n    fields: {"rate_limits[].limit": limits.max}\n`,
      'd.yaml:5:37: records.state.fields.rate_limits[].limit: both paths go through the same number of lists [], or neither through any',
    ],
    [
      `${head}records:\n  requests:\n    fields: {status: a..b}\n`,
      'd.yaml:5:22: records.requests.fields.status: a name between two dots is missing',
    ],
    [
      `${head}records:\n  requests:\n    when: {has: [a, "b["]}\n`,
      'd.yaml:5:21: records.requests.when.has.1: [ ] holds the number of an item, or nothing for every item',
    ],
    [
      `${head}records:\n  requests:\n    when: {}\n`,
      'd.yaml:5:5: records.requests.when: it tells nothing: has, equals or path is missing',
    ],
    [
      `${head}records:\n  audit:\n    values: {outcome: {OK: succes}}\n`,
      'd.yaml:5:28: records.audit.values.outcome.OK: outcome is one of success, failure, denied (near: success)',
    ],
    [
      `${head}codes: {E1: unauthorised}\n`,
      'd.yaml:3:13: codes.E1: unauthorised is no canonical error code (near: unauthorized)',
    ],
    [`${head}codes: {E1: unknown, E1: unknown}\n`, 'd.yaml:3:22: codes.E1: the same key twice'],
    [`${head}codes: {}\nerror_codes: {}\n`, 'd.yaml:4:1: error_codes: the same key twice: it is another name of codes'],
    [
      `${head}messages:\n- {like: "(a", code: unknown}\n`,
      'd.yaml:4:10: messages.0.like: the regular expression does not compile: Unterminated group',
    ],
    [
      `${head}messages:\n- {like: "a(?=b)", code: unknown}\n`,
      'd.yaml:4:10: messages.0.like: the regular expression does not compile: look-around is not read',
    ],
    [`${head}routes: [{path: beat, route: /x}]\n`, 'd.yaml:3:17: routes.0.path: a route begins with /'],
    [
      `${head}routes: [{path: /beat, route: /x, group: agents}]\n`,
      'd.yaml:3:42: routes.0.group: not one of auth, agent, artifact, operator (near: agent)',
    ],
    [
      `${head}metrics: [{role: request, name: x}]\n`,
      'd.yaml:3:18: metrics.0.role: not one of requests, auth_success, auth_failure, unauthorized, forbidden, rate_limited, jobs_by_state, heartbeat_interval, artifact_upload, tuning (near: requests)',
    ],
    [
      `${head}metrics: [{role: requests}]\n`,
      'd.yaml:3:11: metrics.0: either name or like tells which metrics are meant',
    ],
    [
      `${head}metrics: [{role: requests, name: x, like: y}]\n`,
      'd.yaml:3:11: metrics.0: either name or like tells which metrics are meant',
    ],
    [`${head}records: {requests: {fields: {ts: 1}}}\n`, 'd.yaml:3:35: records.requests.fields.ts: expected text'],
  ])('%j', async (text, expected) => {
    expect(await errorOf(text)).toBe(expected);
  });

  it('has a name of its own', async () => {
    expect(await errorOf(head, head)).toBe('d1.yaml: a dialect named acme is loaded already');
  });
});
