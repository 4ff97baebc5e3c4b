/** What was found, kept in the case: for SQL, for filters, and for whoever opens it next. */
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { parseMicros } from '../base/time.ts';
import type { CaseReader, CauseInput } from '../case/index.ts';
import type { TriageDocument } from '../triage/index.ts';
import type { CauseEntry, DiagnosisDocument, InconclusiveEntry } from './document.ts';

/** The documents are JSON by their schemas. */
const asBody = (value: unknown): JsonObject => {
  const json = value as Json;
  if (!isObject(json)) throw new TypeError('a document is no JSON object');
  return json;
};

const micros = (time: string | null): number | null => (time === null ? null : parseMicros(time));

export function keepFindings(reader: CaseReader, document: TriageDocument): void {
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

/** Causes of all verdicts, and the symptoms with their records. */
export function keepDiagnosis(reader: CaseReader, document: DiagnosisDocument): void {
  reader.writeCauses([...document.causes, ...document.refuted, ...document.inconclusive].map(causeInput));
  reader.writeSymptoms(document.symptoms.map(({ id, kind, refs }) => ({ id, kind, refs })));
}
