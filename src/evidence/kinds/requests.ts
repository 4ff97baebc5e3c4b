import type { Json } from '../../base/json.ts';
import type { JsonKind } from '../kind.ts';
import { routeGroup } from '../route-group.ts';

const computed: (string | null)[] = [null];

const groupOf = (method: Json | undefined, route: Json | undefined, path: Json | undefined): string | null =>
  routeGroup(method, route ?? path);

export const requests: JsonKind = {
  kind: 'requests',
  order: 1,
  fills: ['request'],
  flat: { table: 'request', computed: [{ from: ['method', 'route', 'path'], of: groupOf }] },
  path: /(?:^|\/)requests\.(?:ndjson|jsonl|json)$/,
  content: [{ has: ['method', 'path', 'status'] }],
  accepts: (record) => record.method !== undefined && record.path !== undefined && record.status !== undefined,
  emit({ record, offset, length, routeGroup: told }, out) {
    computed[0] = told ?? groupOf(record.method, record.route, record.path);
    out.into.request(record, offset, length, computed);
  },
  samples: [
    '{"ts":"2026-01-31T12:00:00.125Z","request_id":"req_1","component":"api","host":"api-1","method":"POST","path":"/api/v1/agents/ag_1/heartbeat","route":"/api/v1/agents/{agent_id}/heartbeat","status":403,"latency_ms":4,"bytes_in":211,"caller":{"kind":"agent","id":"ag_1"},"credential_id":"cr_1","ip":"10.0.0.7","org_id":"org_1","project_id":"prj_1","environment_id":"env_1","agent_id":"ag_1","error":{"code":"forbidden_scope","message":"missing agent:heartbeat"},"rate_limit":{"group":"agent","limit":60,"remaining":41,"reset":"2026-01-31T12:01:00Z"},"retry_after_s":3,"sent_at":"2026-01-31T12:00:00.101+00:00","retry_of":"req_0","trace":"t-9"}',
  ],
};
