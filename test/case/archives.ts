import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as tar from 'tar';
import { type CaseReader, type OpenOptions, openIncident } from '../../src/case/index.ts';
import { temporaryRoot } from '../temporary.ts';

let count = 0;

export const freshPath = (name: string): string => {
  count += 1;
  const folder = join(temporaryRoot(), String(count));
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
};

/** Writes files below a fresh folder. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>, name = 'incident'): string {
  const folder = freshPath(name);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** A tar of the folder's files in the order given. */
export async function tarOf(folder: string, paths: readonly string[], gzip = true): Promise<string> {
  const file = freshPath(gzip ? 'x.tar.gz' : 'x.tar');
  await tar.create({ cwd: folder, file, gzip, mtime: new Date(0) }, [...paths]);
  return file;
}

export const opened = (path: string, options: OpenOptions = {}): Promise<CaseReader> => openedAll([path], options);

export async function openedAll(paths: readonly string[], options: OpenOptions = {}): Promise<CaseReader> {
  const result = await openIncident(paths, { dataDir: freshPath('data'), ...options });
  if (!result.ok) throw new Error(`${result.error.what}: ${result.error.why}`);
  return result.value;
}

/** An incident with a record of every table. */
export const everyKind: Readonly<Record<string, string>> = {
  'requests.ndjson': [
    '{"ts":"2026-01-31T12:00:00.5Z","request_id":"req_1","method":"POST","path":"/v1/agents/ag_1/heartbeat","route":"/v1/agents/{agent_id}/heartbeat","status":403,"caller":{"kind":"agent","id":"ag_1"},"credential_id":"cr_1","agent_id":"ag_1","error":{"code":"forbidden_scope"},"x":1}',
    '{"ts":"2026-01-31T12:00:01Z","request_id":"req_2","method":"POST","path":"/v1/agents/ag_1/heartbeat","status":200,"latency_ms":12.5,"retry_of":"req_1"}',
    '{"request_id":"req_3","method":"GET","path":"/auth/login","status":302}',
    '',
  ].join('\n'),
  'audit.ndjson':
    '{"ts":"2026-01-31T12:00:01Z","id":"a1","seq":18446744073709551615,"action":"credential.rotated","resource":{"kind":"credential","id":"cr_1"},"outcome":"success","request_id":"req_2","before":{"s":[1]},"hash":"00FF","prev_hash":"00ff"}\nbroken\n{"ts":"2026-01-31T12:00:00Z","id":"a0","action":"job.enqueued","resource":{"kind":"job","id":"job_1"},"job_id":"job_1","outcome":"success"}\n',
  'jobs.ndjson':
    '{"id":"job_1","type":"replay","state":"dead_letter","created_at":"2026-01-31T12:00:01Z","attempt":1,"payload":{"a":1},"attempts":[{"n":1,"started_at":"2026-01-31T12:00:02Z","outcome":"error","error":{"code":"upstream_timeout","message":"m"},"calls":[{"op":"storage.put","error":{"code":"upstream_timeout"}}]}]}\n',
  'health.ndjson':
    '{"ts":"2026-01-31T12:00:01Z","component":"api","endpoint":"/readyz","status":503,"body":{"checks":{"db":"fail"}}}\n',
  'metrics/api/1769860800000.prom': '# TYPE c_total counter\nc_total{b="2",a="1"} 5\n',
  'metrics/api/1769860860000.prom': '# TYPE c_total counter\nc_total{a="1",b="2"} 3\n',
  'state.json':
    '{"captured_at":"2026-01-31T13:00:00Z","agents":[{"id":"ag_9","status":"offline"}],"heartbeat":{"ttl_ms":1}}',
  'agents/ag_1/snapshots/1769860800000.json': '{"model":"SingleRing","cursor":1,"gating":[1]}',
  'agents/ag_1/doctor.json': '{"captured_at":"2026-01-31T12:00:00Z","ready":true,"checks":[]}',
  'agents/ag_1/incident-bundle/runtime.json': '{"crate":{"name":"r"}}',
  'agents/ag_1/incident-bundle/spec.kv': 'pipeline.name=p\n',
  'artifacts.ndjson': '{"id":"art_1","kind":"k","content_hash":"h","captured_at":"2026-01-31T12:00:00Z"}\n',
  'logs/worker.log': '2026-01-31T12:00:01Z INFO up\n',
};
