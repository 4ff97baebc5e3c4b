/** Which metrics scrapes hold, and what stands in their labels. Bounded: what is beyond is left out. */
import { cutLines } from '../cut/lines.ts';
import { parseComment, parseSample, typeOf } from '../prometheus.ts';
import { shareAfter } from './records.ts';
import type { SurveyedMember } from './survey.ts';

export interface SeenMetric {
  readonly name: string;
  readonly type: string | null;
  readonly labels: ReadonlyMap<string, SeenLabel>;
}

export interface SeenLabel {
  readonly values: ReadonlySet<string>;
  /** Whether there were others. */
  readonly more: boolean;
}

const metricsMax = 2_048;
const labelsMax = 16;
const valuesMax = 64;
const charsMax = 200;
/** Names as exporters write them, and as a file can hold them without quotes. */
const plainName = /^[a-zA-Z_:][\w:]*$/;
const isName = (name: string): boolean => name.length <= charsMax && plainName.test(name);

/** In the order in which they were met. */
export function surveyScrapes(members: Iterable<SurveyedMember>): readonly SeenMetric[] {
  const metrics = new Map<
    string,
    { type: string | null; labels: Map<string, { values: Set<string>; more: boolean }> }
  >();
  let looked = 0;
  for (const { kind, bytes } of members) {
    if (kind !== 'metrics') continue;
    const share = shareAfter(looked);
    const text = bytes().bytes.subarray(0, share);
    looked += text.length;
    const types = new Map<string, string>();
    const cutter = cutLines({
      line(line) {
        const told = line.startsWith('#') ? parseComment(line) : null;
        if (told?.tells === 'TYPE' && types.size < metricsMax) types.set(told.metric, told.value);
        const sample = line.startsWith('#') ? null : parseSample(line);
        if (sample === null || !isName(sample.name)) return;
        const known = metrics.get(sample.name);
        if (known === undefined && metrics.size >= metricsMax) return;
        const metric = known ?? { type: null, labels: new Map() };
        metric.type ??= typeOf(sample.name, types);
        metrics.set(sample.name, metric);
        for (const [label, value] of Object.entries(sample.labels)) {
          const seen = metric.labels.get(label) ?? { values: new Set<string>(), more: false };
          if (!metric.labels.has(label) && (metric.labels.size >= labelsMax || !isName(label))) continue;
          metric.labels.set(label, seen);
          if (seen.values.size < valuesMax && value.length <= charsMax) seen.values.add(value);
          else seen.more ||= !seen.values.has(value);
        }
      },
      badUtf8: () => undefined,
      tooLong: () => undefined,
    });
    cutter.feed(text);
    cutter.end();
  }
  return [...metrics].map(([name, { type, labels }]) => ({ name, type, labels }));
}
