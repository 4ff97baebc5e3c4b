// Protects: times without a year are placed by the capture of their member, wherever in the archive the manifest lies.
import { describe, expect, it } from 'vitest';
import { formatMicros } from '../../src/base/time.ts';
import { countsAt, zoomOf } from '../../src/timeline/index.ts';
import { folderOf, opened, tarOf } from './archives.ts';

const syslog = 'Dec 31 23:59:59 h1 api[4]: late\nJan  1 00:00:01 h1 api[4]: early\n  at x\n';
const manifest = JSON.stringify({ format: 'inquest-archive', version: 1, captured_at: '2026-01-31T12:00:00Z' });

async function timesOf(path: string, others = 0): Promise<readonly (string | null)[]> {
  const reader = await opened(path);
  const rows = [...reader.rows('log')];
  const page = reader.events({ limit: 10 }).filter(({ kind }) => kind === 'log');
  expect(page.map(({ n }) => n)).toEqual(rows.map(({ n }) => n));
  const span = reader.span();
  if (span !== null) {
    const counts = Object.values(countsAt(reader, zoomOf(span, 10))).flat();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows.length + others);
  }
  reader.close();
  return rows.map(({ ts }) => (ts === null ? null : formatMicros(ts)));
}

const placed = ['2025-12-31T23:59:59Z', '2026-01-01T00:00:01Z', '2026-01-01T00:00:01Z'];

describe('a syslog without years', () => {
  it('is placed by the capture that the manifest tells, before or behind it', async () => {
    const folder = folderOf({ 'logs/a.log': syslog, 'manifest.json': manifest });
    expect(await timesOf(folder)).toEqual(placed);
    expect(await timesOf(await tarOf(folder, ['manifest.json', 'logs/a.log']))).toEqual(placed);
  });

  it('is placed by the latest dated record where nothing tells a capture', async () => {
    const health = '{"ts":"2026-01-01T00:00:02Z","component":"api","endpoint":"/healthz","status":200}\n';
    expect(await timesOf(folderOf({ 'logs/a.log': syslog, 'z.ndjson': health }), 1)).toEqual(placed);
  });

  it('is undated where no date is known at all', async () => {
    expect(await timesOf(folderOf({ 'logs/a.log': syslog }))).toEqual([null, null, null]);
  });
});
