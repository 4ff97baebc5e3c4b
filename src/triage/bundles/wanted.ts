/** What to export the next time, so that the rest of the incident can be told. */
import type { EvidenceKind } from '../../base/vocabulary.ts';

/** One line of a list for the person who can export it. */
export interface Wanted {
  readonly what: string;
  /** What it would tell. */
  readonly why: string;
}

interface Possible extends Wanted {
  /** It is not asked for when one of these is there. */
  readonly unless: (has: (kind: EvidenceKind) => boolean, files: ReadonlySet<string>) => boolean;
}

/** Commands and names are the product's own, as its documentation has them. */
const possible: readonly Possible[] = [
  {
    what: 'the same bundle again with its configuration: byteor-runtime incident-bundle --out=<dir> --spec=<spec.kv> --config=<runtime_config.txt> --ring-path=<ring>',
    why: 'what the runtime was configured with, and how far each stage was',
    unless: (_, files) =>
      files.has('runtime_config.txt') && (files.has('single_ring_snapshot.json') || files.has('lane_graph_state.json')),
  },
  {
    what: 'two or more snapshots some seconds apart, taken before a restart (byteor-runtime snapshot), as snapshots/<unix_ms>.json',
    why: 'one snapshot shows a lag, only two show whether it grows or a stage stands still',
    unless: (has) => has('snapshots'),
  },
  {
    what: 'tuning.json (the tuning record of the deployment) and doctor.json (byteor-runtime doctor)',
    why: 'what was asked of the host, and what it has',
    unless: (has) => has('tuning') && has('doctor'),
  },
  {
    what: 'the audit records of the control plane, from an hour before the first failure, as audit.ndjson',
    why: 'what changed, and who changed it: nothing in a bundle tells',
    unless: (has) => has('audit'),
  },
  {
    what: 'the API requests of that span, failed and not, as requests.ndjson',
    why: 'which requests were refused, since when, and for whom',
    unless: (has) => has('requests'),
  },
  {
    what: 'the configuration of the control plane (credentials with their scopes, agents, deployments, approvals, limits) without secrets, as state.json',
    why: 'what was in force; without it no cause can be replayed',
    unless: (has) => has('state'),
  },
  {
    what: 'the jobs of that span with their attempts, as jobs.ndjson',
    why: 'what the worker was doing, and what it retried',
    unless: (has) => has('jobs'),
  },
  {
    what: '/healthz and /readyz of API and worker (health.ndjson) and /metrics of both, some minutes long (metrics/<component>/<unix_ms>.prom)',
    why: 'whether the control plane itself was well',
    unless: (has) => has('health') && has('metrics'),
  },
  {
    what: 'the audit of a dry-run replay of this bundle (byteor-runtime replay)',
    why: 'which actions the policy decides how, for which records',
    unless: (has) => has('replay-audit'),
  },
  {
    what: 'a manifest.json that lists every file with bytes, SHA-256 and captured_at',
    why: 'no file of a bundle has a time, and none is protected against a change',
    unless: (has) => has('manifest'),
  },
];

export const wantedOf = (has: (kind: EvidenceKind) => boolean, files: ReadonlySet<string>): readonly Wanted[] =>
  possible.filter(({ unless }) => !unless(has, files)).map(({ what, why }) => ({ what, why }));
