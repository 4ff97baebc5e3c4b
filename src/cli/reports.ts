/** The reports as text, in the manner of this run. */
import type { CaseReader } from '../case/index.ts';
import type { DiagnosisDocument, ReplayDocument } from '../diagnosis/index.ts';
import {
  bundleText,
  colorPaint,
  diagnosisText,
  type Manner,
  nothingText,
  plainPaint,
  replayText,
  type Subject,
  triageText,
} from '../report/index.ts';
import { bundleOverview, type TriageDocument } from '../triage/index.ts';
import { seenIn } from './seen.ts';
import type { Session } from './session.ts';
import { subjectOf } from './subject-of.ts';

/** A report on a case, or what can be told where there is no evidence for one. */
function reported(
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
  text: (subject: Subject, manner: Manner) => string,
  triage: TriageDocument | null,
): string {
  const subject = subjectOf(reader, archives);
  const manner = { zone: session.zone, paint: session.color ? colorPaint : plainPaint };
  const { records, gaps } = reader.totals();
  if (records === 0 && gaps === 0) return nothingText(subject, seenIn(reader), manner);
  const bundles = triage === null ? null : bundleOverview(reader);
  return bundles === null || triage === null ? text(subject, manner) : bundleText(bundles, triage, subject, manner);
}

export const triageReport = (
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string => reported(reader, archives, session, (subject, manner) => triageText(triage, subject, manner), triage);

export const diagnosisReport = (
  diagnosis: DiagnosisDocument,
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string =>
  reported(reader, archives, session, (subject, manner) => diagnosisText(diagnosis, triage, subject, manner), triage);

export const replayReport = (
  replay: ReplayDocument,
  asked: 'none' | 'some',
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string => reported(reader, archives, session, (subject, manner) => replayText(replay, asked, subject, manner), null);
