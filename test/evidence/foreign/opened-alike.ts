import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compareText } from '../../../src/base/order.ts';
import { type CaseReader, openIncident } from '../../../src/case/index.ts';
import { proposalFor } from '../../../src/cli/surveying.ts';
import { diagnose } from '../../../src/diagnosis/index.ts';
import { dialectText, readDialects, type UserDialect } from '../../../src/evidence/index.ts';
import { triage } from '../../../src/triage/index.ts';
import { otherPrefix, ownPrefix, respell, type Style } from './respelt.ts';

async function opened<T>(
  path: string,
  dataDir: string,
  dialects: readonly UserDialect[],
  use: (reader: CaseReader) => T | Promise<T>,
): Promise<T> {
  const incident = await openIncident([path], { dataDir, dialects });
  if (!incident.ok) throw new Error(`${incident.error.what}: ${incident.error.why}`);
  try {
    return await use(incident.value);
  } finally {
    incident.value.close();
  }
}

const views = ['request', 'audit', 'job', 'attempt', 'call', 'probe', 'sample', 'snapshot', 'log'];
/** Places, what was not mapped, JSON that keeps its own spelling, and chains, which are over the bytes as they were. */
const differing =
  /^(?:n|ref|time|extra|body|payload|payload_bytes|payload_sha256|before|after|details|prev_hash|hash)$/;

/** The rows of each view in milliseconds, since others may write no more. */
function recordsOf(reader: CaseReader): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const view of views) {
    const all = reader.sql(`SELECT * FROM ${view}`);
    if (!all.ok) throw new Error(all.error.why);
    const { columns, rows } = all.value;
    const lines = [...rows].map((row) =>
      columns
        .flatMap((column, at) => {
          if (differing.test(column)) return [];
          // A path stays as it was sent; its route is what a dialect tells.
          const value = column === 'path' ? String(row[at]).replace(otherPrefix, ownPrefix) : row[at];
          return [
            `${column}=${/(?:^|_)ts$/.test(column) && value !== null ? Math.floor(Number(value) / 1000) : value}`,
          ];
        })
        .join(' '),
    );
    found[view] = lines.sort(compareText).join('\n');
  }
  return found;
}

async function answer(reader: CaseReader) {
  const { causes, symptoms } = await diagnose(reader, triage(reader));
  return {
    records: recordsOf(reader),
    causes: causes.map(({ kind, entity, verdict }) => `${verdict} ${kind} ${entity}`),
    symptoms: symptoms.map(({ kind, count }) => `${kind} ${count}`),
  };
}

/** What the archive says as it is: to be held against what it says in other spellings. */
export const answerOf = (archive: string, folder: string): ReturnType<typeof answer> =>
  opened(archive, join(folder, 'data'), [], answer);

/** Writes the archive in the style, has a dialect suggested for it, opens it with that, and expects the same answer. */
export async function expectAlike(
  archive: string,
  folder: string,
  style: Style,
  expected: Awaited<ReturnType<typeof answer>>,
): Promise<void> {
  const other = mkdtempSync(join(folder, 'respelt-'));
  await respell(archive, other, style);
  const data = join(folder, 'data');
  const text = await opened(other, data, [], (reader) => dialectText(proposalFor(reader), 'suggested'));
  const dialects = await readDialects([{ name: 'suggested.yaml', bytes: Buffer.from(text) }]);
  if (!dialects.ok) throw new Error(`${dialects.error.what}: ${dialects.error.why}\n${text}`);
  const { records, ...rest } = await opened(other, data, dialects.value, answer);
  const same = (view: string): boolean => records[view] === expected.records[view];
  expect({ ...rest, differ: views.filter((view) => !same(view)) }, text).toEqual({
    causes: expected.causes,
    symptoms: expected.symptoms,
    differ: [],
  });
}
