// Protects `inquest entity`: one thing by its name, page by page, and help where the name is not quite right.
import { expect, test } from 'vitest';
import { entityDocument } from '../../src/cli/documents/entity-document.ts';
import { archive, request } from './archives.ts';
import { runner, temporaryFolder } from './run.ts';

const folder = temporaryFolder();
const inquest = runner(folder);
const target = archive(folder, 'incident', {
  'requests.ndjson': [1, 2, 3, 4, 5].map((second) => request(second, { credential_id: 'cr_\u001b[31m' })).join(''),
  'audit.ndjson':
    '{"ts":"2026-03-01T10:00:02Z","id":"a","action":"agent.offline","resource":{"kind":"agent","id":"ag_1"},"outcome":"success","reason":{"code":"ttl","message":"password=hunter2hunter2"}}\n',
  'state.json': '{"agents":[{"id":"ag_1","status":"offline","api_key":"hunter2hunter2"}],"roles":[]}',
});

test('pages put together are its timeline', async () => {
  const whole = await inquest('timeline', target, '--entity', 'agent:ag_1', '--json');
  const lines: unknown[] = [];
  for (let after: readonly string[] = []; ; ) {
    const run = await inquest('entity', target, 'agent:ag_1', '--limit', '4', '--json', ...after);
    const { timeline, next, events } = entityDocument.parse(JSON.parse(run.out));
    lines.push(...timeline);
    expect(events).toBe(6);
    if (next === null) break;
    after = ['--after', next];
  }
  expect(lines.map((line) => `${JSON.stringify(line)}\n`).join('')).toBe(whole.out);
});

test('as text it is safe to read, and says how to go on', async () => {
  const { code, out, err } = await inquest('entity', target, 'agent:ag_1', '--limit', '2');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^ENTITY {6}agent:ag_1\nSTATE {7}offline\nEVENTS {6}6 events, 2026-03-01 10:00:01 to 10:00:05 UTC\n/,
  );
  expect(out).toContain('2026-03-01T10:00:02Z  offline\n');
  expect(out).toContain('credential:cr_␛[31m');
  expect(out).not.toMatch(/\u001b|hunter2/);
  const more = /More: inquest entity (\S+) (\S+) --after (\S+)\n$/.exec(out);
  expect(more?.slice(1, 3)).toEqual([target, 'agent:ag_1']);
  const next = await inquest('entity', target, 'agent:ag_1', '--after', more?.[3] ?? '');
  expect(next.out).toContain('10:00:03.000 . request');
  expect(next.out).not.toContain('10:00:01.000 . request');
});

test.each([
  ['agent:ag_2', /^inquest: agent:ag_2: no record names this entity\nNear: agent:ag_1\.\n$/],
  ['ag_1', /Near: agent:ag_1\.\n$/],
  ['agnet:ag_1', /Near: agent:ag_1\.\n$/],
  ['thing:zzzzzzzz', /Kinds in this archive: agent, credential\.\n$/],
  ['agent:zzzzzzzzzz', /lists them\.\n$/],
])('%s is unknown, and what may have been meant is said', async (name, message) => {
  const run = await inquest('entity', target, name);
  expect([run.code, run.out]).toEqual([2, '']);
  expect(run.err).toMatch(message);
});

test('a page that cannot begin there is an error', async () => {
  const run = await inquest('entity', target, 'agent:ag_1', '--after', 'requests.ndjson@1+2');
  expect([run.code, run.err]).toEqual([
    2,
    expect.stringMatching(/no event of the timeline begins there|no record begins there/),
  ]);
});
