import type { Micros } from '../../base/time.ts';
import type { SymptomKind } from '../../base/vocabulary.ts';
import type { CaseReader } from '../../case/index.ts';
import type { Predicate } from '../../replay/index.ts';
import type { Health } from '../../triage/index.ts';

/** A symptom as the evidence shows it, before any replay. */
export interface ObservedSymptom {
  readonly kind: SymptomKind;
  readonly entities: readonly string[];
  /** What happened, as one line without its time. */
  readonly text: string;
  /** The refusal's code, where it is one. */
  readonly code: string | null;
  readonly first: Micros;
  readonly last: Micros;
  readonly count: number;
  readonly refs: readonly string[];
  /** Whether it went on to the end of the evidence, as far as that tells. */
  readonly ongoing: boolean;
  /** What a replay is asked about it; null where no concern models it. */
  readonly predicate: Predicate | null;
}

export interface SymptomSource {
  readonly reader: CaseReader;
  readonly health: Health;
}

/** Finds the symptoms of one kind. */
export type SymptomFinder = (source: SymptomSource) => readonly ObservedSymptom[];

/** References kept for one symptom; `count` tells the rest. */
export const refsMax = 100;
