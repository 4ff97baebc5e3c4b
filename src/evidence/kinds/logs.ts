import type { Json, JsonObject } from '../../base/json.ts';
import type { JsonKind } from '../kind.ts';

export const logs: JsonKind = {
  kind: 'logs',
  order: 15,
  fills: ['log'],
  path: /(?:^|\/)logs\/[^/]+\.(?:ndjson|jsonl|json)$/,
  content: [
    { has: ['ts'] },
    { has: ['time'] },
    { has: ['@timestamp'] },
    { has: ['timestamp'] },
    { has: ['__REALTIME_TIMESTAMP'] },
  ],
  accepts: (record) => timeOf(record) !== undefined,
  emit({ record, offset, length, place }, out) {
    const own = timeOf(record);
    const component = firstText(record, ['component', 'service', 'logger', '_SYSTEMD_UNIT', 'SYSLOG_IDENTIFIER']);
    out.into.log(
      record,
      offset,
      length,
      [
        component ?? nameOf(place.name),
        firstText(record, ['host', 'hostname', '_HOSTNAME']),
        firstText(record, ['level', 'severity', 'lvl']) ?? journalLevel(record.PRIORITY),
        firstText(record, ['msg', 'message', 'MESSAGE', 'error']),
        firstText(record, ['request_id']),
      ],
      own === undefined || own === null ? Number.NaN : out.times.read(own),
    );
  },
  samples: [
    '{"ts":"2026-01-31T12:00:00Z","level":"warn","component":"api","msg":"slow","request_id":"req_1"}',
    '{"__REALTIME_TIMESTAMP":"1769860800000000","_HOSTNAME":"h1","PRIORITY":"3","MESSAGE":"storage unavailable"}',
  ],
};

const timeOf = (record: JsonObject): Json | undefined =>
  record.ts ?? record.time ?? record['@timestamp'] ?? record.timestamp ?? record.__REALTIME_TIMESTAMP;

function firstText(record: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string') return value;
  }
  return null;
}

/** `worker.log` is the worker's. */
export const nameOf = (name: string): string => name.replace(/\..*$/, '');

const levels = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;
const journalLevel = (priority: Json | undefined): string | null =>
  typeof priority === 'string' || typeof priority === 'number' ? (levels[Number(priority)] ?? null) : null;
