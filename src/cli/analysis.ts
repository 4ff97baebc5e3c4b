/** Triage and diagnosis of an open case; what they find is also kept where `inquest sql` reads it. */
import type { CaseReader } from '../case/index.ts';
import { type DiagnosisDocument, diagnose, keepDiagnosis, keepFindings } from '../diagnosis/index.ts';
import { type TriageDocument, triage } from '../triage/index.ts';
import type { Session } from './session.ts';

export function triageOf(reader: CaseReader): TriageDocument {
  const document = triage(reader);
  keepFindings(reader, document);
  return document;
}

export async function diagnosisOf(
  reader: CaseReader,
  triage: TriageDocument,
  session: Session,
): Promise<DiagnosisDocument> {
  const line = session.progress();
  try {
    const document = await diagnose(reader, triage, { onProgress: (news) => line.show({ ...news, unit: 'steps' }) });
    keepDiagnosis(reader, document);
    return document;
  } finally {
    line.clear();
  }
}
