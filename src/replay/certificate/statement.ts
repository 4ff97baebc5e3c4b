import { canonicalJson, type Digest, digestOf } from '../../base/digest.ts';
import type { Json } from '../../base/json.ts';
import type { Verdict } from '../../base/vocabulary.ts';
import { authoriseVersion, configurationVersion, leaseVersion, limitersVersion } from '../../control-plane/index.ts';
import { kernelVersion } from '../kernel/index.ts';
import type { Predicate } from '../predicate.ts';
import type { Assessed } from '../what-if/assess.ts';

/** A verdict as a document that another person can check again (replay.md 2.9, in-toto's statement). */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: 'case'; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: 'inquest/verdict/1';
  readonly predicate: Json;
}

/** Neither time, host, nor user: the same case and the same models give the same bytes. */
export function statementOf(
  caseDigest: Digest,
  asked: { readonly symptom: string; readonly predicate: Predicate },
  assessed: Assessed,
  verdict: Verdict,
): Statement {
  const { evaluation, candidate } = assessed;
  const tests = (['T0', "T0'", 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'] as const).map((name) => ({
    name,
    ...evaluation[name],
  }));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'case', digest: { sha256: caseDigest.slice('sha256:'.length) } }],
    predicateType: 'inquest/verdict/1',
    predicate: {
      models: {
        kernel: kernelVersion,
        configuration: configurationVersion,
        requests: authoriseVersion,
        limits: limitersVersion,
        agents: leaseVersion,
      },
      cause: { kind: candidate.kind, entity: candidate.entity },
      symptom: { ...asked.predicate, symptom: asked.symptom },
      interventions: assessed.repair.flatMap((part) => part.interventions) as Json,
      grade: evaluation.grade,
      tests: tests as unknown as Json,
      verdict,
      assumptions: assessed.assumptions as unknown as Json,
    },
  };
}

export const certificateDigest = (statement: Statement): Digest =>
  digestOf(canonicalJson(statement as unknown as Json));
