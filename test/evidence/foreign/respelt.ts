import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultLimits, openArchive } from '../../../src/archive/index.ts';
import { isObject, type Json, parseJson, writeJson } from '../../../src/base/json.ts';
import { parseMicros } from '../../../src/base/time.ts';

type Rewrite = (record: Json, kind: string) => Json;

/** How somebody else may write the contract's records. */
export interface Style {
  readonly name: string;
  readonly rewrite: Rewrite;
  /** Whether members have names that tell nothing. */
  readonly anonymous?: true;
}

const camel = (key: string): string => key.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());

/** Renames every key, wherever it stands. */
const keysBy = (rename: (key: string, path: string) => string): Rewrite => {
  const walk = (value: Json, path: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => walk(item, `${path}[]`));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const own = path === '' ? key : `${path}.${key}`;
        return [rename(key, own), walk(item, own)];
      }),
    );
  };
  return (record) => walk(record, '');
};

const otherWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  requests: {
    ts: 'at',
    request_id: 'rid',
    method: 'verb',
    path: 'uri',
    status: 'statusCode',
    caller: 'client',
    'caller.kind': 'type',
    'error.code': 'type',
    'error.message': 'text',
    latency_ms: 'duration_ms',
    credential_id: 'key_id',
    ip: 'remote_addr',
    error: 'err',
    agent_id: 'node_id',
    sent_at: 'client_time',
    host: 'server',
    component: 'service',
  },
  audit: {
    ts: 'when',
    action: 'event',
    resource: 'target',
    'resource.kind': 'type',
    actor: 'who',
    outcome: 'result',
    reason: 'why',
    'reason.message': 'msg',
    before: 'old',
    after: 'new',
    request_id: 'req_id',
    id: 'uid',
  },
  jobs: {
    type: 'name',
    state: 'phase',
    created_at: 'enqueued_at',
    updated_at: 'modified_at',
    attempt: 'try',
    max_attempts: 'max_tries',
    attempts: 'tries',
    'attempts[].n': 'no',
    'attempts[].started_at': 'start',
    'attempts[].finished_at': 'end',
    'attempts[].outcome': 'result',
    'attempts[].worker': 'runner',
    error: 'failure',
    'attempts[].calls': 'effects',
    'attempts[].calls[].op': 'operation',
  },
  health: {
    ts: 'timestamp',
    component: 'service',
    endpoint: 'url',
    status: 'http_code',
    body: 'response',
    latency_ms: 'took_ms',
  },
  artifacts: {
    captured_at: 'collected_at',
    content_hash: 'digest',
    bytes: 'size',
    created_at: 'stored_at',
    kind: 'type',
  },
  state: {
    captured_at: 'exported_at',
    credentials: 'keys',
    rate_limits: 'limits',
    'rate_limits[].limit': 'max',
    'rate_limits[].window_ms': 'period_ms',
    retry_policies: 'retries',
    environments: 'envs',
    'credentials[].scopes': 'permissions',
    'credentials[].expires_at': 'expiry',
    organizations: 'orgs',
    'agents[].enrolled_at': 'registered_at',
    heartbeat: 'heartbeats',
    'routes[].method': 'verb',
    'routes[].route': 'path',
    'routes[].scope': 'permission_scope',
  },
  manifest: {
    files: 'members',
    'files[].sha256': 'digest',
    'files[].bytes': 'size',
    captured_at: 'exported_at',
    format: 'type',
  },
};

const timeKey = /(?:^|_)(?:ts|at|from|to|since|until|reset)$/;

/** Times as numbers, wherever a time stands. */
const epochs = (perSecond: number): Rewrite => {
  const walk = (value: Json, key: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => walk(item, key));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([own, item]) => [own, walk(item, own)]));
    const us =
      typeof value === 'string' && timeKey.test(key) && /^\d{4}-\d\d-\d\dT/.test(value) ? parseMicros(value) : null;
    return us === null ? value : Math.floor(us / (1_000_000 / perSecond));
  };
  return (record) => walk(record, '');
};

const codes: Readonly<Record<string, string>> = {
  forbidden_scope: 'SCOPE_MISSING',
  unauthorized: 'E_UNAUTHORIZED',
  rate_limited: 'ThrottledException',
  upstream_timeout: 'ETIMEDOUT',
  storage_unavailable: 'StorageDown',
  payload_invalid: 'VALIDATION_FAILED',
  bundle_hash_missing: 'BundleHashNotFound',
};

/** Other error codes, actions in another case, other words for outcomes. */
const otherCodes: Rewrite = (record, kind) => {
  const walk = (value: Json, key: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => walk(item, key));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([own, item]) => [own, walk(item, own)]));
    if (typeof value !== 'string') return value;
    if (key === 'code' || key === 'non_retryable') return codes[value] ?? value;
    if (key === 'action') return value.toUpperCase().replace(/\./g, '_');
    if (key === 'outcome')
      return { success: 'OK', failure: 'FAILED', denied: 'REFUSED', ok: 'succeeded', error: 'failed' }[value] ?? value;
    if (key === 'kind' && kind === 'requests')
      return { agent: 'NODE', operator: 'human', api_key: 'robot' }[value] ?? value;
    return value;
  };
  return walk(record, '');
};

const all =
  (...steps: readonly Rewrite[]): Rewrite =>
  (record, kind) =>
    steps.reduce((made, step) => step(made, kind), record);

const wrap =
  (...names: readonly string[]): Rewrite =>
  (record) =>
    [...names].reverse().reduce<Json>((inner, name) => ({ [name]: inner }), record);

const words: Rewrite = (record, kind) => keysBy((key, path) => otherWords[kind]?.[path] ?? key)(record, kind);

export const ownPrefix = '/api/v1';
export const otherPrefix = '/edge/v2';
const ofAgents = new RegExp(`^${ownPrefix}(?=/agents/)`);

/** Behind a gateway, as requests and the state name it. */
const behindPrefix: Rewrite = (record, kind) => {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return typeof value === 'string' ? value.replace(ofAgents, otherPrefix) : value;
  };
  return kind === 'requests' || kind === 'state' ? walk(record) : record;
};

export const styles: readonly Style[] = [
  { name: 'camelCase keys', rewrite: keysBy(camel) },
  { name: 'routes of agents behind another prefix', rewrite: behindPrefix },
  { name: 'other words', rewrite: words },
  { name: 'one level deeper', rewrite: wrap('data') },
  { name: 'an index around it', rewrite: all(words, (record) => ({ _index: 'x-1', _id: 'z', _source: record })) },
  { name: 'epoch milliseconds, camelCase, wrapped', rewrite: all(epochs(1_000), keysBy(camel), wrap('payload')) },
  {
    name: 'epoch seconds under another name',
    rewrite: all(
      epochs(1_000_000),
      keysBy((key) => (key === 'ts' ? 'timestamp' : key)),
    ),
  },
  { name: 'other codes and actions', rewrite: otherCodes },
  {
    name: 'everything at once, under names that tell nothing',
    rewrite: all(otherCodes, epochs(1_000), words, keysBy(camel), wrap('event', 'data')),
    anonymous: true,
  },
];

const kindOf = (path: string): string | null =>
  /(?:^|\/)(requests|audit|jobs|health|artifacts)\.ndjson$/.exec(path)?.[1] ??
  (/(?:^|\/)jobs\/[^/]+\.json$/.test(path) ? 'jobs' : /(?:^|\/)state\.json$/.test(path) ? 'state' : null);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes the archive as somebody else would have exported it. Product files and metrics stay. */
export async function respell(archive: string, folder: string, style: Style): Promise<void> {
  const opened = await openArchive(archive, defaultLimits);
  if (!opened.ok) throw new Error(opened.error.why);
  const members: { path: string; bytes: Buffer }[] = [];
  for await (const member of opened.value.members) {
    const chunks: Buffer[] = [];
    for await (const chunk of member.chunks) chunks.push(Buffer.from(chunk));
    members.push({ path: member.path, bytes: Buffer.concat(chunks) });
  }
  const write = (path: string, bytes: Buffer | string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  const written = new Map<string, { path: string; bytes: Buffer }>();
  let count = 0;
  for (const { path, bytes } of members) {
    if (/(?:^|\/)manifest\.json$/.test(path)) continue;
    const kind = kindOf(path);
    const made = kind === null ? bytes : rewritten(bytes, path, kind, style);
    count += 1;
    const name =
      style.anonymous === true && kind !== null
        ? `export/part-${count}.${path.endsWith('.json') ? 'json' : 'log.ndjson'}`
        : path;
    write(name, made);
    written.set(path, { path: name, bytes: made });
  }
  const manifest = members.find(({ path }) => /(?:^|\/)manifest\.json$/.test(path));
  if (manifest === undefined) return;
  const document = parseJson(manifest.bytes.toString('utf8')) as { files?: readonly Record<string, Json>[] };
  const base = manifest.path.slice(0, manifest.path.lastIndexOf('/') + 1);
  const files = (document.files ?? []).map((file) => {
    const own = written.get(base + String(file.path));
    return own === undefined
      ? file
      : { ...file, path: own.path.slice(base.length), bytes: own.bytes.length, sha256: sha256(own.bytes) };
  });
  const made = style.rewrite({ ...document, files } as unknown as Json, 'manifest');
  write(style.anonymous === true ? `${base}contents.json` : manifest.path, writeJson(made));
}

function rewritten(bytes: Buffer, path: string, kind: string, style: Style): Buffer {
  const text = bytes.toString('utf8');
  const one = (source: string): string => writeJson(style.rewrite(parseJson(source), kind));
  if (path.endsWith('.json')) return Buffer.from(one(text));
  return Buffer.from(
    text
      .split('\n')
      .map((line) => (line.trim() === '' ? line : one(line)))
      .join('\n'),
  );
}
