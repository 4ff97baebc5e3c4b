/** Marks of records out of the case: its notes, and what the last diagnosis left there. */
import type { CaseReader, SqlValue } from '../../case/index.ts';
import type { Filter } from './ast.ts';
import { type Marks, noMarks } from './marks.ts';

/** The marks that the filter asks for; none are read for a filter that asks for none. */
export function marksFor(reader: CaseReader, filter: Filter): Marks {
  const wanted = namesIn(filter);
  return {
    tags: wanted.has('tag') || wanted.has('noted') ? tagsOf(reader) : noMarks.tags,
    severities: wanted.has('severity') ? severitiesOf(reader) : noMarks.severities,
    causes: wanted.has('cause') ? causesOf(reader) : noMarks.causes,
    symptoms: wanted.has('symptom') ? symptomsOf(reader) : noMarks.symptoms,
  };
}

function namesIn(filter: Filter): ReadonlySet<string> {
  switch (filter.type) {
    case 'and':
    case 'or':
      return new Set(filter.of.flatMap((one) => [...namesIn(one)]));
    case 'not':
      return namesIn(filter.of);
    case 'word':
      return new Set([filter.field]);
    case 'is':
    case 'has':
      return new Set(filter.values);
    default:
      return new Set();
  }
}

function rowsOf(reader: CaseReader, query: string): Iterable<readonly SqlValue[]> {
  const found = reader.sql(query);
  if (!found.ok) throw new Error(`timeline: ${found.error.why}`);
  return found.value.rows;
}

const listOf = (json: SqlValue | undefined): readonly string[] => {
  const list: unknown = typeof json === 'string' ? JSON.parse(json) : [];
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
};

const numbersAt = (reader: CaseReader, ref: string): readonly number[] => reader.eventsAt(ref).map(({ n }) => n);

function added(into: Map<number, string[]>, numbers: readonly number[], texts: readonly string[]): void {
  for (const n of numbers) into.set(n, [...(into.get(n) ?? []), ...texts]);
}

function tagsOf(reader: CaseReader): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const [ref, tags] of rowsOf(reader, 'SELECT ref, tags FROM note'))
    added(found, numbersAt(reader, String(ref)), listOf(tags));
  return found;
}

function severitiesOf(reader: CaseReader): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const [severity, refs] of rowsOf(reader, 'SELECT severity, refs FROM finding'))
    for (const ref of listOf(refs)) added(found, numbersAt(reader, ref), [String(severity)]);
  return found;
}

const symptomsOf = (reader: CaseReader): ReadonlySet<number> =>
  new Set(reader.symptoms().flatMap(({ refs }) => refs.flatMap((ref) => [...numbersAt(reader, ref)])));

function causesOf(reader: CaseReader): ReadonlySet<number> {
  const found = new Set<number>();
  const query = `SELECT link.value ->> 'ref' FROM cause, json_each(cause.body, '$.chain') AS link WHERE verdict IN ('confirmed', 'contributing')`;
  for (const [ref] of rowsOf(reader, query)) for (const n of numbersAt(reader, String(ref))) found.add(n);
  return found;
}
