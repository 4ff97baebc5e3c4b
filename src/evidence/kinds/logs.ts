import type { JsonKind } from '../kind.ts';
import { jsonEntry, timeKeys } from '../log/json-log.ts';
import { mentionsIn } from '../mentions.ts';

export const logs: JsonKind = {
  kind: 'logs',
  order: 15,
  fills: ['log'],
  path: /(?:^|\/)logs\/[^/]+\.(?:ndjson|jsonl|json)$/,
  content: timeKeys.map((key) => ({ has: [key] })),
  accepts: (record) => timeKeys.some((key) => record[key] !== undefined),
  emit({ record, offset, length, place }, out) {
    const { ts, host, component, level, message, requestId } = jsonEntry(record, out.times);
    out.into.log(record, offset, length, [component ?? nameOf(place.name), host, level, message, requestId], ts);
    out.mention('log', mentionsIn([record], nothing));
  },
  samples: [
    '{"ts":"2026-01-31T12:00:00Z","level":"warn","component":"api","msg":"slow","request_id":"req_1"}',
    '{"__REALTIME_TIMESTAMP":"1769860800000000","_HOSTNAME":"h1","PRIORITY":"3","MESSAGE":"storage unavailable"}',
  ],
};

const nothing = (): readonly string[] => [];

/** `worker.log` is the worker's. */
export const nameOf = (name: string): string => name.replace(/\..*$/, '');
