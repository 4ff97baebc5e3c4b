import { escapeTerminal } from '../base/escape/terminal.ts';
import { evidenceKinds } from '../base/vocabulary.ts';
import { type CaseReader, type CheckCount, type CheckKind, failedProblems } from '../case/index.ts';
import {
  colorPaint,
  counted,
  foreignEntries,
  groupDigits,
  nothingText,
  plainPaint,
  safe,
  section,
  shellWord,
  spanText,
  tableLines,
} from '../report/index.ts';
import { clockLines } from './clock-text.ts';
import { formatBytes } from './progress.ts';
import { seenIn } from './seen.ts';
import type { Session } from './session.ts';
import { subjectOf } from './subject-of.ts';

const shownGaps = 10;

function kindLines(reader: CaseReader): readonly string[] {
  const members = reader.members();
  const rows = evidenceKinds.flatMap((kind) => {
    const own = members.filter((member) => member.kind === kind);
    if (own.length === 0) return [];
    const sum = (pick: (member: (typeof own)[number]) => number): number =>
      own.reduce((total, member) => total + pick(member), 0);
    return [
      [
        kind,
        groupDigits(own.length),
        groupDigits(sum((member) => member.records)),
        groupDigits(sum((member) => member.gaps)),
        formatBytes(sum((member) => member.bytes)),
      ],
    ];
  });
  return tableLines(
    [
      { title: 'kind' },
      { title: 'members', right: true },
      { title: 'records', right: true },
      { title: 'gaps', right: true },
      { title: 'bytes', right: true },
    ],
    rows,
  );
}

const checked: Readonly<Record<CheckKind, readonly [string, string]>> = {
  audit_chain: ['link of the audit trail', 'links of the audit trail'],
  audit_seq: ['number of the audit trail', 'numbers of the audit trail'],
  spec_digest: ['digest of a specification', 'digests of a specification'],
  replay_sample: ['sample of a replay audit', 'samples of a replay audit'],
  approval_signature: ['signature of an approval', 'signatures of an approval'],
  payload_digest: ['digest of a payload', 'digests of a payload'],
  bundle_files: ['incident bundle', 'incident bundles'],
  region_header: ['region file', 'region files'],
  journal_seq: ['number of a journal', 'numbers of a journal'],
  request_counts: ['step of a counter of requests', 'steps of counters of requests'],
};

/** `1,204 links of the audit trail: 2 not checkable`. */
export function checkText({ check, checked: all, failed, not_checkable }: CheckCount): string {
  const parts = [
    failed === 0 ? '' : `${groupDigits(failed)} failed`,
    not_checkable === 0 ? '' : `${groupDigits(not_checkable)} not checkable`,
  ].filter((part) => part !== '');
  return `${counted(all, ...checked[check])}: ${parts.length === 0 ? 'in order' : parts.join(', ')}`;
}

/** What `index` prints. */
export function indexText(reader: CaseReader, archives: readonly string[], session: Session): string {
  const paint = session.color ? colorPaint : plainPaint;
  const subject = subjectOf(reader, archives);
  const totals = reader.totals();
  const gaps = reader.gaps(shownGaps);
  const checks = reader.checks();
  if (totals.records === 0 && totals.gaps === 0)
    return `${nothingText(subject, seenIn(reader), { zone: session.zone, paint })}\nCASE FILE   ${escapeTerminal(reader.path)}\n`;
  const sections = [
    section(paint, 'ARCHIVE', [
      ...reader.archives.map((one) => `${safe(one.name)}, ${formatBytes(one.bytes)}`),
      { lines: reader.archives.map((one) => one.digest) },
    ]),
    section(paint, 'SPAN', [spanText(subject.span, session.zone)]),
    section(paint, 'HOSTS', subject.hosts.length === 0 ? [] : [subject.hosts.map(safe).join(', ')]),
    section(paint, 'CLOCKS', [...clockLines(reader.clocks(), session.zone)]),
    section(paint, 'FOUND', [
      { lines: kindLines(reader) },
      `${counted(totals.records, 'record')}, ${counted(totals.events, 'event')}, ${counted(totals.entities, 'entity', 'entities')}`,
    ]),
    section(paint, 'NOT HERE', subject.notCaptured.length === 0 ? [] : [subject.notCaptured.join(', ')]),
    section(
      paint,
      'INTEGRITY',
      [...reader.integrity(), ...failedProblems(checks)].map(
        ({ path, problem, ref }) => `${safe(ref ?? path)}: ${safe(problem)}`,
      ),
    ),
    section(paint, 'CHECKED', [...checks.counts.map(checkText)]),
    section(paint, 'GAPS', [
      ...gaps.map((gap) => ({ lines: [`${safe(gap.ref)}  ${(gap.reason ?? '').replaceAll('_', ' ')}`] })),
      ...(totals.gaps > gaps.length ? [`and ${groupDigits(totals.gaps - gaps.length)} more`] : []),
    ]),
    section(paint, 'CASE', [{ lines: [reader.digest, escapeTerminal(reader.path)] }]),
    section(paint, 'NEXT', [
      ...foreignEntries(subject),
      { lines: [`inquest diagnose ${shellWord(safe(subject.opens))}`] },
    ]),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
