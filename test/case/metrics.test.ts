// Protects: counters over several scrapes: resets are marked where something counts, and what was counted is held against the requests.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderOf, opened } from './archives.ts';

const start = 1_769_860_800_000;
const second = 1_000;
const at = (ms: number): string => new Date(start + ms).toISOString();
const scrape = (ms: number, text: string): Record<string, string> => ({ [`metrics/api/${start + ms}.prom`]: text });

it('marks what went down, of whatever counts, and nothing else', async () => {
  const text = (value: number): string =>
    [
      '# TYPE c counter',
      `c_total{b="1",a="2"} ${value}`,
      `c_created{a="2",b="1"} ${value}`,
      '# TYPE h histogram',
      `h_bucket{le="1"} ${value}`,
      '# TYPE s summary',
      `s{quantile="0.5"} ${value}`,
      `s_count ${value}`,
      '# TYPE g gauge',
      `g ${value}`,
      `bare_total ${value}`,
      `bare ${value}`,
      '',
    ].join('\n');
  const reader = await opened(
    folderOf({ ...scrape(0, text(9)), ...scrape(60_000, text(4).replace('b="1",a="2"', 'a="2",b="1"')) }),
  );
  const marked = [...reader.rows('sample')]
    .filter(({ reset }) => reset === true)
    .map(({ name, value }) => `${name} ${value}`);
  expect(marked).toEqual(['c_total 4', 'h_bucket 4', 's_count 4', 'bare_total 4']);
  reader.close();
});

describe('a counter that was born since the scrape before', () => {
  const born = [1_769_800_000.25, 1_769_860_830.5];
  const marked = async (texts: readonly string[]): Promise<readonly string[]> => {
    const reader = await opened(
      folderOf(Object.assign({}, ...texts.map((text, index) => scrape(index * 60_000, text)))),
    );
    const found = [...reader.rows('sample')]
      .filter(({ reset }) => reset === true)
      .map(
        ({ ts, name, labels, value }) =>
          `${((ts ?? 0) / 1_000 - start) / 60_000} ${name} ${JSON.stringify(labels)} ${value}`,
      );
    reader.close();
    return found;
  };
  const text = (time: number | undefined, value: number): string =>
    [
      '# TYPE c counter',
      `c_total{b="1",a="ä\\n"} ${value}`,
      `c_created{a="ä\\n",b="1"} ${time}`,
      `c_total{a="other",b="1"} ${value}`,
      `c_created{a="other",b="1"} ${born[0]}`,
      '# TYPE h histogram',
      `h_bucket{le="+Inf",q="x"} ${value}`,
      `h_count{q="x"} ${value}`,
      `h_sum{q="x"} ${value}`,
      `h_created{q="x"} ${time}`,
      '# TYPE s summary',
      `s{quantile="0.5"} ${value}`,
      `s_count ${value}`,
      `s_created ${time}`,
      '# TYPE g_total gauge',
      `g_total ${value}`,
      '# TYPE g_created gauge',
      `g_created ${time}`,
      '# EOF\n',
    ].join('\n');

  it('was reset, although its value did not fall', async () => {
    expect(await marked([text(born[0], 5), text(born[1], 7), text(born[1], 9)])).toEqual([
      '1 c_total {"a":"ä\\n","b":"1"} 7',
      '1 h_bucket {"le":"+Inf","q":"x"} 7',
      '1 h_count {"q":"x"} 7',
      '1 h_sum {"q":"x"} 7',
      '1 s_count {} 7',
    ]);
  });

  it('is known by a time: what others count so is none', async () => {
    const counts = (created: number): string =>
      `# TYPE orders_total counter\norders_total 5\n# TYPE orders_created counter\norders_created ${created}\n`;
    expect(await marked([counts(5), counts(7), counts(8e12)])).toEqual([]);
    expect(await marked([counts(born[0] as number), counts(born[1] as number)])).toEqual(['1 orders_total {} 5']);
  });

  it('may name its birth as Prometheus text does, and is its own for each component', async () => {
    const both = (time: number | undefined): string =>
      `# TYPE c_total counter\nc_total 5\n# TYPE c_created gauge\nc_created ${time}\n`;
    const reader = await opened(
      folderOf({
        ...scrape(0, both(born[0])),
        ...scrape(60_000, both(born[1])),
        [`metrics/worker/${start}.prom`]: both(born[0]),
        [`metrics/worker/${start + 60_000}.prom`]: both(born[0]),
      }),
    );
    const found = [...reader.rows('sample')].filter(({ reset }) => reset === true);
    expect(found.map(({ component, name }) => `${component} ${name}`)).toEqual(['api c_total']);
    reader.close();
  });
});

it('tells of a scrape that breaks off, and tells a break of the archive once', async () => {
  const text = '# TYPE c counter\nc_total 3\nc_created 1769800000\n';
  const reader = await opened(folderOf({ ...scrape(0, text), ...scrape(60_000, `${text}# EOF\nc_total 4\n`) }));
  expect(reader.integrity()).toEqual([
    {
      path: `metrics/api/${start}.prom`,
      problem: 'cut: it holds c_created, so it is OpenMetrics, and has no # EOF at its end',
    },
    { path: `metrics/api/${start + 60_000}.prom`, problem: 'after_eof: 1 line follows # EOF' },
  ]);
  reader.close();
  const packed = gzipSync(`${text}${'c_total{a="1"} 3\n'.repeat(5_000)}# EOF\n`);
  const broken = await opened(folderOf({ 'metrics/api/1.prom': packed.subarray(0, packed.length - 20) }));
  expect(broken.integrity().map(({ problem }) => problem.split(':')[0])).toEqual(['cut']);
  broken.close();
});

describe('counters against requests', () => {
  const request = (ms: number, status: number, more: object = {}): string =>
    `${JSON.stringify({ ts: at(ms), method: 'GET', path: '/x', status, latency_ms: 5, component: 'api', ...more })}\n`;
  const counts = (ok: number, refused: number): string =>
    `byteor_cloud_http_requests_total{status="200"} ${ok}\nbyteor_cloud_http_requests_total{status="403"} ${refused}\nbyteor_cloud_forbidden_total ${refused}\nother_requests_total ${7 * ok}\n`;
  // Two refusals among ten requests in each minute, from before the first scrape to behind the last.
  const requests = Array.from({ length: 40 }, (_, i) => request(-30_000 + i * 6 * second, i % 5 === 4 ? 403 : 200));

  async function resultOf(files: Record<string, string>): Promise<readonly string[]> {
    const reader = await opened(folderOf(files));
    const { counts: all, results } = reader.checks();
    const count = all.find(({ check }) => check === 'request_counts');
    reader.close();
    return [
      `${count?.checked ?? 0} ${count?.failed ?? 0} ${count?.not_checkable ?? 0}`,
      ...results.filter(({ check }) => check === 'request_counts').map(({ result, why }) => `${result}: ${why}`),
    ];
  }
  const twoMinutes = {
    ...scrape(0, counts(4, 1)),
    ...scrape(60_000, counts(12, 3)),
    ...scrape(120_000, counts(20, 5)),
  };

  it('agree where every request was recorded; what counts others too proves nothing', async () => {
    const [sum, ...rest] = await resultOf({ 'requests.ndjson': requests.join(''), ...twoMinutes });
    expect(sum).toBe('8 0 2');
    expect(rest.every((one) => one.endsWith('it may count others as well'))).toBe(true);
  });

  it('disagree where requests are missing', async () => {
    const [sum, ...rest] = await resultOf({
      'requests.ndjson': requests.filter((_, i) => i < 16 || i > 23).join(''),
      ...twoMinutes,
    });
    expect(sum).toBe('8 3 2');
    expect(rest.find((one) => one.startsWith('failed'))).toMatch(
      /^failed: byteor_cloud_http_requests_total of status 200 went up by 8, and \d/,
    );
  });

  it('say nothing where the record may lack them', async () => {
    const some = requests.filter((_, i) => i < 20);
    for (const files of [
      { 'requests.ndjson': some.join('') },
      { 'requests.ndjson': `${requests.filter((_, i) => i < 16 || i > 23).join('')}${'{broken\n'.repeat(8)}` },
    ])
      expect((await resultOf({ ...files, ...twoMinutes }))[0]).toMatch(/^8 0 /);
    expect(await resultOf(twoMinutes)).toEqual(['0 0 0']);
  });

  it('are not held against each other over a reset, or for a component without requests', async () => {
    const reset = { ...scrape(0, counts(400, 1)), ...scrape(60_000, counts(2, 3)) };
    const [sum, ...rest] = await resultOf({
      'requests.ndjson': requests.join(''),
      ...reset,
      [`metrics/worker/${start}.prom`]: 'byteor_cloud_forbidden_total 1\n',
      [`metrics/worker/${start + 60_000}.prom`]: 'byteor_cloud_forbidden_total 3\n',
    });
    expect(sum).toBe('5 0 3');
    expect(rest).toContain('not_checkable: the counter was reset between the scrapes');
    expect(rest).toContain('not_checkable: no request was recorded of worker');
  });
});
