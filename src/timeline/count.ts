/** How many events pass, in steps that are short, so that whoever asked may change their mind. */
import type { CaseReader, RowCondition } from '../case/index.ts';
import type { Selector } from './filter/index.ts';
import { countsAt, zoomOf } from './zoom.ts';

export interface CountStep {
  /** Found so far. */
  readonly count: number;
  readonly done: boolean;
}

const slices = 64;
const batch = 2_000;

/** Slice by slice of the evidence's span, then what has no time. */
export function* countSteps(reader: CaseReader, selector: Selector): Generator<CountStep> {
  let count = 0;
  const span = reader.span();
  if (span !== null) {
    const zoom = zoomOf(span, slices);
    for (let slice = 0; slice < zoom.slices; slice += 1) {
      const from = zoom.from + slice * zoom.width_us;
      const found = countsAt(reader, { from, width_us: zoom.width_us, slices: 1 }, selector);
      for (const counts of Object.values(found)) count += counts[0] ?? 0;
      yield { count, done: false };
    }
  }
  const where = (kind: Parameters<Selector['where']>[0]): RowCondition => ({
    all: [selector.where(kind), { not: { dated: {} } }],
  });
  if (!selector.looks) {
    yield { count: count + reader.countEvents({ where }), done: true };
    return;
  }
  let query: Parameters<CaseReader['events']>[0] = { where, limit: batch };
  for (;;) {
    const rows = reader.events(query);
    count += selector.passing(rows).length;
    const last = rows.at(-1);
    const done = last === undefined || rows.length < batch;
    yield { count, done };
    if (done) return;
    query = { ...query, after: { n: last.n, kind: last.kind } };
  }
}
