/** The members of an archive and its manifest, from a world whose evidence has ended. */
import type { Cloud } from './cloud.ts';
import { captureHost } from './data-plane.ts';
import type { Observers } from './observers.ts';
import { sha256 } from './random.ts';
import { exportState } from './records.ts';
import { document, type JsonObject, ndjson, rfc3339, withSpeltTimes } from './spelling.ts';
import type { Worker } from './worker.ts';

export interface Capture {
  readonly incidentId?: string;
  readonly title: string;
  readonly capturedAt: number;
  /** Agents whose host handed over its own evidence. */
  readonly hosts: readonly string[];
  readonly restarts: readonly { readonly ts: number; readonly component: string }[];
}

const kindOf = (path: string): string => {
  const [top = '', , rest = ''] = path.split('/');
  if (top === 'agents') return rest.replace('.json', '');
  return top.replace('.ndjson', '').replace('.json', '');
};

export function buildMembers(
  cloud: Cloud,
  worker: Worker,
  observers: Observers,
  capture: Capture,
): Map<string, string> {
  const { capturedAt } = capture;
  const members = new Map<string, string>([
    ['requests.ndjson', ndjson(cloud.requests)],
    ['audit.ndjson', ndjson(cloud.trail.records())],
    ['jobs.ndjson', ndjson(worker.jobs())],
    ['health.ndjson', ndjson(observers.probes)],
    ['artifacts.ndjson', ndjson(cloud.artifacts.map((artifact) => withSpeltTimes(artifact) as JsonObject))],
    ['state.json', document(withSpeltTimes(exportState(cloud.state, capturedAt)))],
    ['logs/api.ndjson', ndjson(cloud.logs)],
    ['logs/worker.log', worker.log.map((line) => `${line}\n`).join('')],
    ...observers.scrapes.map(({ component, time, text }): [string, string] => [
      `metrics/${component}/${time}.prom`,
      text,
    ]),
  ]);
  for (const agentId of capture.hosts) {
    for (const [path, text] of captureHost(cloud, agentId, capturedAt - 25_000)) members.set(path, text);
  }
  return members;
}

/** `others` are files that lie in the folder without being evidence: listed, so that nothing in it is unlisted. */
export function buildManifest(
  cloud: Cloud,
  capture: Capture,
  members: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): string {
  const covers = { from: rfc3339(cloud.span.start), to: rfc3339(cloud.span.end) };
  const completeKinds = ['requests', 'audit', 'health', 'jobs'];
  const all = [...members, ...others].sort(([a], [b]) => (a < b ? -1 : 1));
  return document({
    format: 'inquest-archive',
    version: 1,
    ...(capture.incidentId === undefined ? {} : { incident_id: capture.incidentId }),
    title: capture.title,
    captured_at: rfc3339(capture.capturedAt),
    captured_by: 'collector',
    source: { org_id: cloud.state.organization.id },
    files: all.map(([path, text]) => {
      const kind = kindOf(path);
      return {
        path,
        bytes: Buffer.byteLength(text, 'utf8'),
        sha256: sha256(text),
        ...(others.has(path) ? {} : { kind }),
        ...(completeKinds.includes(kind) && members.has(path) ? { complete: true, covers } : {}),
      };
    }),
    restarts: capture.restarts.map(({ ts, component }) => ({ ts: rfc3339(ts), component })),
  });
}
