import { parseMicros } from '../../base/time.ts';
import type { ObservedSymptom, SymptomFinder } from './observed.ts';

/** causes.md, Symptoms: failing for at least 2 probes in a row, and 60 s. The first pass has found the spans. */
export const componentUnready: SymptomFinder = ({ reader, health }) => {
  const end = reader.span()?.to ?? 0;
  return (['api', 'worker'] as const).flatMap((component) => {
    const { healthz, readyz } = health[component];
    const spans = [...healthz.failing_spans, ...readyz.failing_spans]
      .map((span) => ({ ...span, start: parseMicros(span.from) ?? 0, stop: parseMicros(span.to) ?? 0 }))
      .filter((span) => span.probes >= 2 && span.stop - span.start >= 60_000_000)
      .sort((a, b) => a.start - b.start || a.stop - b.stop);
    const [first] = spans;
    if (first === undefined) return [];
    const last = Math.max(...spans.map((span) => span.stop));
    const symptom: ObservedSymptom = {
      kind: 'component_unready',
      entities: [`component:${component}`],
      text: `${component} not ready`,
      code: null,
      first: first.start,
      last,
      count: spans.reduce((sum, span) => sum + span.probes, 0),
      refs: spans.map((span) => span.ref),
      // Probes come once in a while: one that failed within the last two minutes has nothing after it to the contrary.
      ongoing: end - last < 120_000_000,
      predicate: null,
    };
    return [symptom];
  });
};
