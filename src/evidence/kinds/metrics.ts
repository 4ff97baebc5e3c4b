import type { JsonObject } from '../../base/json.ts';
import { renameLabels } from '../dialects/index.ts';
import type { LineKind } from '../kind.ts';
import { createFormCheck } from '../open-metrics.ts';
import { parseComment, parseSample, typeOf } from '../prometheus.ts';

const comment = /^\s*#/;
const ownComment = /^\s*#\s*(?:HELP|TYPE|EOF|UNIT)\b/;
/** Metrics whose type is remembered within a scrape. */
const typesMax = 65_536;
const noRecord: JsonObject = {};

/** A scrape of `/metrics`: Prometheus text or OpenMetrics. Every sample line is a record; comments are not. */
export const metrics: LineKind = {
  kind: 'metrics',
  order: 16,
  fills: ['sample'],
  path: /(?:^|\/)metrics\/.*|\.prom$/,
  begins: (lines) =>
    lines.some((text) => ownComment.test(text)) ||
    (lines.length > 0 && lines.every((text) => comment.test(text) || parseSample(text) !== null)),
  isOwn: (text) => ownComment.test(text),
  open(place, out) {
    const types = new Map<string, string>();
    const form = createFormCheck();
    return {
      faults: form.faults,
      line(text, offset, length) {
        if (comment.test(text)) {
          const told = parseComment(text);
          form.comment(text, told);
          if (told?.tells === 'TYPE' && types.size < typesMax) types.set(told.metric, told.value);
          return 0;
        }
        const sample = parseSample(text);
        form.sample(sample, types);
        if (sample === null) {
          out.gap(offset, length, 'unreadable_sample');
          return null;
        }
        const meaning = out.metric(sample.name);
        const renamed = meaning?.labels ?? null;
        out.into.sample(
          noRecord,
          offset,
          length,
          [
            place.component,
            sample.name,
            renamed === null ? sample.labels : renameLabels(sample.labels, renamed),
            meaning?.role ?? null,
            typeOf(sample.name, types),
            sample.value,
            sample.real,
            null,
          ],
          sample.time === null ? Number.NaN : out.times.read(Number(sample.time)),
        );
        return 1;
      },
    };
  },
  samples: [
    'byteor_cloud_http_requests_total{method="GET",route="/v1/x",status="200"} 18',
    'byteor_cloud_forbidden_total 0 1769860800000',
    'latency_bucket{le="+Inf"} 3 # {trace_id="x"} 0.5',
    '{"queue.depth","shard"="a"} 4',
  ],
};
