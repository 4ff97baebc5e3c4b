import type { JsonKind } from '../kind.ts';

export const artifacts: JsonKind = {
  kind: 'artifacts',
  order: 5,
  fills: ['artifact'],
  path: /(?:^|\/)artifacts\.(?:ndjson|jsonl|json)$/,
  content: [{ has: ['content_hash'] }],
  accepts: (record) => record.content_hash !== undefined,
  emit({ record, offset, length }, out) {
    out.into.artifact(record, offset, length, []);
  },
  samples: [
    '{"id":"art_1","kind":"incident_bundle","agent_id":"ag_1","environment_id":"env_1","captured_at":"2026-01-31T12:00:00Z","content_hash":"sha256:00","bytes":18446744073709551615,"created_at":"2026-01-31T12:00:01Z","note":"x"}',
  ],
};
