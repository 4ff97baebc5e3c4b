// Protects against guesses: where the evidence that would decide is not there, nothing is confirmed, and what is missing is named.
import { afterEach, describe, expect, it } from 'vitest';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';
import { type Alteration, type OpenSample, openAltered } from './altered-sample.ts';

const cause = 'credential_scope_missing@credential:cr_81a7e724';
const credential = 'cr_81a7e724';
let open: OpenSample | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

async function diagnosed(alteration: Alteration): Promise<DiagnosisDocument> {
  open = await openAltered('agent-scope', alteration);
  return diagnose(open.reader, triage(open.reader));
}

const confirmed = (document: DiagnosisDocument): string[] =>
  document.causes.filter((one) => one.verdict === 'confirmed').map((one) => `${one.kind}@${one.entity}`);
const missing = (document: DiagnosisDocument): string[] => document.inconclusive.flatMap((one) => one.missing);
const reasons = (document: DiagnosisDocument): string[] => document.inconclusive.flatMap((one) => one.reasons);

describe('the sample as it is', () => {
  it('is confirmed', async () => {
    expect(confirmed(await diagnosed({}))).toEqual([cause]);
  });

  it('is confirmed just the same without its manifest, under the assumption that its files are complete', async () => {
    expect(confirmed(await diagnosed({ drop: [] }))).toEqual([cause]);
  });
});

describe('what would decide is not in the archive', () => {
  it('names the state', async () => {
    const document = await diagnosed({ drop: ['state.json'] });
    expect(document.causes).toEqual([]);
    expect(document.refuted).toEqual([]);
    expect(missing(document)).toContain('state');
    expect(document.inconclusive.every((one) => one.grade === 'F0')).toBe(true);
  });

  it('names the section of the state', async () => {
    const document = await diagnosed({ state: (state) => delete state.credentials });
    expect(document.causes).toEqual([]);
    expect(missing(document)).toContain('state.credentials');
  });

  it('names the requests', async () => {
    const document = await diagnosed({ drop: ['requests.ndjson'] });
    expect(document.causes).toEqual([]);
    const offline = document.inconclusive.find((one) => one.entity === 'agent:ag_343d612c');
    expect(offline?.missing.some((one) => one.startsWith('requests'))).toBe(true);
  });

  it('names the audit where the configuration of before is not told', async () => {
    const document = await diagnosed({ drop: ['audit.ndjson'] });
    expect(document.causes).toEqual([]);
    expect(document.refuted).toEqual([]);
    expect(missing(document)).toEqual(['audit']);
  });

  it('names the span of requests that end too early', async () => {
    const end = '2026-03-17T02:13:50Z';
    const document = await diagnosed({
      records: { 'requests.ndjson': (record) => (String(record.ts) < end ? record : null) },
    });
    expect(document.causes).toEqual([]);
    expect(document.refuted).toEqual([]);
    expect(missing(document).some((one) => /^requests@2026-03-17T02:1.+\/2026-03-17T02:15:15Z$/.test(one))).toBe(true);
  });
});

describe('what would decide is masked', () => {
  it('says redacted, whether all scopes are masked or one', async () => {
    for (const scopes of ['***', ['***'], ['agent:deployments_read', '[REDACTED]']]) {
      const document = await diagnosed({
        state: (state) => {
          const all = state.credentials as { id: string; scopes: unknown }[];
          for (const one of all) if (one.id === credential) one.scopes = scopes;
        },
        records: {
          'audit.ndjson': (record) =>
            (record.resource as { id: string }).id === credential && record.action === 'credential.rotated'
              ? null
              : record,
        },
      });
      open?.close();
      open = null;
      expect(confirmed(document)).toEqual([]);
      expect(document.refuted).toEqual([]);
      expect(reasons(document)).toContain('redacted');
    }
  });
});

describe('the change is told in other ways', () => {
  const rotation = (change: (record: Record<string, unknown>) => Record<string, unknown> | null): Alteration => ({
    records: {
      'audit.ndjson': (record) =>
        (record.resource as { id: string }).id === credential && record.action === 'credential.rotated'
          ? change(record)
          : record,
    },
  });

  it('is confirmed where only the new scopes are told: the earlier requests are then not predicted', async () => {
    const document = await diagnosed(rotation(({ before: _before, ...record }) => record));
    expect(confirmed(document)).toEqual([cause]);
  });

  it('is not confirmed where the state contradicts what was seen: the key had always lacked the scopes', async () => {
    const document = await diagnosed(rotation(() => null));
    expect(confirmed(document)).toEqual([]);
    expect(document.refuted).toEqual([]);
    expect(reasons(document)).toContain('low_fidelity');
  });
});
