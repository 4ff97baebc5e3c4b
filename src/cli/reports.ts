/** The reports as text, in the manner of this run. */
import type { CaseReader } from '../case/index.ts';
import type { DiagnosisDocument, ReplayDocument } from '../diagnosis/index.ts';
import {
  colorPaint,
  diagnosisText,
  type Manner,
  nothingText,
  plainPaint,
  replayText,
  type Subject,
  triageText,
} from '../report/index.ts';
import type { TriageDocument } from '../triage/index.ts';
import { seenIn } from './seen.ts';
import type { Session } from './session.ts';
import { subjectOf } from './subject-of.ts';

/** A report on a case, or that there was nothing to report on. */
function reported(
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
  text: (subject: Subject, manner: Manner) => string,
): string {
  const subject = subjectOf(reader, archives);
  const manner = { zone: session.zone, paint: session.color ? colorPaint : plainPaint };
  const { records, gaps } = reader.totals();
  return records === 0 && gaps === 0 ? nothingText(subject, seenIn(reader), manner) : text(subject, manner);
}

export const triageReport = (
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string => reported(reader, archives, session, (subject, manner) => triageText(triage, subject, manner));

export const diagnosisReport = (
  diagnosis: DiagnosisDocument,
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string =>
  reported(reader, archives, session, (subject, manner) => diagnosisText(diagnosis, triage, subject, manner));

export const replayReport = (
  replay: ReplayDocument,
  asked: 'none' | 'some',
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string => reported(reader, archives, session, (subject, manner) => replayText(replay, asked, subject, manner));
