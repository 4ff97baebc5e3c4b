// Protects: several archives are one incident, whatever their order; what two of them hold counts once; references tell which.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import { everyKind, folderOf, freshPath, opened, openedAll, tarOf } from './archives.ts';

const audit = everyKind['audit.ndjson'] ?? '';
const requests = everyKind['requests.ndjson'] ?? '';
const later =
  '{"ts":"2026-01-31T12:00:01Z","request_id":"req_9","method":"GET","path":"/later","status":200,"retry_of":"req_1"}\n';

describe('two archives', () => {
  const one = { 'audit.ndjson': audit, 'requests.ndjson': requests };
  const two = { 'requests.ndjson': later, 'audit.ndjson': audit };

  it('are one case in either order, with what both hold counted once and noted', async () => {
    const a = folderOf(one, 'a');
    const b = await tarOf(folderOf(two, 'b'), Object.keys(two));
    const data = freshPath('data');
    const reader = await openedAll([a, b], { dataDir: data });
    const turned = await openedAll([b, a, b], { dataDir: data });
    expect(turned.path).toBe(reader.path);
    expect(readdirSync(join(data, 'cases'))).toHaveLength(1);
    expect(turned.archives).toEqual(reader.archives);
    expect(reader.archives.map(({ digest }) => digest)).toEqual(reader.archives.map(({ digest }) => digest).sort());
    expect(reader.totals()).toMatchObject({ members: 3, gaps: 1 });
    expect(reader.count('audit')).toBe(2);
    const refs = [...reader.rows('request')].map(({ request_id }) => request_id);
    expect([...refs].sort()).toEqual(['req_1', 'req_2', 'req_3', 'req_9']);
    expect([...turned.rows('request')].map(({ request_id }) => request_id)).toEqual(refs);
    expect(reader.integrity()).toMatchObject([
      { problem: expect.stringMatching(/^repeated: .*[0-9a-f]{8}:audit\.ndjson/) },
    ]);
    expect(reader.damage()).toEqual({ gaps: 1, problems: [] });
    reader.close();
    turned.close();
  });

  it('have references that tell the archive, in the reader and in the views, and each opens its own bytes', async () => {
    const reader = await openedAll([folderOf(one), folderOf(two)]);
    const rows = [...reader.rows('request')];
    const prefixes = reader.archives.map(({ digest }) => digest.slice(7, 15));
    for (const row of rows) {
      expect(prefixes).toContain(row.ref.slice(0, row.ref.indexOf(':')));
      const detail = reader.record(row.ref);
      expect(detail.ok && detail.value.rows.map(({ row: found }) => found.n)).toEqual([row.n]);
      expect(JSON.parse(reader.raw(row.ref)?.toString() ?? '')).toMatchObject({ request_id: row.request_id });
    }
    const shown = reader.sql('SELECT ref FROM request ORDER BY n');
    expect(shown.ok && [...shown.value.rows].flat().sort()).toEqual(rows.map(({ ref }) => ref).sort());
    const retried = rows.find(({ request_id }) => request_id === 'req_9');
    expect(reader.links(retried?.n ?? 0).map(({ reason }) => reason)).toContain('retry_of');
    reader.close();
  });

  it('are held against their own manifests', async () => {
    const manifest = JSON.stringify({ format: 'inquest-archive', version: 1, files: [{ path: 'requests.ndjson' }] });
    const reader = await openedAll([
      folderOf({ 'requests.ndjson': later, 'manifest.json': manifest }),
      folderOf({ 'audit.ndjson': audit }),
    ]);
    expect(reader.integrity()).toEqual([]);
    reader.close();
  });

  it('that hold the same have the case digest of one of them', async () => {
    const alone = await opened(folderOf(one));
    const both = await openedAll([folderOf(one), await tarOf(folderOf(one), Object.keys(one))]);
    expect(both.digest).toBe(alone.digest);
    expect(both.totals()).toEqual(alone.totals());
    expect(both.archives).toHaveLength(2);
    alone.close();
    both.close();
  });
});

it('an archive that is given twice is one archive, without a prefix', async () => {
  const folder = folderOf({ 'audit.ndjson': audit });
  const reader = await openedAll([folder, folder]);
  expect(reader.archives).toHaveLength(1);
  expect([...reader.rows('audit')][0]?.ref).toMatch(/^audit\.ndjson@/);
  reader.close();
});

it('a case file among archives is refused', async () => {
  const folder = folderOf({ 'audit.ndjson': audit });
  const reader = await opened(folder);
  const result = await openIncident([folder, reader.path]);
  expect(result).toMatchObject({ ok: false, error: { code: 'usage' } });
  reader.close();
});

it('one that cannot be read is told, and no case is left', async () => {
  const data = freshPath('data');
  const result = await openIncident([folderOf({ 'audit.ndjson': audit }), freshPath('nothing')], { dataDir: data });
  expect(result).toMatchObject({ ok: false, error: { code: 'unreadable' } });
});
