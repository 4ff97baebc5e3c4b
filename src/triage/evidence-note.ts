import type { Micros } from '../base/time.ts';

/** References that one finding keeps; its count tells the rest. */
export const evidenceMax = 100;

/** A record that a finding rests on, and what it shows. */
export interface EvidenceNote {
  readonly ref: string;
  readonly ts: Micros | null;
  /** Kind of the record, as the timeline spells it. */
  readonly kind: string;
  readonly note: string;
}
