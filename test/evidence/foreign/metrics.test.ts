// Protects suggestions for metrics of others: a role only where one metric can have it, labels by what stands in them, else a hole.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dialectText, propose, readDialects, surveyScrapes } from '../../../src/evidence/index.ts';
import { collect } from '../collect.ts';

async function suggestedFor(...texts: readonly string[]) {
  const members = texts.map((text, at) => ({
    path: `metrics/api/${at}.prom`,
    kind: 'metrics' as const,
    by: 'content' as const,
    bytes: () => ({ bytes: Buffer.from(text), whole: true }),
  }));
  const text = dialectText(propose([], surveyScrapes(members)), 'suggested');
  const dialects = await readDialects([{ name: 'x', bytes: Buffer.from(text) }]);
  if (!dialects.ok) throw new Error(`${dialects.error.why}\n${text}`);
  return { text, dialects: dialects.value };
}

/** What is told of each sample with a role, read with what was suggested. */
async function readWith(scrape: string): Promise<readonly string[]> {
  const { dialects } = await suggestedFor(scrape);
  const { rows } = collect('metrics/api/1.prom', scrape, 65_536, false, dialects);
  return (rows.sample ?? [])
    .filter(({ role }) => role !== null)
    .map(({ name, role, labels }) => `${name} ${role} ${labels}`);
}

it('maps what counts requests, refusals and jobs under other names and labels', async () => {
  const scrape = [
    '# TYPE acme_gateway_responses_total counter',
    'acme_gateway_responses_total{verb="GET",handler="/v1/x",code="200"} 5',
    'acme_gateway_responses_total{verb="POST",handler="/v1/y",code="403"} 1',
    '# TYPE acme_throttled_total counter',
    'acme_throttled_total{class="agent"} 3',
    'acme_throttled_total{class="operator"} 0',
    '# TYPE acme_tasks gauge',
    'acme_tasks{phase="pending",queue="main"} 3',
    'acme_tasks{phase="running",queue="main"} 1',
    '# TYPE acme_login_failed_total counter',
    'acme_login_failed_total 4',
    '# TYPE acme_login_ok_total counter',
    'acme_login_ok_total 4',
    '# TYPE acme_uptime_seconds gauge',
    'acme_uptime_seconds 9',
    '',
  ].join('\n');
  expect(await readWith(scrape)).toEqual([
    'acme_gateway_responses_total requests {"method":"GET","route":"/v1/x","status":"200"}',
    'acme_gateway_responses_total requests {"method":"POST","route":"/v1/y","status":"403"}',
    'acme_throttled_total rate_limited {"group":"agent"}',
    'acme_throttled_total rate_limited {"group":"operator"}',
    'acme_tasks jobs_by_state {"queue":"main","state":"pending"}',
    'acme_tasks jobs_by_state {"queue":"main","state":"running"}',
    'acme_login_failed_total auth_failure {}',
    'acme_login_ok_total auth_success {}',
  ]);
});

it('leaves what is known as it is', async () => {
  const own =
    '# TYPE byteor_cloud_http_requests_total counter\nbyteor_cloud_http_requests_total{method="GET",route="/x",status="200"} 1\n# TYPE other_forbidden_total counter\nother_forbidden_total 1\n';
  expect((await suggestedFor(own)).text).not.toContain('metrics');
});

it('leaves a hole where several may be meant, and nothing where nothing tells', async () => {
  const counter = (name: string, labels: string): string => `# TYPE ${name} counter\n${name}${labels} 1\n`;
  const { text } = await suggestedFor(
    counter('a_responses_total', '{m="GET",code="200"}'),
    counter('b_responses_total', '{m="GET",code="200"}'),
    counter('c_client_responses_total', '{m="GET",code="200"}'),
    // A histogram counts no requests by its buckets, and two labels of statuses tell nothing.
    '# TYPE h histogram\nh_bucket{code="200",m="GET",le="1"} 1\n',
    '# TYPE jobs gauge\njobs{state="somewhere"} 1\n',
  );
  expect(text.split('\n').filter((line) => /hole/.test(line) && !line.startsWith('# What'))).toEqual([
    '# hole: metrics:',
    '  # hole: - name: a_responses_total',
    '  # hole:   role: # several may be requests',
    '  # hole: - name: b_responses_total',
    '  # hole:   role: # several may be requests',
  ]);
  const filled = text.replaceAll('# hole: ', '').replace(/role: # .*/g, 'role: requests');
  expect((await readDialects([{ name: 'x', bytes: Buffer.from(filled) }])).ok).toBe(true);
});

it('ends with a dialect that can be read, whatever the scrapes hold, and holds little of them', async () => {
  const name = fc.oneof(
    fc.constantFrom('a_total', 'b_jobs', 'x_429_total', 'no', 'null', 'y'),
    fc.stringMatching(/^[a-z_:]{1,8}$/),
    fc.string({ maxLength: 4 }),
  );
  const value = fc.oneof(
    fc.constantFrom('GET', '200', '/x', 'running', 'queued', 'agent', ''),
    fc.string({ maxLength: 5 }),
  );
  const line = fc
    .tuple(name, fc.array(fc.tuple(name, value), { maxLength: 3 }))
    .map(
      ([metric, labels]) =>
        `${metric}{${labels.map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, '')}"`).join(',')}} 1`,
    );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      await suggestedFor(lines.join('\n'));
    }),
    { numRuns: 100 },
  );
  const many = Array.from({ length: 9_000 }, (_, at) => `m${at % 3_000}{l${at}="${'x'.repeat(at % 300)}",v="${at}"} 1`);
  const metrics = surveyScrapes([
    { path: 'x', kind: 'metrics', by: 'path', bytes: () => ({ bytes: Buffer.from(many.join('\n')), whole: true }) },
  ]);
  expect(metrics.length).toBe(2_048);
  for (const { labels } of metrics) {
    expect(labels.size).toBeLessThanOrEqual(16);
    for (const { values } of labels.values()) expect(values.size).toBeLessThanOrEqual(64);
  }
});
