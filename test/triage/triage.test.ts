// Protects the whole triage on real incidents: the document keeps its schema, finds what was injected, and stays quiet where nothing was.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TriageDocument, triage, triageDocument } from '../../src/triage/index.ts';
import {
  each,
  forbidden,
  heartbeat,
  type Members,
  probes,
  state,
  upload,
  withCase,
  withIncident,
} from './evidence-folder.ts';

const root = join(import.meta.dirname, '../..');
const samples = join(root, 'samples');
const cases = join(root, '../shared/cases');

const serious = ({ findings }: TriageDocument) =>
  findings.filter(({ severity }) => severity !== 'low' && severity !== 'info');
const read = (path: string): Promise<TriageDocument> => withIncident(path, triage);

describe('samples', () => {
  test('a rotation that dropped two scopes is found, with its consequence, and the herring stays low', async () => {
    const document = await read(join(samples, 'agent-scope'));
    expect(triageDocument.parse(document)).toEqual(document);
    expect(document.category).toBe('agent');
    const [first, second, third] = document.findings;
    expect(first).toMatchObject({ id: 'f1', rule: 'auth/credential-scope-missing', severity: 'high', limits: [] });
    expect(first?.summary).toContain('agent:artifact_upload, agent:heartbeat were taken away');
    expect(first?.causes.map(({ kind }) => kind)).toEqual(['credential_scope_missing']);
    expect(second).toMatchObject({ rule: 'agent/missing-heartbeats', severity: 'high', causes: first?.causes });
    expect(third).toMatchObject({ rule: 'worker/component-unready', severity: 'medium' });
    expect(document.findings.find(({ rule }) => rule === 'auth/credential-expired')?.severity).toBe('low');
    expect(document.first_pass.worker.readyz.state).toBe('failing');
  });

  test('a healthy system has no category and nothing above low', async () => {
    const document = await read(join(samples, 'healthy'));
    expect(serious(document)).toEqual([]);
    expect(document.category).toBe('none');
    expect(document.not_evaluated).toEqual([]);
  });
});

interface Label {
  readonly archive: string;
  readonly shape: string;
  readonly causes: ReadonlyArray<{ readonly kind: string; readonly entity: string }>;
}

/** Causes that the rules of this step can suggest. */
const known = new Set(['credential_scope_missing', 'credential_expired', 'credential_revoked', 'agent_stopped']);
const readable = /\.tar(?:\.gz)?$/;
const labels: readonly Label[] = existsSync(cases)
  ? readdirSync(cases)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(cases, name), 'utf8')) as Label)
      .filter(({ archive }) => readable.test(archive))
  : [];

describe.skipIf(labels.length === 0)('archives written by others', () => {
  test.each(labels.map((label) => [label.archive, label] as const))('%s', async (archive, { shape, causes }) => {
    const document = await read(join(cases, archive));
    expect(triageDocument.parse(document)).toEqual(document);
    if (shape === 'healthy') expect(serious(document)).toEqual([]);
    const suggested = document.findings.flatMap((finding) => finding.causes);
    for (const { kind, entity } of causes.filter((cause) => known.has(cause.kind)))
      expect(suggested).toContainEqual({ kind, entity });
  });
});

describe('any subset of the evidence', () => {
  const whole: Members = {
    'requests.ndjson': [
      ...each(0, 300, 20, (s) => heartbeat('ag_1', s)),
      ...each(0, 300, 20, (s) => upload('ag_1', s, forbidden)),
    ],
    'health.ndjson': probes('worker', '..xxx...'),
    'state.json': state(),
  };

  test.each([
    [['requests.ndjson'], ['auth/credential-expired', 'auth/credential-revoked', 'worker/component-unready']],
    [
      ['health.ndjson'],
      [
        'agent/missing-heartbeats',
        'auth/credential-expired',
        'auth/credential-revoked',
        'auth/credential-scope-missing',
      ],
    ],
    [['requests.ndjson', 'state.json'], ['worker/component-unready']],
    [['requests.ndjson', 'state.json', 'health.ndjson'], []],
  ])('%j leaves %j not evaluated', async (paths, missing) => {
    const members = Object.fromEntries(Object.entries(whole).filter(([path]) => paths.includes(path)));
    const document = await withCase(members, triage);
    expect(triageDocument.parse(document)).toEqual(document);
    expect(document.not_evaluated.map(({ rule }) => rule)).toEqual(missing);
    expect(document.first_pass.counters.requests).toBeNull();
  });

  test('every finding has evidence that opens', async () => {
    await withCase(whole, (reader) => {
      const { findings } = triage(reader);
      expect(findings.length).toBeGreaterThan(1);
      for (const { evidence } of findings) {
        expect(evidence.length).toBeGreaterThan(0);
        for (const { ref } of evidence) expect(reader.raw(ref)).not.toBeNull();
      }
    });
  });
});
