import { isObject, type JsonObject } from '../../base/json.ts';
import type { JsonKind } from '../kind.ts';
import { mentionsIn, scopeOf } from '../mentions.ts';

const nothing: readonly [] = [];

export const audit: JsonKind = {
  kind: 'audit',
  order: 2,
  fills: ['audit'],
  flat: { table: 'audit', computed: [] },
  path: /(?:^|\/)audit\.(?:ndjson|jsonl|json)$/,
  content: [{ has: ['action', 'resource'] }],
  accepts: (record) => record.action !== undefined && record.resource !== undefined,
  emit({ record, offset, length }, out) {
    out.into.audit(record, offset, length, nothing);
    const { details, before, after } = record;
    if (isObject(details) || isObject(before) || isObject(after))
      out.mention(
        'audit',
        mentionsIn([details, after, before], () => named(record)),
      );
  },
  samples: [
    '{"ts":"2026-01-31T12:00:00.000001Z","id":"aud_1","seq":7,"actor":{"kind":"operator","id":"usr_1"},"action":"credential.rotated","resource":{"kind":"credential","id":"cr_1"},"org_id":"org_1","project_id":"prj_1","environment_id":"env_1","outcome":"success","reason":{"code":"rotation","message":"scheduled"},"request_id":"req_1","job_id":"job_1","before":{"scopes":["agent:heartbeat","agent:artifact_upload"]},"after":{"scopes":["agent:heartbeat"]},"details":{"uses":18446744073709551615},"prev_hash":"00ff","hash":"ab01","source":"console"}',
  ],
};

/** Entities that its columns hold. */
function named(record: JsonObject): readonly string[] {
  const found = scopeOf(record);
  const { resource, job_id: job } = record;
  if (isObject(resource)) found.push(`${String(resource.kind)}:${String(resource.id)}`);
  if (typeof job === 'string') found.push(`job:${job}`);
  return found;
}
