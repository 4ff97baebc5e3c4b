// Protects the memory of checks: a case that stays as it is gives the same answers with and without it, and whatever was changed, the
// case or what was remembered, is looked at again.
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { CaseReader, Checks } from '../../src/case/index.ts';
import { keepFindings } from '../../src/diagnosis/keep.ts';
import { triage } from '../../src/triage/index.ts';
import { folderOf, freshPath, opened } from './archives.ts';

/** A file that was written less than two seconds ago may change again unseen: nothing is remembered of it. */
const settle = (): Promise<void> => setTimeout(2_100);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const record = { ts: '2026-01-31T12:00:00Z', action: 'job.started', resource: { kind: 'job', id: 'j1' }, seq: 1 };
const files = {
  'audit.ndjson': [record, { ...record, seq: 2, prev_hash: 'ab', hash: 'ab' }, { ...record, seq: 4 }]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join(''),
  'jobs.ndjson': `${JSON.stringify({ id: 'j1', type: 'replay', state: 'failed', attempt: 1, created_at: record.ts, payload: 1, payload_sha256: 'ab' })}\n`,
};

const read = async <T>(path: string, dataDir: string, ask: (reader: CaseReader) => T): Promise<T> => {
  const reader = await opened(path, { dataDir });
  try {
    return ask(reader);
  } finally {
    reader.close();
  }
};

it('checks are remembered while the case file is the same, and only then', async () => {
  const dataDir = freshPath('data');
  const built = await opened(folderOf(files), { dataDir });
  const caseFile = built.path;
  const first = built.checks();
  built.close();
  const kept = join(dataDir, 'files');
  const checksOf = (): Promise<Checks> => read(caseFile, dataDir, (reader) => reader.checks());
  const documentOf = (): Promise<string> => read(caseFile, dataDir, (reader) => JSON.stringify(triage(reader)));
  const memories = (): readonly string[] =>
    readdirSync(kept)
      .map((name) => join(kept, name))
      .filter((path) => readFileSync(path, 'utf8').includes('"counts"'));
  expect(first.results.map(({ check, result }) => `${check} ${result}`)).toEqual([
    'audit_chain failed',
    'audit_seq failed',
    'payload_digest not_checkable',
  ]);
  // A case in which somebody made it look right.
  const tampered = freshPath('x.inquest');
  copyFileSync(caseFile, tampered);
  const db = new Database(tampered);
  db.exec('UPDATE t_audit SET seq = 3 WHERE seq = 4');
  db.close();
  await settle();
  const document = await documentOf();
  expect(JSON.stringify(await checksOf())).toBe(JSON.stringify(first));
  const [memory = '', ...others] = memories();
  expect(others).toEqual([]);

  // It is indeed asked: what was put into it comes out, as long as it is whole.
  const text = readFileSync(memory, 'utf8');
  const other = JSON.stringify({ counts: [], results: [] });
  writeFileSync(memory, `${sha256(other)}\n${other}`);
  expect(await checksOf()).toEqual({ counts: [], results: [] });
  const broken = ['', '\n', '{}', 'null', text.slice(0, -1), `${text} `, text.replace('failed', 'Failed'), `\n${text}`];
  for (const bytes of [...broken.map((one) => Buffer.from(one)), Buffer.alloc(100, 255)]) {
    writeFileSync(memory, bytes);
    expect(JSON.stringify(await checksOf())).toBe(JSON.stringify(first));
    expect(readFileSync(memory, 'utf8')).toBe(text);
  }
  expect(await documentOf()).toBe(document);
  rmSync(memory);
  expect(await documentOf()).toBe(document);

  const after = await read(tampered, dataDir, (reader) => reader.checks());
  expect(after.results.map(({ check }) => check)).toEqual(['audit_chain', 'payload_digest']);
  expect(JSON.stringify(await checksOf())).toBe(JSON.stringify(first));
});

it('findings that are in the file already are not written again, others are', async () => {
  const dataDir = freshPath('data');
  const reader = await opened(folderOf(files), { dataDir });
  const bytes = (): string => sha256(readFileSync(reader.path, 'latin1'));
  const empty = bytes();
  keepFindings(reader, triage(reader));
  const full = bytes();
  expect(full).not.toBe(empty);
  keepFindings(reader, triage(reader));
  expect(bytes()).toBe(full);
  const names = reader.sql('SELECT rule FROM finding');
  expect(names.ok ? [...names.value.rows].length : 0).toBeGreaterThan(0);
  reader.writeFindings([]);
  const none = reader.sql('SELECT rule FROM finding');
  expect(none.ok ? [...none.value.rows] : null).toEqual([]);
  reader.close();
});
