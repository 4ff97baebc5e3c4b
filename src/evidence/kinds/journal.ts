import { sha256Hex } from '../../base/digest.ts';
import type { JsonKind } from '../kind.ts';

/** Journal records of an agent, in order. Their bytes open by reference; the table holds size and digest. */
export const journal: JsonKind = {
  kind: 'journal',
  order: 14,
  fills: ['journal'],
  path: /(?:^|\/)journal\.(?:msgpack|ndjson|jsonl)$/,
  content: [{ has: ['seq', 'lane', 'data'] }],
  accepts: (record) => record.seq !== undefined && record.lane !== undefined && record.data !== undefined,
  emit({ record, offset, length, place, binary }, out) {
    const bytes = binary.get('data') ?? (typeof record.data === 'string' ? Buffer.from(record.data, 'utf8') : null);
    const digest = bytes === null ? null : sha256Hex(bytes);
    out.into.journal(record, offset, length, [place.agentId, bytes?.length ?? null, digest]);
  },
  samples: ['{"seq":18446744073709551615,"ts":"2026-01-31T12:00:00Z","lane":"in","data":"0 bytes","trace":"t-9"}'],
};
