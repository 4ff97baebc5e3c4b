// Protects the bench: its archive is the same everywhere and as odd as it says, and its arithmetic and its page are right.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trailArchive } from './archive.ts';
import { auditLines } from './audit-lines.ts';
import { begin, end, grouped, pageWith, type Results, resultText } from './page.ts';
import { type Finding, isOver, median, medianRatio, verdictOf } from './ratios.ts';
import { measureByYardstick } from './yardstick.ts';

const trail = { seed: 'test', lines: 4_000 };
const lines = [...auditLines(trail)];

const isJson = (line: string): boolean => {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
};

describe('the trail', () => {
  it('hangs on its seed alone', () => {
    expect([...auditLines(trail)]).toEqual(lines);
    expect([...auditLines({ ...trail, seed: 'other' })]).not.toEqual(lines);
  });

  it('of fewer lines is the beginning of a longer one', () => {
    expect([...auditLines({ ...trail, lines: 100 })]).toEqual(lines.slice(0, 100));
  });

  it('is odd in one line of twenty, in each of the four ways', () => {
    const blank = lines.filter((line) => line === '').length;
    const broken = lines.filter((line) => line !== '' && !isJson(line)).length;
    const unknown = lines.filter((line) => isJson(line) && line.includes('"shard":7')).length;
    const shuffled = lines.filter((line) => isJson(line) && !line.startsWith('{"ts":')).length;
    for (const share of [blank, broken, unknown, shuffled].map((count) => count / lines.length)) {
      expect(share).toBeGreaterThan(0.007);
      expect(share).toBeLessThan(0.018);
    }
  });

  it('has lines of about 430 bytes', () => {
    const mean = lines.reduce((sum, line) => sum + line.length + 1, 0) / lines.length;
    expect(mean).toBeGreaterThan(400);
    expect(mean).toBeLessThan(460);
  });
});

describe('the archive', () => {
  const folders: string[] = [];
  beforeAll(() => {
    for (let i = 0; i < 2; i += 1) folders.push(mkdtempSync(join(tmpdir(), 'inquest-bench-')));
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('has the same bytes each time, and the yardstick sees every line', async () => {
    const paths = await Promise.all(folders.map((folder) => trailArchive(folder, trail)));
    const digests = paths.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'));
    expect(new Set(digests).size).toBe(1);
    expect(await measureByYardstick(paths[0] ?? '')).toEqual({
      bytes: Buffer.byteLength(`${lines.join('\n')}\n`),
      records: lines.filter(isJson).length,
      broken: lines.filter((line) => line !== '' && !isJson(line)).length,
    });
  });
});

describe('ratios', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[], Number.NaN],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('are taken a pair at a time, so that a slow moment cancels out', () => {
    const quiet = { ours: 20, theirs: 10 };
    const busy = { ours: 80, theirs: 40 };
    expect(medianRatio([quiet, busy, { ours: 30, theirs: 10 }])).toBe(2);
  });

  const finding = (ratio: number, limit: number | null): Finding => ({ name: 'a', against: 'b', ratio, limit });
  it.each([
    [finding(5, 5), 'ok'],
    [finding(5.001, 5), 'over'],
    [finding(Number.NaN, 5), 'over'],
    [finding(99, null), ''],
  ])('%j is %s', (one, verdict) => {
    expect(verdictOf(one)).toBe(verdict);
    expect(isOver(one)).toBe(verdict === 'over');
  });
});

describe('the page', () => {
  const results: Results = {
    machine: { system: 'linux-x64', cores: 2, memoryBytes: 24 * 2 ** 30, node: '24.0.0', load: 0.5 },
    lines: 1_000_000,
    pairs: 3,
    findings: [{ name: 'indexing', against: 'yardstick', ratio: 4.256, limit: 5 }],
    amounts: [{ name: 'indexing', text: '20.00 s' }],
    absent: [],
  };

  it('groups digits', () => {
    expect([7, 1_000, 200_000, 1_234_567].map(grouped)).toEqual(['7', '1,000', '200,000', '1,234,567']);
  });

  it('tells each ratio with its limit and verdict', () => {
    expect(resultText(results)).toMatch(/^indexing \/ yardstick +4\.26 +<= 5 +ok$/m);
  });

  it('replaces the generated part and nothing else, however often', () => {
    const once = pageWith(`before\n${begin}\nold\n${end}\nafter\n`, results);
    expect(once).toContain('| indexing | yardstick | 4.26 | <= 5 | ok |');
    expect(once).not.toContain('old');
    expect(once.startsWith('before\n') && once.endsWith('\nafter\n')).toBe(true);
    expect(pageWith(once, results)).toBe(once);
  });

  it('refuses a page without the marks', () => {
    expect(() => pageWith('nothing here', results)).toThrow(/marks/);
  });

  it('of the project has the marks', () => {
    const file = join(import.meta.dirname, '../../docs/performance.md');
    expect(() => pageWith(readFileSync(file, 'utf8'), results)).not.toThrow();
  });
});
