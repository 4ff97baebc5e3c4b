import type { Finding, TriageDocument } from '../diagnosis/index.ts';
import { foreignEntries, notThereSection, openSection, readSection } from './evidence-text.ts';
import { categorySection, countersSection, firstPassSection } from './first-pass-text.ts';
import { counted, groupDigits } from './layout.ts';
import { type Entry, page, refLine, section } from './section.ts';
import { type Manner, type Subject, safe, timesOf } from './subject.ts';

const shownRefs = 3;

function findingEntries(finding: Finding, times: (time: string) => string): readonly Entry[] {
  const span =
    finding.first_ts === null
      ? ''
      : finding.last_ts === null || finding.last_ts === finding.first_ts
        ? ` at ${times(finding.first_ts)}`
        : ` from ${times(finding.first_ts)} to ${times(finding.last_ts)}`;
  const rest = finding.count - Math.min(shownRefs, finding.evidence.length);
  return [
    { head: `${finding.severity.toUpperCase().padEnd(8)} `, text: safe(finding.title) },
    { head: '  ', text: safe(finding.summary) },
    {
      head: '  ',
      text: `${groupDigits(finding.count)} x${span}  (${finding.id}, rule ${finding.rule}, ${finding.category})`,
    },
    ...finding.evidence
      .slice(0, shownRefs)
      .flatMap((evidence): Entry[] => [
        { head: '  ', text: `${evidence.ts === null ? '' : `${times(evidence.ts)} `}${safe(evidence.note)}` },
        refLine(safe(evidence.ref)),
      ]),
    ...(rest > 0 ? [{ head: '  ', text: `and ${groupDigits(rest)} more` }] : []),
    ...finding.limits.map((limit) => ({ head: '  but: ', text: safe(limit) })),
    ...finding.advice.map((advice) => ({ head: '  do: ', text: `${safe(advice.text)} [${safe(advice.source)}]` })),
  ];
}

export const findingSections = (
  triage: TriageDocument,
  times: (time: string) => string,
  manner: Manner,
): readonly (readonly string[])[] =>
  triage.findings.map((finding, index) =>
    section(manner.paint, index === 0 ? 'FINDINGS' : '', findingEntries(finding, times)),
  );

/** What `triage` prints: the first pass, and every finding with its evidence. */
export function triageText(triage: TriageDocument, subject: Subject, manner: Manner): string {
  const times = timesOf(subject, manner.zone);
  const findings = findingSections(triage, times, manner);
  return page([
    readSection(subject, manner),
    firstPassSection(triage, times, manner),
    countersSection(triage, manner),
    categorySection(triage, manner),
    ...(findings.length === 0 ? [section(manner.paint, 'FINDINGS', ['none'])] : findings),
    section(
      manner.paint,
      'NOT ASKED',
      triage.not_evaluated.map((entry) => `${entry.rule}: needs ${entry.missing.map(safe).join(', ')}`),
    ),
    notThereSection(subject, manner),
    openSection(subject, manner),
    section(manner.paint, 'NEXT', [
      ...foreignEntries(subject),
      triage.findings.length === 0
        ? 'Nothing to follow up.'
        : `${counted(triage.findings.length, 'finding')}; inquest diagnose tests which of them is the cause.`,
    ]),
  ]);
}
