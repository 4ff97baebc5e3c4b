import type { SymptomKind } from '../../base/vocabulary.ts';
import type { CaseReader } from '../../case/index.ts';
import { each, intOf, type QueryRow, query, textOf } from '../query.ts';
import { type ObservedSymptom, refsMax } from './observed.ts';

/** Requests of one sort, whoever sends them: which they are, which of them failed, which show that it works again. */
export interface FailingSort {
  readonly kind: SymptomKind;
  /** Conditions over the view `request`. */
  readonly failed: string;
  readonly worked: string;
  /** How many make a symptom. */
  readonly least: number;
  readonly text: (count: number) => string;
  readonly entities: (failed: readonly QueryRow[]) => readonly string[];
}

/** One symptom for all failures of the sort, or none. */
export function failingRequests(reader: CaseReader, sort: FailingSort): readonly ObservedSymptom[] {
  const failed = [
    ...each(
      reader,
      `SELECT ts, ref, error_code, credential_id FROM request WHERE ${sort.failed} AND ts IS NOT NULL ORDER BY ts, ref`,
    ),
  ];
  const [first] = failed;
  if (first === undefined || failed.length < sort.least) return [];
  const last = intOf(failed.at(-1)?.ts);
  const later = query(reader, `SELECT 1 FROM request WHERE ${sort.worked} AND status < 400 AND ts > :last LIMIT 1`, {
    last,
  });
  return [
    {
      kind: sort.kind,
      entities: sort.entities(failed),
      text: sort.text(failed.length),
      code: textOf(first.error_code) || null,
      first: intOf(first.ts),
      last,
      count: failed.length,
      refs: failed.slice(0, refsMax).map((row) => textOf(row.ref)),
      ongoing: later.length === 0,
      predicate: null,
    },
  ];
}
