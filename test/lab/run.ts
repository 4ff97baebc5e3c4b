/**
 * One incident of the lab from its seed to its findings. By hand: `node test/lab/run.ts 17` tells all of seed 17,
 * `node test/lab/run.ts 1 500` runs a range and tells what is wrong in it, `--keep FOLDER` leaves the archive there.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openIncident } from '../../src/case/index.ts';
import { type DiagnosisDocument, diagnose } from '../../src/diagnosis/index.ts';
import { triage } from '../../src/triage/index.ts';
import { check, type Findings } from './check.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { incidentOf } from './incident.ts';
import { type Truth, truthOf } from './truth.ts';
import type { Plan } from './world.ts';

export interface Ran extends Findings {
  readonly plan: Plan;
  readonly truth: Truth;
  readonly evidence: Evidence;
  readonly document: DiagnosisDocument;
}

function write(folder: string, evidence: Evidence): void {
  for (const [path, text] of evidence.members) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export async function runSeed(seed: number, keep?: string): Promise<Ran> {
  const plan = incidentOf(seed);
  const truth = truthOf(plan);
  const evidence = evidenceOf(plan, truth.played);
  if (keep !== undefined) write(keep, evidence);
  const folder = mkdtempSync(join(tmpdir(), 'inquest-lab-'));
  try {
    const archive = join(folder, 'archive');
    write(archive, evidence);
    const opened = await openIncident([archive], { dataDir: join(folder, 'data') });
    if (!opened.ok) throw new Error(`seed ${seed}: ${opened.error.why}`);
    const triaged = triage(opened.value);
    const document = await diagnose(opened.value, triaged);
    const severities = triaged.findings.map((finding) => finding.severity);
    opened.value.close();
    return { plan, truth, evidence, document, ...check(plan, evidence, truth, document, severities) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What to read when a seed fails: how to run it again, what was injected, what is true, what was said. */
export function report(ran: Ran): string {
  const { plan, truth, evidence, document } = ran;
  const line = (one: DiagnosisDocument['inconclusive'][number] | DiagnosisDocument['causes'][number]): string =>
    `    ${one.verdict} ${one.kind}@${one.entity} ${one.grade} of ${one.symptoms.join()}${'reasons' in one ? ` ${one.reasons} missing ${one.missing}` : ''}`;
  return [
    `seed ${plan.seed}: ${plan.shape}, dark: ${evidence.dark ?? 'no'}; again: node test/lab/run.ts ${plan.seed}`,
    ...ran.violations.map((text) => `  VIOLATION ${text}`),
    ...ran.timid.map((text) => `  timid ${text}`),
    `  injected: ${plan.faults.map((fault) => `${fault.id} ${fault.kind}@${fault.entity}${truth.necessary.has(fault.id) ? ' necessary' : truth.causal.has(fault.id) ? ' causal' : ''}`).join('; ')}`,
    `  true symptoms: ${truth.symptoms.map((one) => `${one.kind} ${one.who} ${one.code ?? ''}`).join('; ')}`,
    `  symptoms: ${document.symptoms.map((one) => `${one.id} ${one.kind} ${one.entities} (${one.count})`).join('; ')}`,
    `  said (${document.category}):`,
    ...[...document.causes, ...document.refuted, ...document.inconclusive].map(line),
  ].join('\n');
}

async function main(words: readonly string[]): Promise<void> {
  const keep = words.indexOf('--keep');
  const [from, to] = words.filter((word) => /^\d+$/.test(word)).map(Number);
  if (from === undefined) throw new Error('which seed?');
  let bad = 0;
  let timid = 0;
  for (let seed = from; seed <= (to ?? from); seed++) {
    const ran = await runSeed(seed, keep < 0 ? undefined : words[keep + 1]);
    if (ran.violations.length > 0) bad++;
    if (ran.timid.length > 0) timid++;
    if (to === undefined || ran.violations.length > 0 || (ran.timid.length > 0 && words.includes('--timid')))
      process.stdout.write(`${report(ran)}\n`);
  }
  process.stdout.write(`${from}-${to ?? from}: ${bad} with violations, ${timid} timid\n`);
}

if (import.meta.main) await main(process.argv.slice(2));
