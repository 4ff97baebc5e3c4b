// Protects the samples: the generator writes them byte for byte, and their evidence holds together by the rules of the model,
// judged here from the files alone: what was injected is there, follows from the rotation, and nothing else went wrong.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { committed, differences, generate, scenarios } from '../../samples/generate.ts';

type Row = { readonly [field: string]: unknown };
interface Evidence {
  readonly files: ReadonlyMap<string, string>;
  readonly requests: readonly Row[];
  readonly audit: readonly Row[];
  readonly jobs: readonly Row[];
  readonly health: readonly Row[];
  readonly state: { readonly [section: string]: readonly Row[] };
  readonly manifest: Row;
}

const folder = join(import.meta.dirname, '../../samples');
const lines = (text: string | undefined): readonly Row[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const ms = (time: unknown): number => (typeof time === 'number' ? time : Date.parse(String(time)));
const at = (row: Row, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Row | undefined)?.[key], row);

function evidenceOf(name: string): Evidence {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const files = committed(scenario);
  return {
    files,
    requests: lines(files.get('requests.ndjson')),
    audit: lines(files.get('audit.ndjson')),
    jobs: lines(files.get('jobs.ndjson')),
    health: lines(files.get('health.ndjson')),
    state: JSON.parse(files.get('state.json') ?? '{}') as Evidence['state'],
    manifest: JSON.parse(files.get('manifest.json') ?? '{}') as Row,
  };
}
const answer = (name: string): Row => JSON.parse(readFileSync(join(folder, 'expected', `${name}.json`), 'utf8')) as Row;
const of = (evidence: Evidence, action: string): readonly Row[] =>
  evidence.audit.filter((row) => row.action === action);
const refused = (evidence: Evidence): readonly Row[] => evidence.requests.filter((row) => Number(row.status) >= 400);
const tally = (rows: readonly Row[], key: (row: Row) => string): { readonly [key: string]: number } => {
  const counts: { [key: string]: number } = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
};
const isEmpty = (rows: readonly Row[]): void => expect(rows).toEqual([]);

const samples = scenarios.map((scenario) => ({ name: scenario.name, scenario, evidence: evidenceOf(scenario.name) }));

describe.each(samples)('$name', ({ name, scenario, evidence }) => {
  test('is what the generator writes, twice', () => {
    const first = generate(scenario);
    expect(differences(first, committed(scenario))).toEqual([]);
    expect(differences(first, generate(scenario))).toEqual([]);
  });

  test('lists every file with its size and digest, the story included', () => {
    const listed = evidence.manifest.files as readonly Row[];
    const present = new Map([...evidence.files, ['README.md', readFileSync(join(folder, name, 'README.md'), 'utf8')]]);
    present.delete('manifest.json');
    expect(listed.map((file) => file.path)).toEqual([...present.keys()].sort());
    for (const file of listed) {
      const text = present.get(String(file.path)) ?? '';
      expect([file.path, file.bytes, file.sha256]).toEqual([file.path, Buffer.byteLength(text), sha256(text)]);
    }
    const complete = listed.filter((file) => file.complete === true).map((file) => file.path);
    expect(complete).toEqual(['audit.ndjson', 'health.ndjson', 'jobs.ndjson', 'requests.ndjson']);
  });

  test('lies within the span that the manifest covers, in the order of time', () => {
    const { start, end } = scenario.span;
    for (const rows of [evidence.requests, evidence.audit, evidence.health]) {
      const times = rows.map((row) => ms(row.ts));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.min(...times)).toBeGreaterThanOrEqual(start);
      expect(Math.max(...times)).toBeLessThan(end);
    }
    expect(new Set(evidence.requests.map((row) => row.request_id)).size).toBe(evidence.requests.length);
  });

  test('has an audit trail without a hole, chained by hash', () => {
    const canonical = (value: unknown): string => {
      if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
      if (typeof value !== 'object' || value === null) return JSON.stringify(value);
      const row = value as Row;
      return `{${Object.keys(row)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${canonical(row[key])}`)
        .join(',')}}`;
    };
    for (const [index, { hash, ...record }] of evidence.audit.entries()) {
      expect(hash).toBe(sha256(String(record.prev_hash) + canonical(record)));
      const before = evidence.audit[index - 1];
      if (before === undefined) continue;
      expect(record.prev_hash).toBe(before.hash);
      expect(record.seq).toBe(Number(before.seq) + 1);
    }
  });

  test('refuses a request by its scope exactly when its credential lacks the scope of the route at that time', () => {
    const routes = new Map(evidence.state.routes?.map((row) => [`${row.method} ${row.route}`, row]));
    const credentials = new Map(evidence.state.credentials?.map((row) => [row.id, row]));
    const changes = evidence.audit.filter((row) => Array.isArray(at(row, 'before.scopes')));
    for (const request of evidence.requests) {
      const route = routes.get(`${request.method} ${request.route}`);
      const credential = credentials.get(request.credential_id);
      if (route?.scope === undefined || credential === undefined) continue;
      const later = changes.find((row) => at(row, 'resource.id') === credential.id && ms(row.ts) > ms(request.ts));
      const scopes = (later === undefined ? credential.scopes : at(later, 'before.scopes')) as readonly string[];
      const expired = credential.expires_at !== undefined && ms(credential.expires_at) <= ms(request.ts);
      const expected = expired ? 'unauthorized' : scopes.includes(String(route.scope)) ? undefined : 'forbidden_scope';
      const code = at(request, 'error.code');
      if (code !== 'rate_limited') expect([request.request_id, code]).toEqual([request.request_id, expected]);
    }
  });

  test('counts in its scrapes what the access log has', () => {
    const scrapes = [...evidence.files].filter(([path]) => path.startsWith('metrics/api/'));
    const read = (text: string): Map<string, number> =>
      new Map(
        text
          .split('\n')
          .filter((line) => line.startsWith('byteor_cloud_'))
          .map((line): [string, number] => {
            const space = line.lastIndexOf(' ');
            return [line.slice(0, space), Number(line.slice(space + 1))];
          }),
      );
    const inOrder = scrapes
      .map(([path, text]) => ({ time: Number(path.split('/')[2]?.replace('.prom', '')), series: read(text) }))
      .sort((a, b) => a.time - b.time);
    expect(inOrder.length).toBeGreaterThan(80);
    for (const [index, { time, series }] of inOrder.entries()) {
      const before = inOrder[index - 1];
      if (before === undefined) continue;
      const window = evidence.requests.filter((row) => before.time < ms(row.ts) && ms(row.ts) <= time);
      const expected = tally(
        window,
        (row) => `byteor_cloud_http_requests_total{method="${row.method}",route="${row.route}",status="${row.status}"}`,
      );
      const grown: { [key: string]: number } = {};
      for (const [key, value] of series) {
        const growth = value - (before.series.get(key) ?? 0);
        if (key.startsWith('byteor_cloud_http_requests_total{') && growth !== 0) grown[key] = growth;
      }
      expect(grown).toEqual(expected);
      const forbidden = 'byteor_cloud_forbidden_total';
      expect((series.get(forbidden) ?? 0) - (before.series.get(forbidden) ?? 0)).toBe(
        window.filter((row) => row.status === 403).length,
      );
    }
  });

  test('counts of the worker start anew once, at its restart', () => {
    const [restart] = of(evidence, 'component.started');
    const starts = [...evidence.files]
      .filter(([path]) => path.startsWith('metrics/worker/'))
      .map(([path, text]) => ({
        time: Number(path.split('/')[2]?.replace('.prom', '')),
        start: /^process_start_time_seconds (\d+)$/m.exec(text)?.[1],
        attempts: [...text.matchAll(/^byteor_cloud_worker_attempts_total\S* (\d+)$/gm)].reduce(
          (n, [, v]) => n + Number(v),
          0,
        ),
      }));
    expect(new Set(starts.map(({ start }) => start)).size).toBe(2);
    for (const { time, start, attempts } of starts) {
      const isNew = time > ms(restart?.ts);
      if (isNew) expect(Number(start)).toBe(Math.floor(ms(restart?.ts) / 1000));
      expect(attempts < 500).toBe(isNew);
    }
  });

  test('starts each attempt within a second of its time, and ends every job well', () => {
    const policies = new Map(evidence.state.retry_policies?.map((row) => [row.job_type, row]));
    for (const job of evidence.jobs) {
      expect([job.id, job.state]).toEqual([job.id, 'completed']);
      const backoff = (policies.get(job.type) ?? policies.get('*'))?.backoff as Row;
      const attempts = job.attempts as readonly Row[];
      let due = ms(job.run_at);
      for (const attempt of attempts) {
        const started = of(evidence, 'job.started').filter(
          (row) => row.job_id === job.id && at(row, 'details.attempt') === attempt.n,
        );
        expect(started.map((row) => row.ts)).toEqual([attempt.started_at]);
        expect(ms(attempt.started_at) - due).toBeGreaterThanOrEqual(0);
        expect(ms(attempt.started_at) - due).toBeLessThanOrEqual(1000);
        if (attempt.outcome === 'ok') continue;
        const base = Number(backoff.base_ms);
        due = ms(attempt.finished_at) + (backoff.formula === 'linear' ? base * Number(attempt.n) : base);
        expect(attempt.next_run_at).toBe(due);
      }
      expect(attempts.at(-1)?.outcome).toBe('ok');
    }
  });

  test('moves each deployment along its states, active only when every target has fetched and confirmed', () => {
    for (const deployment of evidence.state.deployments ?? []) {
      const own = evidence.audit.filter((row) => at(row, 'resource.id') === deployment.id);
      const created = own.find((row) => row.action === 'deployment.created');
      let status = at(created ?? {}, 'after.status');
      for (const row of own.filter((each) => each.action === 'deployment.status_changed')) {
        expect(at(row, 'before.status')).toBe(status);
        status = at(row, 'after.status');
      }
      expect(status).toBe(deployment.status);
      const deploying = own.find((row) => at(row, 'after.status') === 'deploying');
      const confirmations = own.filter((row) => row.action === 'deployment.agent_confirmed');
      for (const row of confirmations) {
        const agent = at(row, 'details.agent_id');
        const fetches = evidence.requests.filter(
          (each) => each.agent_id === agent && each.method === 'GET' && String(each.route).endsWith('/deployments'),
        );
        expect(
          fetches.some((each) => ms(each.ts) > ms(deploying?.ts) && ms(each.ts) < ms(row.ts) && each.status === 200),
        ).toBe(true);
      }
      const missing = (deployment.target_agents as readonly string[]).filter(
        (agent) => !confirmations.some((row) => at(row, 'details.agent_id') === agent),
      );
      expect(missing.length === 0).toBe(deployment.status === 'active');
    }
  });

  test('marks an agent offline at the first sweep after its lease, and no other', () => {
    const { ttl_ms, grace_ms, sweep_ms } = evidence.state.heartbeat as unknown as { [name: string]: number };
    const lease = Number(ttl_ms) + Number(grace_ms);
    const sweep = Number(sweep_ms);
    const expected: string[] = [];
    for (const agent of evidence.state.agents ?? []) {
      const beats = evidence.requests
        .filter((row) => row.agent_id === agent.id && String(row.route).endsWith('/heartbeat') && row.status === 200)
        .map((row) => ms(row.ts));
      expect(ms(agent.last_heartbeat_at)).toBe(beats.at(-1));
      for (const [index, beat] of beats.entries()) {
        const found = Math.floor((beat + lease) / sweep) * sweep + sweep;
        if (found < (beats[index + 1] ?? scenario.span.end)) expected.push(`${agent.id} ${found}`);
      }
    }
    expect(of(evidence, 'agent.offline').map((row) => `${at(row, 'resource.id')} ${row.ts}`)).toEqual(expected);
    expect(expected.length).toBe(name === 'healthy' ? 0 : 1);
  });
});

describe('agent-scope tells what was injected', () => {
  const evidence = evidenceOf('agent-scope');
  const label = answer('agent-scope');
  const [cause] = label.causes as readonly Row[];
  const credential = String(cause?.entity).replace('credential:', '');
  const rotation = of(evidence, 'credential.rotated').find((row) => at(row, 'resource.id') === credential);
  const agent = evidence.state.agents?.find((row) => row.credential_id === credential);

  test('one rotation takes two scopes away; the other two take none', () => {
    const lost = of(evidence, 'credential.rotated').map((row) => {
      const after = at(row, 'after.scopes') as readonly string[];
      return (at(row, 'before.scopes') as readonly string[]).filter((scope) => !after.includes(scope));
    });
    expect(lost).toEqual([[], [], ['agent:heartbeat', 'agent:artifact_upload']]);
    expect(agent?.status).toBe('offline');
  });

  test('every 403 is of that credential, on its two routes, after the rotation, until the end', () => {
    const forbidden = refused(evidence).filter((row) => row.status === 403);
    expect(new Set(forbidden.map((row) => row.credential_id))).toEqual(new Set([credential]));
    expect(Object.keys(tally(forbidden, (row) => String(row.route))).sort()).toEqual([
      '/api/v1/agents/{agent_id}/artifacts',
      '/api/v1/agents/{agent_id}/heartbeat',
    ]);
    expect(ms(forbidden[0]?.ts)).toBeGreaterThan(ms(rotation?.ts));
    expect(ms(evidence.requests.at(-1)?.ts) - ms(forbidden.at(-1)?.ts)).toBeLessThan(20_000);
    isEmpty(
      evidence.requests.filter(
        (row) =>
          row.credential_id === credential &&
          ms(row.ts) > ms(rotation?.ts) &&
          /heartbeat|artifacts/.test(String(row.route)) &&
          row.status !== 403,
      ),
    );
  });

  test('its fetches go on, and the one deployment that waits for it is stuck for more than ten minutes', () => {
    const waiting = evidence.state.deployments?.filter((row) => row.status !== 'active') ?? [];
    expect(waiting.map((row) => [row.status, (row.target_agents as readonly unknown[]).includes(agent?.id)])).toEqual([
      ['deploying', true],
    ]);
    const since = ms(waiting[0]?.updated_at);
    expect(since).toBeGreaterThan(ms(of(evidence, 'agent.offline')[0]?.ts));
    expect(Date.parse('2026-03-17T03:00:00Z') - since).toBeGreaterThan(10 * 60_000);
    const fetches = evidence.requests.filter(
      (row) =>
        row.agent_id === agent?.id &&
        row.method === 'GET' &&
        ms(row.ts) > since &&
        String(row.route).endsWith('/deployments'),
    );
    expect(fetches.length).toBeGreaterThan(20);
    isEmpty(fetches.filter((row) => row.status !== 200));
  });

  test('the old key is refused once, after it ran out, and the same upload gets through with the new one', () => {
    const others = refused(evidence).filter((row) => row.status !== 403);
    expect(others.map((row) => [row.status, at(row, 'error.code')])).toEqual([[401, 'unauthorized']]);
    const [once] = others;
    const herrings = label.red_herrings as readonly Row[];
    expect(herrings).toContainEqual({ kind: 'credential_expired', entity: `credential:${once?.credential_id}` });
    const old = evidence.state.credentials?.find((row) => row.id === once?.credential_id);
    expect(ms(old?.expires_at)).toBeLessThan(ms(once?.ts));
    const repeat = evidence.requests.filter((row) => row.retry_of === once?.request_id);
    expect(repeat.map((row) => row.status)).toEqual([201]);
  });

  test('the worker is unready in one span of more than a minute, over before the rotation; the lowered limit refuses nobody', () => {
    const failing = evidence.health.filter((row) => row.status !== 200);
    expect(new Set(failing.map((row) => `${row.component} ${row.endpoint}`))).toEqual(new Set(['worker /readyz']));
    const times = failing.map((row) => ms(row.ts));
    expect(times.map((time, index) => time - (times[index - 1] ?? time - 20_000))).toEqual(times.map(() => 20_000));
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(times.at(-1) ?? 0).toBeLessThan(ms(rotation?.ts));
    expect(of(evidence, 'config.changed').map((row) => at(row, 'resource.id'))).toEqual(['rate_limits.operator.limit']);
  });

  test('names in its answer only what the archive holds', () => {
    const named = [...(label.causes as Row[]), ...(label.must_not_confirm as Row[]), ...(label.red_herrings as Row[])];
    const ids = new Set([...(evidence.state.credentials ?? []), ...(evidence.state.agents ?? [])].map((row) => row.id));
    const entities = named.map((row) => String(row.entity)).filter((entity) => /^(credential|agent):/.test(entity));
    isEmpty(entities.filter((entity) => !ids.has(entity.slice(entity.indexOf(':') + 1))).map((entity) => ({ entity })));
  });
});

describe('healthy stays below every threshold', () => {
  const evidence = evidenceOf('healthy');

  test('what was refused is little, and what was told to wait got through', () => {
    const codes = tally(refused(evidence), (row) => `${row.status} ${at(row, 'error.code')}`);
    expect(codes).toEqual({
      '401 unauthorized': 2,
      '400 oidc_callback': 1,
      '429 rate_limited': codes['429 rate_limited'],
    });
    const limited = refused(evidence).filter((row) => row.status === 429);
    expect(limited.length).toBeGreaterThan(0);
    const repeats = new Map(evidence.requests.map((row) => [row.retry_of, row]));
    for (const request of limited) {
      const repeat = repeats.get(request.request_id);
      expect(ms(repeat?.ts) - ms(request.ts)).toBeGreaterThanOrEqual(Number(request.retry_after_s) * 1000);
      expect([200, 429]).toContain(repeat?.status);
    }
  });

  test('no probe fails twice, no deployment waits, no agent is offline', () => {
    expect(evidence.health.filter((row) => row.status !== 200).length).toBe(1);
    expect(new Set(evidence.state.deployments?.map((row) => row.status))).toEqual(new Set(['active']));
    expect(new Set(evidence.state.agents?.map((row) => row.status))).toEqual(new Set(['online']));
    expect(answer('healthy').causes).toEqual([]);
  });
});
