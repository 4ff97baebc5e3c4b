import type { Failure } from '../base/result.ts';
import type { Histogram } from '../timeline/index.ts';
import type { TriageDocument } from '../triage/index.ts';
import type { DiagnosisDocument } from './document.ts';

/** What the thread is told: give up, and end. */
export type ToDiagnosis = 'abandon';

/** What the diagnosis says from its thread: each document once, in this order, with progress between. */
export type DiagnosisMessage =
  | { readonly type: 'histogram'; readonly histogram: Histogram }
  | { readonly type: 'triage'; readonly document: TriageDocument }
  // `of` is 0 where nobody knows how long the step is.
  | { readonly type: 'progress'; readonly what: string; readonly done: number; readonly of: number }
  | { readonly type: 'diagnosis'; readonly document: DiagnosisDocument }
  | { readonly type: 'failure'; readonly failure: Failure };
