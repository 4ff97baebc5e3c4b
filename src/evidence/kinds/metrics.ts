import type { JsonObject } from '../../base/json.ts';
import { renameLabels } from '../dialects/index.ts';
import type { LineKind } from '../kind.ts';
import { parseSample } from '../prometheus.ts';

const comment = /^\s*#/;
const typeLine = /^\s*#\s*TYPE\s+([a-zA-Z_:][\w:]*)\s+(\w+)/;
const noRecord: JsonObject = {};

/** A scrape of `/metrics`: Prometheus text or OpenMetrics. Every sample line is a record; comments are not. */
export const metrics: LineKind = {
  kind: 'metrics',
  order: 16,
  fills: ['sample'],
  path: /(?:^|\/)metrics\/.*|\.prom$/,
  begins: (lines) =>
    lines.some((text) => /^\s*#\s*(?:HELP|TYPE|EOF|UNIT)\b/.test(text)) ||
    (lines.length > 0 && lines.every((text) => comment.test(text) || parseSample(text) !== null)),
  open(place, out) {
    const types = new Map<string, string>();
    return {
      line(text, offset, length) {
        if (comment.test(text)) {
          const match = typeLine.exec(text);
          if (match !== null && types.size < 65_536) types.set(match[1] as string, match[2] as string);
          return 0;
        }
        const sample = parseSample(text);
        if (sample === null) {
          out.gap(offset, length, 'unreadable_sample');
          return 0;
        }
        const type =
          types.get(sample.name) ?? types.get(sample.name.replace(/_(?:total|sum|count|bucket|created)$/, ''));
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
            type ?? null,
            sample.value,
            sample.real,
            null,
          ],
          sample.time === null ? Number.NaN : out.times.read(sample.time),
        );
        return 1;
      },
    };
  },
  samples: [
    'byteor_cloud_http_requests_total{method="GET",route="/v1/x",status="200"} 18',
    'byteor_cloud_forbidden_total 0 1769860800000',
    'latency_bucket{le="+Inf"} 3 # {trace_id="x"} 0.5',
  ],
};
