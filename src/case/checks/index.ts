/** The checks of a case: what its evidence says of itself, recomputed from the raw bytes. */

export { auditOrderKey, auditOrderText, watchAuditOrder } from './audit-order.ts';

import { type CheckKind, type CheckResult, type Checks, checkNames, resultsMax } from '../check-results.ts';
import { checkApprovals } from './approvals.ts';
import { checkAudit, checkAuditAsRead, checkAuditInOrder } from './audit-chain.ts';
import { checkBundles, checkRegions } from './bundles.ts';
import type { Check, CheckSource, Tally, Told } from './check.ts';
import { checkJournals } from './journals.ts';
import { checkPayloads } from './payloads.ts';
import { checkReplaySamples } from './replay-samples.ts';
import { checkRequestCounts } from './request-counts.ts';
import { checkSpecs } from './specs.ts';

const single: readonly (readonly [CheckKind, Check])[] = [
  ['spec_digest', checkSpecs],
  ['replay_sample', checkReplaySamples],
  ['approval_signature', checkApprovals],
  ['payload_digest', checkPayloads],
  ['bundle_files', checkBundles],
  ['region_header', checkRegions],
  ['journal_seq', checkJournals],
  ['request_counts', checkRequestCounts],
];

export function runChecks(source: CheckSource): Checks {
  const tallies = new Map(checkNames.map((check) => [check, openTally(check)]));
  const tallyOf = (check: CheckKind): Counting => tallies.get(check) as Counting;
  function checkTrail(): void {
    if (checkAuditAsRead(source, tallyOf('audit_seq'))) return;
    if (checkAuditInOrder(source, tallyOf('audit_chain'), tallyOf('audit_seq'))) return;
    for (const name of ['audit_chain', 'audit_seq'] as const) tallies.set(name, openTally(name));
    checkAudit(source, tallyOf('audit_chain'), tallyOf('audit_seq'));
  }
  checkTrail();
  for (const [name, check] of single) check(source, tallyOf(name));
  const made = checkNames.map(tallyOf);
  return {
    counts: made.map((tally) => tally.count()).filter(({ checked }) => checked > 0),
    results: made.flatMap((tally) => tally.results),
  };
}

interface Counting extends Tally {
  readonly count: () => Checks['counts'][number];
  readonly results: readonly CheckResult[];
}

const textOf = (told: Told): string => (typeof told === 'string' ? told : told());

function openTally(check: CheckKind): Counting {
  const results: CheckResult[] = [];
  let good = 0;
  const counts = { failed: 0, not_checkable: 0 };
  const add =
    (result: CheckResult['result']) =>
    (toldRef: Told, toldWhy: Told): void => {
      counts[result] += 1;
      if (counts[result] > resultsMax) return;
      const [ref, why] = [textOf(toldRef), textOf(toldWhy)];
      results.push({ check, result, path: ref.slice(0, ref.lastIndexOf('@')), ref, why });
    };
  return {
    good: () => {
      good += 1;
    },
    failed: add('failed'),
    unknown: add('not_checkable'),
    count: () => ({ check, checked: good + counts.failed + counts.not_checkable, ...counts }),
    results,
  };
}
