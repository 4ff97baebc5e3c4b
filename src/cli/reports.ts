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
  triageText,
} from '../report/index.ts';
import type { TriageDocument } from '../triage/index.ts';
import { seenIn } from './seen.ts';
import type { Session } from './session.ts';
import { subjectOf } from './subject-of.ts';

export const mannerOf = (session: Session): Manner => ({
  zone: session.zone,
  paint: session.color ? colorPaint : plainPaint,
});

const isEmpty = (reader: CaseReader): boolean => {
  const totals = reader.totals();
  return totals.records === 0 && totals.gaps === 0;
};

export function triageReport(
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string {
  const subject = subjectOf(reader, archives);
  return isEmpty(reader)
    ? nothingText(subject, seenIn(reader), mannerOf(session))
    : triageText(triage, subject, mannerOf(session));
}

export function diagnosisReport(
  diagnosis: DiagnosisDocument,
  triage: TriageDocument,
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string {
  const subject = subjectOf(reader, archives);
  return isEmpty(reader)
    ? nothingText(subject, seenIn(reader), mannerOf(session))
    : diagnosisText(diagnosis, triage, subject, mannerOf(session));
}

export function replayReport(
  replay: ReplayDocument,
  asked: 'none' | 'some',
  reader: CaseReader,
  archives: readonly string[],
  session: Session,
): string {
  const subject = subjectOf(reader, archives);
  return isEmpty(reader)
    ? nothingText(subject, seenIn(reader), mannerOf(session))
    : replayText(replay, asked, subject, mannerOf(session));
}
