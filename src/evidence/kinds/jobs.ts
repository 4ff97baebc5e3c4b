import { isUtf8 } from 'node:buffer';
import { sha256Hex } from '../../base/digest.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { jsonText } from '../extract.ts';
import type { JsonKind, Out, RecordIn } from '../kind.ts';
import { mentionsIn, scopeOf } from '../mentions.ts';

const payloadBytesMax = 64 * 1024;
const none: JsonObject = {};

export const jobs: JsonKind = {
  kind: 'jobs',
  order: 4,
  fills: ['job', 'attempt', 'call'],
  path: /(?:^|\/)jobs(?:\.(?:ndjson|jsonl|json|msgpack)|\/[^/]+\.(?:json|msgpack))$/,
  content: [{ has: ['type', 'state', 'attempt'] }, { has: ['type', 'state', 'attempts'] }],
  accepts: (record) =>
    record.type !== undefined &&
    record.state !== undefined &&
    (record.attempt !== undefined || record.attempts !== undefined),
  emit(input, out) {
    const { record, offset, length } = input;
    const { value, bytes, sha256 } = payloadOf(input);
    const kept = bytes !== null && bytes <= payloadBytesMax ? value : undefined;
    const own = sha256 === null || record.payload_sha256 !== undefined ? record : { ...record, payload_sha256: sha256 };
    out.into.job(own, offset, length, [kept, bytes]);
    out.mention(
      'job',
      mentionsIn([kept], () => named(record)),
    );
    const attempts = Array.isArray(record.attempts) ? (record.attempts as readonly Json[]) : [];
    for (const item of attempts) emitAttempt(record, isObject(item) ? item : none, offset, length, out);
  },
  samples: [
    '{"id":"job_1","type":"deploy_bundle_build","state":"dead_letter","org_id":"org_1","project_id":"prj_1","environment_id":"env_1","deployment_id":"dep_1","artifact_id":"art_1","request_id":"req_1","created_at":"2026-01-31T12:00:00Z","run_at":"2026-01-31T12:00:00Z","updated_at":"2026-01-31T12:05:00Z","attempt":1,"max_attempts":5,"payload":{"spec":{"shards":2}},"payload_sha256":"ab","error":{"code":"upstream_timeout","message":"no answer","retryable":true},"attempts":[{"n":1,"started_at":"2026-01-31T12:00:01Z","finished_at":"2026-01-31T12:00:02.5Z","worker":"worker-0","outcome":"error","error":{"code":"upstream_timeout","message":"no answer"},"next_run_at":"2026-01-31T12:00:17.5Z","calls":[{"op":"storage.put","args":{"key":"k"},"error":{"code":"upstream_timeout","message":"no answer"}},{"op":"db.save","args":{},"result":{"ok":true}}]}],"queue":"builds"}',
  ],
};

/** Entities that its columns hold. */
function named(record: JsonObject): readonly string[] {
  const found = scopeOf(record);
  for (const kind of ['deployment', 'artifact'])
    if (typeof record[`${kind}_id`] === 'string') found.push(`${kind}:${record[`${kind}_id`]}`);
  if (typeof record.id === 'string') found.push(`job:${record.id}`);
  return found;
}

interface Payload {
  readonly value: Json | undefined;
  readonly bytes: number | null;
  /** Of the bytes, where there are bytes of its own: the digest of JSON inside a record is not defined. */
  readonly sha256: string | null;
}

/** Bytes that are UTF-8 JSON are read as that JSON; others stay `{"$bin": base64}`. */
function payloadOf({ record, binary }: RecordIn): Payload {
  const bytes = binary.get('payload');
  if (bytes !== undefined) {
    const value = jsonIn(bytes);
    return { value: value === undefined ? record.payload : value, bytes: bytes.length, sha256: sha256Hex(bytes) };
  }
  if (record.payload === undefined) return { value: undefined, bytes: null, sha256: null };
  return { value: record.payload, bytes: Buffer.byteLength(jsonText(record.payload)), sha256: null };
}

function jsonIn(bytes: Buffer): Json | undefined {
  if (bytes.length > payloadBytesMax || !isUtf8(bytes)) return undefined;
  try {
    const value = parseJson(bytes.toString('utf8'));
    jsonText(value);
    return value;
  } catch {
    // No JSON, or nested deeper than it can be written again.
    return undefined;
  }
}
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
