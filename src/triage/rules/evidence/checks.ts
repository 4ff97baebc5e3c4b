import { type Entity, entityOf } from '../../../base/entity.ts';
import type { CheckCount, CheckKind, CheckResult } from '../../../case/index.ts';
import { evidenceMax } from '../../evidence-note.ts';
import { type Draft, defineRule } from '../../rule.ts';
import type { Situation } from '../../situation.ts';

type MessageId = 'untrue' | 'missing' | 'files' | 'counts';

/** What a check that fails tells. */
const messageOf: Readonly<Record<CheckKind, MessageId>> = {
  audit_chain: 'untrue',
  spec_digest: 'untrue',
  replay_sample: 'untrue',
  approval_signature: 'untrue',
  payload_digest: 'untrue',
  audit_seq: 'missing',
  journal_seq: 'missing',
  bundle_files: 'files',
  region_header: 'files',
  request_counts: 'counts',
};

const severityOf = { untrue: 'medium', missing: 'medium', files: 'low', counts: 'low' } as const;

/** Kind of the record, as the timeline spells it. */
const kindOf = (check: CheckKind): string =>
  check === 'audit_chain' || check === 'audit_seq'
    ? 'audit'
    : check === 'payload_digest'
      ? 'job'
      : check === 'request_counts'
        ? 'sample'
        : 'document';

const nameOf = (check: CheckKind): string => check.replaceAll('_', ' ');

const countText = ({ check, checked, failed, not_checkable }: CheckCount): string =>
  `${nameOf(check)}: ${checked} checked, ${failed} failed, ${not_checkable} not checkable.`;

function draft(
  message: MessageId,
  counts: readonly CheckCount[],
  results: readonly CheckResult[],
): Draft<MessageId> | null {
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  if (failed === 0) return null;
  const paths = [...new Set(results.map(({ path }) => path))];
  const shown = results.slice(0, 3).map(({ path, why }) => `${path}: ${why}`);
  return {
    message,
    values: {
      count: failed,
      checked: counts.reduce((sum, count) => sum + count.checked, 0),
      shown: failed > shown.length ? `${shown.join('; ')}; and ${failed - shown.length} more` : shown.join('; '),
    },
    severity: severityOf[message],
    entities: paths.slice(0, evidenceMax).map((path): Entity => entityOf('file', path)),
    first: null,
    last: null,
    count: failed,
    evidence: results
      .slice(0, evidenceMax)
      .map(({ check, ref, why }) => ({ ref, ts: null, kind: kindOf(check), note: `${nameOf(check)}: ${why}` })),
    limits: counts.map(countText),
    advice: [
      {
        text:
          message === 'missing' || message === 'counts'
            ? 'Ask for an export that is not filtered, and read every verdict that rests on an absence with care.'
            : 'Ask for these records again from where they are kept, and compare them before you rely on what they say.',
        source: 'evidence contract: integrity',
      },
    ],
    causes: [],
  };
}

export const checks = defineRule<MessageId>({
  id: 'evidence/checks',
  category: 'evidence',
  severity: 'medium',
  needs: [],
  messages: {
    untrue: {
      title: 'Records are not what their digests or signatures say',
      summary: '{count} of {checked} that could be recomputed disagree. {shown}.',
    },
    missing: {
      title: 'Numbered records are missing',
      summary: 'In {count} of {checked} places a number is missing or stands twice. {shown}.',
    },
    files: {
      title: 'Files of an agent are not whole',
      summary: '{count} of {checked} bundles and regions lack something. {shown}.',
    },
    counts: {
      title: 'Counters of requests and recorded requests disagree',
      summary: 'In {count} of {checked} intervals between scrapes the counters say something else. {shown}.',
    },
  },
  docs: {
    means:
      'The evidence contradicts itself: a link of the audit trail does not fit, a digest or a signature is not that of the bytes, a number is missing where numbers have no holes, a bundle lacks a file that every bundle has, or a counter counted other requests than were recorded.',
    decided:
      'By recomputing. The audit trail is followed by `seq`, else by `prev_hash`, never by position; the first `prev_hash` is not checked, since an export may begin anywhere; a record with a number beyond 2^53 is not checkable. Specifications are compared with the replay audits and approvals of the same agent. A signature is checked when its key is in the archive, and a payload when it is bytes. Records that were changed and numbers that are missing are `medium`, files that are missing or too short, and counters that disagree, `low`. Between two scrapes a counter by its recommended name must have gone up by as many requests as were recorded, but for those within a second of a scrape; other counters may count more. What could not be checked is counted, and proves nothing.',
    todo: 'Ask for the records again. A changed audit record is a matter of its own, whatever the incident was; a hole means that what is absent may only not have been exported.',
    notCaptured:
      'Without hashes, numbers, digests or signatures in the evidence there is nothing to check, and nothing is said.',
    source: 'The evidence contract: audit records, bundles, approvals and regions.',
  },
  find: ({ reader }: Situation) => {
    const { counts, results } = reader.checks();
    return (['untrue', 'missing', 'files', 'counts'] as const).flatMap((message) => {
      const made = draft(
        message,
        counts.filter(({ check }) => messageOf[check] === message),
        results.filter(({ check, result }) => messageOf[check] === message && result === 'failed'),
      );
      return made === null ? [] : [made];
    });
  },
});
