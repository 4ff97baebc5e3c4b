import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import type { JsonKind } from '../kind.ts';

export const health: JsonKind = {
  kind: 'health',
  order: 3,
  fills: ['probe'],
  path: /(?:^|\/)health\.(?:ndjson|jsonl|json)$/,
  content: [{ has: ['endpoint', 'component'] }],
  accepts: (record) => record.endpoint !== undefined && record.component !== undefined,
  emit({ record, offset, length }, out) {
    const failing = failingChecks(record.body);
    out.into.probe(record, offset, length, [isOk(record, failing), failing]);
    // The component of an agent is spelt as the entity.
    const { component } = record;
    if (typeof component === 'string' && /^agent:./.test(component))
      out.mention('probe', [{ role: 'agent', entity: component }]);
  },
  samples: [
    '{"ts":"2026-01-31T12:00:00Z","component":"api","host":"api-1","endpoint":"/readyz","status":503,"latency_ms":12,"error":"storage","body":{"checks":{"db":"ok","storage":{"status":"fail","error":"timeout"}}}}',
    '{"ts":1769860800000,"component":"worker","endpoint":"/healthz","status":null}',
  ],
};

/** A probe is good when it was answered 2xx or 3xx. No answer at all is not good. */
function isOk(record: JsonObject, failing: readonly string[] | null): boolean | null {
  const status = record.status;
  if (typeof status === 'number') return status >= 200 && status < 400 && (failing === null || failing.length === 0);
  return status === null || record.error !== undefined ? false : null;
}

/** Names of the checks that are not `ok`, by code unit; null where the body tells of none. */
function failingChecks(body: Json | undefined): readonly string[] | null {
  const document = typeof body === 'string' ? parsed(body) : body;
  const checks = isObject(document) ? document.checks : undefined;
  if (!isObject(checks)) return null;
  return Object.keys(checks)
    .filter((name) => {
      const check = checks[name];
      return (isObject(check) ? check.status : check) !== 'ok';
    })
    .sort();
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
