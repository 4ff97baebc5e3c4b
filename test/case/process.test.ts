// Protects: a killed run leaves the old case or none; and neither time zone nor locale reaches a digest.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import { everyKind, folderOf, freshPath, opened, tarOf } from './archives.ts';

const script = fileURLToPath(new URL('./index-once.ts', import.meta.url));

it('is killed at many moments, and the next run finds an old case, or none, and cleans up', {
  timeout: 120_000,
}, async () => {
  const line = '{"ts":"2026-01-31T12:00:00Z","method":"GET","path":"/x","status":200,"request_id":"r"}\n';
  const archive = folderOf({
    'requests.ndjson': line.repeat(120_000),
    ...everyKind,
    'more/requests.ndjson': line.repeat(60_000),
  });
  const data = freshPath('data');
  const cases = join(data, 'cases');
  for (let wait = 150; wait <= 1_350; wait += 300) {
    const child = spawn(process.execPath, [script, archive, data], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await pause(wait);
    child.kill('SIGKILL');
    await ended;
    const names = existsSync(cases) ? readdirSync(cases) : [];
    for (const name of names.filter((one) => one.endsWith('.inquest'))) {
      const reader = await opened(join(cases, name));
      expect(reader.totals().members).toBe(14);
      reader.close();
    }
  }
  const reader = await opened(archive, { dataDir: data });
  expect(reader.count('request')).toBe(60_000 + 3);
  reader.close();
  expect(readdirSync(cases).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('takes its half file away at the moment of an interrupt, not when SQLite is done', async () => {
  const archive = folderOf({ 'requests.ndjson': '{"method":"GET","path":"/x","status":200}\n'.repeat(200_000) });
  const data = freshPath('data');
  const abort = new AbortController();
  const halves: (readonly string[])[] = [];
  const look = (): void => void halves.push(readdirSync(join(data, 'cases')));
  const answer = await openIncident([archive], {
    dataDir: data,
    signal: abort.signal,
    onProgress: ({ step }) => {
      if (step !== 'indexing' || abort.signal.aborted) return;
      look();
      abort.abort();
      look();
    },
  });
  expect(answer).toMatchObject({ ok: false, error: { code: 'interrupted' } });
  expect(halves).toEqual([[expect.stringMatching(/\.tmp$/)], []]);
});

it('has one digest under any time zone and locale, for a folder and its tar', { timeout: 60_000 }, async () => {
  const folder = folderOf(everyKind);
  const tar = await tarOf(folder, [...Object.keys(everyKind)].reverse(), false);
  const digests = [
    [folder, 'Pacific/Kiritimati', 'tr_TR.UTF-8'],
    [tar, 'America/St_Johns', 'C'],
    [tar, 'UTC', 'de_DE.UTF-8'],
  ].map(([archive = '', TZ, LANG]) =>
    execFileSync(process.execPath, [script, archive, freshPath('data')], {
      env: { ...process.env, TZ, LANG, LC_ALL: LANG },
      encoding: 'utf8',
    }).trim(),
  );
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
});
