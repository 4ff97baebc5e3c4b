import { formatMillis } from '../base/time.ts';
import { type Grade, grades } from '../base/vocabulary.ts';
import { type CaseReader, stampOf } from '../case/index.ts';
import {
  certificateDigest,
  fitnessOf,
  type InvestigateOptions,
  type Investigation,
  investigate,
  type ReplayDocument,
  type ReplayEvent,
  replayFactual,
  type Statement,
  statementOf,
  type WhatIf,
} from '../replay/index.ts';
import { health } from '../triage/index.ts';
import { questionsOf, symptomsOf } from './symptoms/index.ts';

export interface ReplayOptions extends InvestigateOptions {
  /** The factual replay alone, every suspect's what-if, or those of one cause. */
  readonly whatIf: 'none' | 'all' | { readonly kind: string; readonly entity: string };
  /** Called with each event of the factual replay and the head of the hash chain after it. */
  readonly onEvent?: (event: ReplayEvent, head: string) => void;
}

export interface ReplayedCase {
  readonly document: ReplayDocument;
  /** One for each what-if that ended in a verdict, in the document's order. */
  readonly certificates: readonly Statement[];
}

/** The factual replay with its fidelity, and the what-ifs that were asked for: what `replay` prints. */
export async function replayCase(reader: CaseReader, options: ReplayOptions): Promise<ReplayedCase> {
  const factual = replayFactual(reader, options.onEvent);
  const symptoms = symptomsOf({ reader, health: health(reader) });
  const questions = questionsOf(symptoms);
  const investigation = await investigate(reader, questions, options);
  const { tally, timing, divergences } = factual.comparison;
  const whatIfs = whatIfsOf(reader, investigation, symptoms, options.whatIf);
  return {
    document: {
      format: 'inquest-replay',
      version: 1,
      case: stampOf(reader),
      factual: {
        grade: gradeOfAll(investigation, factual.comparison.tally.refused),
        coverage: factual.coverage,
        fitness: fitnessOf(tally),
        cone_fitness: Math.min(1000, ...investigation.answers.map((answer) => fitnessOf(answer.baseline.around.tally))),
        timing,
        order: factual.comparison.order,
        unobservable: tally.counts.unobservable,
        fitted: 0,
        evidence_power: tally.refused,
        matched: { refused: tally.refused, accepted: tally.accepted },
        digest: factual.end.digest,
        divergences: divergences.map(({ at, ...divergence }) => ({
          class: divergence.class,
          ts: formatMillis(at),
          entity: divergence.entity,
          observed: divergence.observed,
          predicted: divergence.predicted,
          rule: divergence.rule,
          reads: [...divergence.reads],
          ref: divergence.ref,
        })),
      },
      what_ifs: whatIfs.map((one) => one.entry),
    },
    certificates: whatIfs.map((one) => one.statement),
  };
}

/** The lowest grade of any symptom: a chain is as strong as its weakest link. Without one, nothing was to be shown. */
function gradeOfAll(investigation: Investigation, refused: number): Grade {
  const ranks = investigation.answers.map((answer) => grades.indexOf(answer.baseline.grade));
  if (ranks.length > 0) return grades[Math.min(...ranks)] ?? 'F0';
  return refused > 0 ? 'F2' : 'F1';
}

function whatIfsOf(
  reader: CaseReader,
  investigation: Investigation,
  symptoms: ReturnType<typeof symptomsOf>,
  wanted: ReplayOptions['whatIf'],
): readonly { readonly entry: WhatIf; readonly statement: Statement }[] {
  if (wanted === 'none') return [];
  return investigation.answers.flatMap((answer) =>
    answer.assessed.flatMap((assessed) => {
      const { candidate, judged, evaluation } = assessed;
      if (wanted !== 'all' && (candidate.kind !== wanted.kind || candidate.entity !== wanted.entity)) return [];
      const kind = symptoms.find((symptom) => symptom.id === answer.question.id)?.kind ?? '';
      const asked = { symptom: kind, predicate: answer.question.predicate };
      const statement = statementOf(reader.digest, asked, assessed, judged.verdict);
      const { grade, T0, T1, T2, T3, T4, T5, T6, T7 } = evaluation;
      return [
        {
          entry: {
            cause: { kind: candidate.kind, entity: candidate.entity },
            symptom: answer.question.id,
            hypothesis: assessed.repair.map((part) => part.text).join('; '),
            verdict: judged.verdict,
            strength: judged.strength,
            grade,
            tests: { T0, "T0'": evaluation["T0'"], T1, T2, T3, T4, T5, T6, T7 },
            contingency: [...assessed.contingency],
            reasons: [...judged.reasons],
            missing: [...judged.missing],
            assumptions: [...assessed.assumptions],
            certificate: judged.verdict === 'inconclusive' ? null : certificateDigest(statement),
          },
          statement,
        },
      ];
    }),
  );
}
