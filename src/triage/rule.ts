import type { Entity } from '../base/entity.ts';
import type { Advice } from '../base/envelope.ts';
import type { Micros } from '../base/time.ts';
import type { Category, CauseKind, EvidenceKind, Severity } from '../base/vocabulary.ts';
import type { EvidenceNote } from './evidence-note.ts';
import type { Situation } from './situation.ts';

/** What a rule says: `{name}` stands for a value of the draft. */
export interface Message {
  readonly title: string;
  readonly summary: string;
}

/** The fixed headings of a rule's page. */
export interface RuleDocs {
  readonly means: string;
  readonly decided: string;
  readonly todo: string;
  readonly notCaptured: string;
  readonly source: string;
}

/** A finding as its rule knows it: no id yet, and its words still a message with values. */
export interface Draft<M extends string = string> {
  readonly message: M;
  readonly values: Readonly<Record<string, string | number>>;
  readonly severity: Severity;
  /** Where it is not the rule's own: a refused heartbeat is an agent failure, whatever refused it. */
  readonly category?: Category;
  readonly entities: readonly Entity[];
  readonly first: Micros | null;
  readonly last: Micros | null;
  readonly count: number;
  readonly evidence: readonly EvidenceNote[];
  /** What the finding can't tell, and where evidence and model disagree. */
  readonly limits: readonly string[];
  readonly advice: readonly Advice[];
  /** Hypotheses for the replay, never verdicts. */
  readonly causes: ReadonlyArray<{ readonly kind: CauseKind; readonly entity: Entity }>;
}

export interface Rule<M extends string = string> {
  /** `<category>/<rule>`, as its file is named. */
  readonly id: string;
  readonly category: Category;
  /** The most that a finding of this rule can be. */
  readonly severity: Severity;
  /** Without a readable record of each of these kinds the rule is not evaluated. */
  readonly needs: readonly EvidenceKind[];
  /** Where any one of several kinds is enough. */
  readonly needsOneOf?: readonly EvidenceKind[];
  readonly messages: Readonly<Record<M, Message>>;
  readonly docs: RuleDocs;
  /** Pure: the same situation gives the same findings, in an order that only the evidence decides. */
  readonly find: (situation: Situation) => readonly Draft<M>[];
}

/** Ties the messages that a rule may give to those it declares. */
export const defineRule = <const M extends string>(rule: Rule<M>): Rule<M> => rule;
