// Protects reading what real programs say: Debian's node exporter and Prometheus, scraped twice, line for line and without a gap.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaseReader, openIncident } from '../../src/case/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'inquest-scrape-'));
const runs = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { cwd: folder, stdio: 'ignore', timeout: 120_000 }).status === 0;

/** Each with how it is told to listen on a free port of loopback, and the least number of samples that it has. */
const programs = [
  { name: 'prometheus-node-exporter', args: ['--web.listen-address=127.0.0.1:0'], samples: 200 },
  {
    name: 'prometheus',
    args: ['--web.listen-address=127.0.0.1:0', '--config.file=empty.yml', '--storage.tsdb.path=tsdb'],
    samples: 300,
  },
] as const;
writeFileSync(join(folder, 'empty.yml'), '');

/** The program at hand, or unpacked from Debian's package into our folder: nothing is installed, no service starts. */
function binaryOf(name: string): string | null {
  if (runs(name, ['--version'])) return name;
  // Its package has tens of megabytes: not for the short form.
  if (name === 'prometheus' && process.env.INQUEST_SHORT === '1') return null;
  const download = () => runs('apt-get', ['download', name]);
  if (!download() && !(process.getuid?.() === 0 && runs('apt-get', ['update']) && download())) return null;
  if (!runs('sh', ['-c', `dpkg-deb -x ${name}_*.deb unpacked`])) return null;
  const unpacked = join(folder, 'unpacked/usr/bin', name);
  return runs(unpacked, ['--version']) ? unpacked : null;
}

/** What it has said, and its address once it listens: port 0 is a free one, and it says which. */
function listening(program: ChildProcess): { readonly address: Promise<string>; readonly said: () => string } {
  let said = '';
  const address = new Promise<string>((resolve, reject) => {
    program.on('error', reject);
    program.on('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    program.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /address="?(127\.0\.0\.1:[1-9]\d*)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return { address, said: () => said };
}

const scrape = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(`http://${address}/metrics`, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`)),
      );
      response.on('error', reject);
    }).on('error', reject);
  });

const sampleLines = (text: string): readonly string[] => text.split('\n').filter((line) => /^[^#\s]/.test(line));

/** What the lines say, by means of their own: no label of this exporter holds a brace after a quote. */
const nameIn = (line: string): string => line.slice(0, line.search(/[{ ]/));
const valueIn = (line: string): string => line.slice(line.lastIndexOf(' ') + 1);
const labelNamesIn = (line: string): readonly string[] =>
  [...line.matchAll(/[{,](\w+)="/g)].map(([, label]) => label ?? '');
const typesIn = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, metric, type]) => [metric ?? '', type ?? '']));

describe.each(programs)('two scrapes of $name', ({ name, args, samples }) => {
  const binary = binaryOf(name);
  if (binary === null) {
    const why = `${name} is not installed, and was not unpacked from its package`;
    console.warn(`SKIPPED: a real scrape: ${why}`);
    it.skip(`is read (${why})`, () => undefined);
    return;
  }
  const times = [1_769_860_800_000, 1_769_860_815_000];
  const scrapes: string[] = [];
  let log = '';
  let reader: CaseReader;

  beforeAll(async () => {
    const program = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      const { address, said } = listening(program);
      for (const _time of times) scrapes.push(await scrape(await address));
      log = said().replace(/[^\n]*$/, '');
    } finally {
      program.kill();
    }
    const archive = join(folder, name, 'incident');
    mkdirSync(join(archive, 'metrics/node'), { recursive: true });
    times.forEach((time, i) => {
      writeFileSync(join(archive, `metrics/node/${time}.prom`), scrapes[i] ?? '');
    });
    writeFileSync(join(archive, 'said'), log);
    const opened = await openIncident([archive], { dataDir: join(folder, name, 'data') });
    if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.why}`);
    reader = opened.value;
  });

  const linesOfBoth = (): readonly string[] => scrapes.flatMap(sampleLines);

  it('leave no gap', () => {
    expect([...reader.gaps()]).toEqual([]);
    expect(reader.integrity()).toEqual([]);
    expect(reader.members().map(({ path, kind, records, gaps }) => ({ path, kind, records, gaps }))).toEqual([
      ...times.map((time, i) => ({
        path: `metrics/node/${time}.prom`,
        kind: 'metrics',
        records: sampleLines(scrapes[i] ?? '').length,
        gaps: 0,
      })),
      { path: 'said', kind: 'logs', records: log.split('\n').length - 1, gaps: 0 },
    ]);
  });

  it('are a row for each sample line, at its own place and time', () => {
    const rows = [...reader.rows('sample')];
    expect(linesOfBoth().length).toBeGreaterThan(samples);
    expect(rows.map(({ ref }) => reader.raw(ref)?.toString())).toEqual(linesOfBoth());
    expect(rows.map(({ ts, component }) => `${ts} ${component}`)).toEqual(
      times.flatMap((time, i) => sampleLines(scrapes[i] ?? '').map(() => `${time * 1000} node`)),
    );
  });

  it('keep name, value and labels, these by name', () => {
    for (const [i, row] of [...reader.rows('sample')].entries()) {
      const line = linesOfBoth()[i] ?? '';
      expect({ name: row.name, value: row.value, real: row.real }, line).toEqual({
        name: nameIn(line),
        value: valueIn(line),
        real: valueIn(line) === 'NaN' ? null : Number(valueIn(line)),
      });
      expect(Object.keys(row.labels as object), line).toEqual([...labelNamesIn(line)].sort());
    }
  });

  it('have the type that the exporter declares, of a summary or histogram in its parts too', () => {
    const types = new Map(scrapes.flatMap((text) => [...typesIn(text)]));
    const familyOf = (metric: string): string =>
      types.has(metric) ? metric : metric.replace(/_(sum|count|bucket)$/, '');
    const seen = new Set<string>();
    for (const row of reader.rows('sample')) {
      expect(row.type, row.name ?? '').toBe(types.get(familyOf(row.name ?? '')));
      seen.add(row.type ?? '');
    }
    expect([...seen]).toEqual(expect.arrayContaining(['counter', 'gauge', 'summary']));
  });

  it('come with a log of pairs, each line with its time, level and message', () => {
    const rows = [...reader.rows('log')];
    expect(rows.length).toBeGreaterThan(3);
    for (const { ts, level, message, ref } of rows) {
      const line = reader.raw(ref)?.toString() ?? '';
      expect(ts, line).not.toBeNull();
      expect(line).toContain(`level=${level}`);
      // Without a message the whole line is one.
      expect(line).toContain(line.includes(' msg=') ? message?.slice(0, 4) : message);
    }
  });

  it('count requests by a counter that is known as one and rises', () => {
    const rows = [...reader.rows('sample', { equals: { role: 'requests' } })];
    const ours = rows.filter(
      ({ name, labels }) => name?.startsWith('promhttp_') && JSON.stringify(labels).includes('"200"'),
    );
    expect(ours.map(({ type, reset }) => ({ type, reset }))).toEqual([
      { type: 'counter', reset: false },
      { type: 'counter', reset: false },
    ]);
    expect(ours.map(({ value }) => value)).toEqual(['0', '1']);
  });

  afterAll(() => reader?.close());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
