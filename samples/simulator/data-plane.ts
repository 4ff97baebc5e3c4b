/** What the host of one agent hands over: doctor, tuning, ring snapshots, and the v1 incident-bundle directory. */
import { type Cloud, placeOf } from './cloud.ts';
import { known } from './records.ts';
import { stages, versionSpec } from './specs.ts';
import { document, type JsonObject, rfc3339 } from './spelling.ts';

const capacity = 1024;
const snapshotEveryMs = 8 * 60_000;

/** Every member by its path. The ring moves, no stage stands still, nothing is degraded. */
export function captureHost(cloud: Cloud, agentId: string, capturedAt: number): ReadonlyMap<string, string> {
  const random = cloud.random(`host of ${agentId}`);
  const { name, environment_id } = known(cloud.state.agents, agentId);
  const environment = known(cloud.state.environments, environment_id);
  const running = [...cloud.state.deployments.values()].filter(
    (deployment) => deployment.environment_id === environment_id && deployment.status === 'active',
  );
  const version = known(cloud.state.pipeline_versions, running.at(-1)?.pipeline_version_id ?? '');
  const spec = versionSpec(environment_id, version.revision);
  const crate = { name: 'byteor-runtime', version: '0.9.4' };
  const members = new Map<string, string>();
  const add = (path: string, text: string): void => void members.set(`agents/${agentId}/${path}`, text);
  const bundle = (file: string, text: string): void => add(`incident-bundle/${file}`, text);

  let cursor = random.int(2_000_000, 9_000_000);
  const ring = (): JsonObject => {
    const gates = [cursor - random.int(0, 3), cursor - random.int(4, 9), cursor - random.int(10, 21)];
    return {
      model: 'SingleRing',
      cursor,
      capacity,
      gating: gates,
      stages: stages.map((stage, index) => ({ name: stage, gate: gates[index] ?? 0 })),
    };
  };
  for (let back = 5; back >= 1; back -= 1) {
    const time = capturedAt - back * snapshotEveryMs;
    add(`snapshots/${time}.json`, document({ captured_at: rfc3339(time), ...ring() }));
    cursor += random.int(180_000, 260_000);
  }
  const checks = [
    'memory lock',
    'CPU isolation',
    'CPU pinning',
    'RT scheduling',
    'SHM placement',
    'SHM permissions',
    'CPU headroom',
  ];
  add(
    'doctor.json',
    document({
      captured_at: rfc3339(capturedAt),
      ready: true,
      checks: checks.map((check) => ({ name: check, status: 'ok' })),
    }),
  );
  const items = [
    { name: 'memory_lock', requested: true, applied: true, state: 'applied' },
    { name: 'cpu_pinning', requested: '4-7', applied: '4-7', state: 'applied' },
  ];
  add(
    'tuning.json',
    document({ captured_at: rfc3339(capturedAt), profile: 'low-latency', items, host: { name, cpus: 16 } }),
  );

  bundle('spec.kv', spec);
  bundle('spec_validation.json', document({ ok: true, description: `SingleRing, ${stages.length} stages` }));
  bundle('runtime.json', document({ crate }));
  bundle(
    'policy_audit.json',
    document({
      ok: true,
      policy_version: 1,
      mode: 'execute',
      enforced: true,
      stage_failure_policy: 'stop_pipeline',
      spec_path: '/etc/byteor/spec.kv',
      lane_path: null,
      wait: 'backoff',
      runtime_crate: crate,
      spec: { model: 'SingleRing', stages: [...stages] },
    }),
  );
  bundle(
    'environment.json',
    document({
      pid: random.int(900, 32_000),
      cwd: '/run/byteor',
      args: ['byteor-runtime', 'run', '--spec=/etc/byteor/spec.kv'],
      env: [
        ['BYTEOR_AGENT_API_KEY', '[REDACTED]'],
        ['BYTEOR_AGENT_ID', agentId],
        ['BYTEOR_API_BASE_URL', 'https://api.byteor.example'],
        ['BYTEOR_ENVIRONMENT', environment.posture],
        ['BYTEOR_PROJECT', placeOf(cloud, environment_id).project_id],
      ],
      proc_status: 'Name:\tbyteor-runtime\nState:\tS (sleeping)\nVmLck:\t  131072 kB\n',
    }),
  );
  bundle('runtime_config.txt', 'wait=backoff\nring_path=/dev/shm/byteor/line\n');
  bundle('single_ring_snapshot.json', document(ring()));
  return members;
}
