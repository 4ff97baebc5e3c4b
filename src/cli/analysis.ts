/** Triage and diagnosis of an open case; what they find is also written where `inquest sql` reads it. */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { parseMicros } from '../base/time.ts';
import type { CaseReader, CauseInput } from '../case/index.ts';
import { type CauseEntry, type DiagnosisDocument, diagnose, type InconclusiveEntry } from '../diagnosis/index.ts';
import { type TriageDocument, triage } from '../triage/index.ts';
import type { Session } from './session.ts';

/** The documents are JSON by their schemas. */
const asBody = (value: unknown): JsonObject => {
  const json = value as Json;
  if (!isObject(json)) throw new TypeError('a document is no JSON object');
  return json;
};

const micros = (time: string | null): number | null => (time === null ? null : parseMicros(time));

export function triageOf(reader: CaseReader): TriageDocument {
  const document = triage(reader);
  reader.writeFindings(
    document.findings.map((finding) => ({
      id: finding.id,
      rule: finding.rule,
      category: finding.category,
      severity: finding.severity,
      title: finding.title,
      summary: finding.summary,
      first_ts: micros(finding.first_ts),
      last_ts: micros(finding.last_ts),
      count: finding.count,
      entities: finding.entities,
      refs: finding.evidence.map((evidence) => evidence.ref),
      body: asBody(finding),
    })),
  );
  return document;
}

const causeInput = (entry: CauseEntry | InconclusiveEntry): CauseInput => ({
  rank: entry.rank,
  kind: entry.kind,
  entity: entry.entity,
  category: entry.category,
  verdict: entry.verdict,
  strength: entry.strength,
  grade: entry.grade,
  missing: 'missing' in entry ? entry.missing : [],
  reasons: 'reasons' in entry ? entry.reasons : [],
  body: asBody(entry),
});

export async function diagnosisOf(
  reader: CaseReader,
  triage: TriageDocument,
  session: Session,
): Promise<DiagnosisDocument> {
  const line = session.progress();
  try {
    const document = await diagnose(reader, triage, { onProgress: (news) => line.show({ ...news, unit: 'steps' }) });
    reader.writeCauses([...document.causes, ...document.refuted, ...document.inconclusive].map(causeInput));
    return document;
  } finally {
    line.clear();
  }
}
