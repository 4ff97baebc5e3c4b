import { isObject, type Json, type JsonObject } from '../../base/json.ts';
import { jsonText } from '../extract.ts';
import type { JsonKind, Out } from '../kind.ts';

const payloadBytesMax = 64 * 1024;
const none: JsonObject = {};

export const jobs: JsonKind = {
  kind: 'jobs',
  order: 4,
  fills: ['job', 'attempt', 'call'],
  path: /(?:^|\/)jobs(?:\.(?:ndjson|jsonl|json)|\/[^/]+\.json)$/,
  accepts: (record) =>
    record.type !== undefined &&
    record.state !== undefined &&
    (record.attempt !== undefined || record.attempts !== undefined),
  emit({ record, offset, length }, out) {
    const text = record.payload === undefined ? null : jsonText(record.payload);
    const bytes = text === null ? null : Buffer.byteLength(text);
    const payload = bytes !== null && bytes <= payloadBytesMax ? record.payload : null;
    out.into.job(record, offset, length, [payload, bytes]);
    const attempts = Array.isArray(record.attempts) ? (record.attempts as readonly Json[]) : [];
    for (const item of attempts) emitAttempt(record, isObject(item) ? item : none, offset, length, out);
  },
  samples: [
    '{"id":"job_1","type":"deploy_bundle_build","state":"dead_letter","org_id":"org_1","project_id":"prj_1","environment_id":"env_1","deployment_id":"dep_1","artifact_id":"art_1","request_id":"req_1","created_at":"2026-01-31T12:00:00Z","run_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:05:00Z","attempt":1,"max_attempts":5,"payload":{"spec":{"shards":2}},"payload_sha256":"ab","error":{"code":"upstream_timeout","message":"no answer","retryable":true},"attempts":[{"n":1,"started_at":"2026-01-31T12:00:01Z","finished_at":"2026-01-31T12:00:02.5Z","worker":"worker-0","outcome":"error","error":{"code":"upstream_timeout","message":"no answer"},"next_run_at":"2026-01-31T12:00:17.5Z","calls":[{"op":"storage.put","args":{"key":"k"},"error":{"code":"upstream_timeout","message":"no answer"}},{"op":"db.save","args":{},"result":{"ok":true}}]}],"queue":"builds"}',
  ],
};

function emitAttempt(job: JsonObject, attempt: JsonObject, offset: number, length: number, out: Out): void {
  const id = job.id ?? null;
  out.into.attempt(withErrorObject(attempt), offset, length, [id]);
  const calls = Array.isArray(attempt.calls) ? (attempt.calls as readonly Json[]) : [];
  calls.forEach((item, ordinal) => {
    const call = isObject(item) ? item : none;
    const op = typeof call.op === 'string' ? call.op : '';
    const dot = op.indexOf('.');
    const dependency = op === '' ? null : dot < 0 ? op : op.slice(0, dot);
    const outcome = call.error !== undefined && call.error !== null ? 'error' : 'ok';
    out.into.call(withErrorObject(call), offset, length, [id, attempt.n ?? null, ordinal, dependency, outcome]);
  });
}

/** An error that is only text is a message. */
const withErrorObject = (record: JsonObject): JsonObject =>
  typeof record.error === 'string' ? { ...record, error: { message: record.error } } : record;
