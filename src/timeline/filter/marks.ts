/** What people and a diagnosis have said of records: by the number of the record in the case. */
import type { Flag } from './fields.ts';

export interface Marks {
  /** Tags of the notes on a record; a note without one is an empty list. */
  readonly tags: ReadonlyMap<number, readonly string[]>;
  /** Severities of the findings that cite it. */
  readonly severities: ReadonlyMap<number, readonly string[]>;
  /** Records of the chain of a confirmed or contributing cause. */
  readonly causes: ReadonlySet<number>;
  /** Records that a symptom shows in. */
  readonly symptoms: ReadonlySet<number>;
}

export const noMarks: Marks = { tags: new Map(), severities: new Map(), causes: new Set(), symptoms: new Set() };

export function flagsOf(marks: Marks, n: number): Flag[] {
  const found: Flag[] = [];
  if (marks.tags.has(n)) found.push('noted');
  if (marks.causes.has(n)) found.push('cause');
  if (marks.symptoms.has(n)) found.push('symptom');
  return found;
}
