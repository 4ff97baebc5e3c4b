// Protects the answers: archives written by others, and our samples, are diagnosed as their labels say, and never falsely.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIncident } from '../../src/case/index.ts';
import { type DiagnosisDocument, diagnose, diagnosisDocument } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';

interface Label {
  readonly archive: string;
  readonly shape: string;
  readonly category: string;
  readonly symptoms: readonly string[];
  readonly causes: readonly { readonly kind: string; readonly entity: string; readonly role: string }[];
  readonly must_not_confirm: readonly { readonly kind: string; readonly entity: string }[];
  readonly red_herrings: readonly { readonly kind: string; readonly entity: string }[];
}

/** The causes that are tested by replay so far: cases of others must open without damage and confirm nothing false. */
const modelled = [
  'credential_scope_missing',
  'credential_expired',
  'credential_revoked',
  'agent_stopped',
  'agent_revoked',
];

const root = new URL('../..', import.meta.url).pathname;
const shared = join(root, '../shared/cases');
const folder = mkdtempSync(join(tmpdir(), 'inquest-cases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const labels = [
  ...['agent-scope', 'healthy'].map((name) => ({
    file: join(root, 'samples', name),
    label: JSON.parse(readFileSync(join(root, 'samples/expected', `${name}.json`), 'utf8')) as Label,
  })),
  ...(existsSync(shared) ? readdirSync(shared) : [])
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const label = JSON.parse(readFileSync(join(shared, name), 'utf8')) as Label;
      return { file: join(shared, label.archive), label };
    }),
];

/** A form that is not read as it stands is unpacked first, as a person would; null where it can't be. */
function opened(file: string): string | null {
  if (file.endsWith('.zip')) return null;
  if (!file.endsWith('.tar.zst')) return file;
  const tar = join(folder, `${file.replace(/^.*\//, '')}.tar`);
  writeFileSync(tar, zstdDecompressSync(readFileSync(file)));
  return tar;
}

const named = (one: { readonly kind: string; readonly entity: string }): string => `${one.kind}@${one.entity}`;

describe.each(labels.map(({ file, label }) => [label.archive, file, label] as const))('%s', (_name, file, label) => {
  const archive = opened(file);
  let document: DiagnosisDocument;
  let worst: string | undefined;
  beforeAll(async () => {
    if (archive === null) return;
    const incident = await openIncident([archive], { dataDir: folder });
    if (!incident.ok) throw new Error(incident.error.why);
    const triaged = triage(incident.value);
    document = await diagnose(incident.value, triaged);
    worst = triaged.findings[0]?.severity;
    expect(incident.value.gaps().map((gap) => gap.reason)).toEqual([]);
    incident.value.close();
  }, 60_000);

  it.runIf(archive !== null)('confirms nothing that is not a cause', () => {
    const told = [...document.causes].map(named);
    const right = new Set(label.causes.map(named));
    expect(told.filter((one) => !right.has(one))).toEqual([]);
    for (const wrong of [...label.must_not_confirm, ...label.red_herrings]) expect(told).not.toContain(named(wrong));
    // The other error that must not happen: a true cause refuted.
    expect(document.refuted.map(named).filter((one) => right.has(one))).toEqual([]);
  });

  it.runIf(archive !== null)('writes a document of its schema', () => {
    expect(diagnosisDocument.parse(document)).toEqual(document);
  });

  it.runIf(label.causes.length > 0 && label.causes.every((cause) => modelled.includes(cause.kind)))(
    'names its causes in their order, with their strength',
    () => {
      expect(document.causes.map(named)).toEqual(label.causes.map(named));
      const verdict = { necessary: 'confirmed', contributing: 'contributing', masked_behind: 'contributing' } as const;
      expect(document.causes.map((cause) => cause.verdict)).toEqual(
        label.causes.map((cause) => verdict[cause.role as keyof typeof verdict]),
      );
      expect(document.category).toBe(label.category);
      const found = document.symptoms.map((symptom) => symptom.kind as string);
      for (const kind of label.symptoms) expect(found).toContain(kind);
    },
  );

  it.runIf(label.shape === 'healthy')('finds nothing above low in a healthy system', () => {
    expect(document.symptoms).toEqual([]);
    expect(document.category).toBe('none');
    expect([undefined, 'low', 'info']).toContain(worst);
  });
});
