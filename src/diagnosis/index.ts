/** diagnosis/: from what was hurt to why, with the proof: symptoms, hypotheses, verdicts, in one document. */
import { formatMicros } from '../base/time.ts';
import type { Category, SymptomKind } from '../base/vocabulary.ts';
import { type CaseReader, stampOf } from '../case/index.ts';
import { type InvestigateOptions, investigate } from '../replay/index.ts';
import type { TriageDocument } from '../triage/index.ts';
import { adviceFor } from './advice.ts';
import { changesOf } from './changes.ts';
import type { DiagnosisDocument } from './document.ts';
import { type Entries, entriesOf } from './entries.ts';
import { impactOf } from './impact.ts';
import { type NumberedSymptom, questionsOf, symptomsOf } from './symptoms/index.ts';

export { type ReplayDocument, replayDocument } from '../replay/index.ts';
export {
  type BundleOverview,
  type BundleView,
  bundleOverview,
  type Counter,
  type EndpointHealth,
  type Finding,
  type FirstPass,
  type Mark,
  type Statement,
  type Topic,
  type TriageDocument,
} from '../triage/index.ts';
export {
  type CauseEntry,
  type DiagnosisDocument,
  diagnosisDocument,
  type InconclusiveEntry,
  type Symptom,
  type TestName,
  testNames,
} from './document.ts';
export { keepDiagnosis, keepFindings } from './keep.ts';
export type { DiagnosisMessage, ToDiagnosis } from './message.ts';
export { type ReplayedCase, type ReplayOptions, replayCase } from './replay-case.ts';

/** Diagnoses a case, given what triage says of it. The same case gives the same document, byte for byte. */
export async function diagnose(
  reader: CaseReader,
  triage: TriageDocument,
  options: InvestigateOptions = {},
): Promise<DiagnosisDocument> {
  const symptoms = symptomsOf({ reader, health: triage.first_pass });
  const questions = questionsOf(symptoms);
  const { configuration, answers } = await investigate(reader, questions, options);
  const entries = entriesOf(reader.digest, symptoms, answers);
  const reads = new Set(answers.flatMap((answer) => [...answer.baseline.reads]));
  const asked = symptoms.filter((symptom) => symptom.predicate !== null);
  const beginnings = (asked.length > 0 ? asked : symptoms).map((symptom) => symptom.first);
  const document: DiagnosisDocument = {
    format: 'inquest-diagnose',
    version: 1,
    case: stampOf(reader),
    category: categoryOf(entries, symptoms),
    symptoms: symptoms.map(({ id, kind, entities, first, count, refs }) => ({
      id,
      kind,
      entities: [...entities],
      first_ts: formatMicros(first),
      count,
      refs: [...refs],
    })),
    causes: [...entries.causes],
    refuted: [...entries.refuted],
    inconclusive: [...entries.inconclusive],
    changes: beginnings.length === 0 ? [] : changesOf(configuration, beginnings, reads),
    ongoing: ongoingOf(symptoms),
    impact: impactOf(reader, symptoms),
    unexplained: [...entries.unexplained],
    advice: [...adviceFor(entries, triage)],
  };
  return document;
}

function ongoingOf(symptoms: readonly NumberedSymptom[]): DiagnosisDocument['ongoing'] {
  const still = symptoms.filter((symptom) => symptom.ongoing);
  if (still.length > 0) {
    return { still_failing: true, since: formatMicros(Math.min(...still.map((symptom) => symptom.first))) };
  }
  return symptoms.length === 0
    ? { still_failing: false }
    : { still_failing: false, ended: formatMicros(Math.max(...symptoms.map((symptom) => symptom.last))) };
}

const categoryOfSymptom: Readonly<Record<SymptomKind, Category>> = {
  login_failing: 'auth',
  requests_refused: 'auth',
  enrollment_failing: 'agent',
  agent_offline: 'agent',
  deployment_stuck: 'deployment',
  deployment_failed: 'deployment',
  job_retrying: 'worker',
  job_dead_lettered: 'worker',
  component_unready: 'worker',
  rate_limited: 'rate_limit',
  data_plane_stalled: 'runtime',
  data_plane_dropping: 'runtime',
  runtime_degraded: 'runtime',
};

/** The category of the first cause, else of the first open question, else of the earliest symptom (causes.md, *Category*). */
function categoryOf(entries: Entries, symptoms: readonly NumberedSymptom[]): Category {
  const [first] = [...entries.causes, ...entries.inconclusive];
  if (first !== undefined) return first.category;
  const [symptom] = symptoms;
  return symptom === undefined ? 'none' : categoryOfSymptom[symptom.kind];
}
