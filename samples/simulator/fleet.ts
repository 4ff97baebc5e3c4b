/** The agents: heartbeats, fetches, key refreshes and uploads; and the sweep that finds those whose lease has run out. */
import { type Answer, type Caller, type Cloud, isAccepted, newFingerprint, placeOf, success } from './cloud.ts';
import { sha256 } from './random.ts';
import { type Agent, known } from './records.ts';
import type { Rollouts } from './rollouts.ts';
import type { Worker } from './worker.ts';

export interface Pace {
  /** Heartbeats that the agent does not send, by their number since it began. */
  readonly skippedHeartbeats?: readonly number[];
  /** The offset of the agent's own clock. */
  readonly clockOffsetMs: number;
  readonly shortPath: boolean;
}

export interface Fleet {
  readonly begin: (agentId: string, from: number, pace: Pace) => void;
  /** One upload with a credential of the caller's choice, repeated with the agent's own when it is refused. */
  readonly uploadOnceWith: (agentId: string, credentialId: string) => void;
  readonly uploadNow: (agentId: string, kind: string) => void;
  readonly enroll: (agentId: string, name: string, environmentId: string, token: Caller, pace: Pace) => void;
}

const route = (rest: string): string => `/api/v1/agents/{agent_id}/${rest}`;
const uploadRepeatsMs = [20_000, 45_000];

export const runtimeScopes = [
  'agent:heartbeat',
  'agent:deployments_read',
  'agent:signing_keys_read',
  'agent:artifact_upload',
];

export const ipOf = (agentId: string): string => {
  const digest = Number.parseInt(sha256(agentId).slice(0, 4), 16);
  return `10.40.${digest >> 8}.${digest & 255}`;
};

export function createFleet(cloud: Cloud, worker: Worker, rollouts: Rollouts): Fleet {
  const { schedule, state, trail } = cloud;
  const { interval_ms, ttl_ms, grace_ms, sweep_ms } = state.heartbeat;
  const deadlines = new Map<string, number>();
  const knownKids = new Map<string, readonly string[]>();
  const toConfirm = new Map<string, { readonly deploymentId: string; readonly readyAt: number }[]>();
  let uploads = 0;

  const agent = (id: string): Agent => known(state.agents, id);
  const callerOf = (id: string, credentialId = agent(id).credential_id): Caller => ({
    kind: 'agent',
    id,
    credentialId,
    ip: ipOf(id),
  });

  const setStatus = (
    id: string,
    status: Agent['status'],
    reason?: { readonly code: string; readonly message: string },
  ): void => {
    const record = agent(id);
    state.agents.set(id, { ...record, status });
    trail.add({
      ts: schedule.now(),
      actor: { kind: 'system' },
      action: `agent.${status}`,
      resource: { kind: 'agent', id },
      ...placeOf(cloud, record.environment_id),
      ...(reason === undefined ? {} : { reason }),
      before: { status: record.status },
      after: { status },
    });
  };

  const renewLease = (id: string): void => {
    const now = schedule.now();
    deadlines.set(id, now + ttl_ms + grace_ms);
    state.agents.set(id, { ...agent(id), last_heartbeat_at: now });
    if (agent(id).status === 'offline') setStatus(id, 'online');
  };

  const sweep = (): void => {
    for (const { id, status } of [...state.agents.values()]) {
      const deadline = deadlines.get(id);
      if (status === 'online' && deadline !== undefined && schedule.now() > deadline)
        setStatus(id, 'offline', { code: 'agent_offline', message: 'missing heartbeats' });
    }
  };
  const firstSweep = Math.ceil(cloud.span.start / sweep_ms) * sweep_ms;
  schedule.every(firstSweep, () => sweep_ms, sweep);

  const heartbeat = (id: string, pace: Pace): void => {
    const now = schedule.now();
    const answer = cloud.request({
      caller: callerOf(id),
      method: 'POST',
      route: route('heartbeat'),
      params: { agent_id: id },
      bytesIn: 268,
      sentAt: now - 12 + pace.clockOffsetMs,
      shortPath: pace.shortPath,
      handler: success(200),
    });
    if (!isAccepted(answer)) return;
    renewLease(id);
    const reports = toConfirm.get(id) ?? [];
    for (const { deploymentId } of reports.filter((report) => report.readyAt <= now))
      rollouts.confirmed(deploymentId, id, answer.requestId);
    toConfirm.set(
      id,
      reports.filter((report) => report.readyAt > now),
    );
  };

  const fetch = (id: string, pace: Pace, applyMs: number): void => {
    const answer = cloud.request({
      caller: callerOf(id),
      method: 'GET',
      route: route('deployments'),
      params: { agent_id: id },
      shortPath: pace.shortPath,
      handler: success(200),
    });
    if (!isAccepted(answer)) return;
    for (const deploymentId of rollouts.fetched(id)) {
      const verifies = (knownKids.get(id) ?? []).includes(rollouts.signedBy(deploymentId));
      if (!verifies) rollouts.refusedByAgent(deploymentId, id);
      else toConfirm.set(id, [...(toConfirm.get(id) ?? []), { deploymentId, readyAt: schedule.now() + applyMs }]);
    }
  };

  const refreshKeys = (id: string, pace: Pace): void => {
    const answer = cloud.request({
      caller: callerOf(id),
      method: 'GET',
      route: route('signing-keys'),
      params: { agent_id: id },
      shortPath: pace.shortPath,
      handler: success(200),
    });
    if (isAccepted(answer)) knownKids.set(id, [...state.signing_keys.keys()]);
  };

  interface Upload {
    readonly agentId: string;
    readonly kind: string;
    readonly name: string;
    readonly bytes: number;
    readonly capturedAt: number;
    readonly shortPath: boolean;
  }

  const store = (upload: Upload, answer: Answer): void => {
    const { agentId, kind, bytes } = upload;
    const now = schedule.now();
    const environmentId = agent(agentId).environment_id;
    const contentHash = `sha256:${sha256(`${cloud.seed}/${upload.name}`)}`;
    const artifactId = cloud.id('art', upload.name);
    const isKnown = answer.status === 200;
    trail.add({
      ts: now,
      actor: { kind: 'agent', id: agentId },
      action: isKnown ? 'artifact.deduplicated' : 'artifact.uploaded',
      resource: { kind: 'artifact', id: artifactId },
      ...placeOf(cloud, environmentId),
      request_id: answer.requestId,
      details: { content_hash: contentHash, bytes, kind },
    });
    if (isKnown) return;
    cloud.artifacts.push({
      id: artifactId,
      kind,
      agent_id: agentId,
      environment_id: environmentId,
      captured_at: upload.capturedAt,
      content_hash: contentHash,
      bytes,
      created_at: now,
    });
    if (kind !== 'incident_bundle') return;
    worker.enqueue({
      type: 'incident_ingest',
      environmentId,
      artifactId,
      requestId: answer.requestId,
      payload: { artifact_id: artifactId, kind, bytes },
      calls: [
        { op: 'storage.get', args: { key: contentHash }, result: { bytes } },
        { op: 'db.index', args: { artifact_id: artifactId }, result: { rows: 1 } },
      ],
    });
  };

  const send = (upload: Upload, caller: Caller, retryOf?: string): Answer => {
    const isKnown = cloud.artifacts.some((artifact) => artifact.id === cloud.id('art', upload.name));
    const answer = cloud.request({
      caller,
      method: 'POST',
      route: route('artifacts'),
      params: { agent_id: upload.agentId },
      bytesIn: upload.bytes,
      shortPath: upload.shortPath,
      ...(retryOf === undefined ? {} : { retryOf }),
      handler: success(isKnown ? 200 : 201),
    });
    if (isAccepted(answer)) store(upload, answer);
    return answer;
  };

  const newUpload = (agentId: string, kind: string, pace?: Pace): Upload => {
    const random = cloud.random(`upload ${uploads}`);
    const largest = kind === 'incident_bundle' ? 240_000 : 60_000;
    return {
      agentId,
      kind,
      name: `upload ${uploads++}`,
      bytes: random.int(8_000, largest),
      capturedAt: schedule.now() - random.int(900, 4_000),
      shortPath: pace?.shortPath ?? false,
    };
  };

  /** A refused upload is sent again twice, later each time, and then left. */
  const sendWithRepeats = (upload: Upload, repeat = 0, retryOf?: string): void => {
    const answer = send(upload, callerOf(upload.agentId), retryOf);
    const pause = uploadRepeatsMs[repeat];
    if (isAccepted(answer) || pause === undefined) return;
    schedule.at(schedule.now() + pause, () => sendWithRepeats(upload, repeat + 1, answer.requestId));
  };

  const begin = (id: string, from: number, pace: Pace): void => {
    const random = cloud.random(`pace of ${id}`);
    // Until its first refresh an agent knows what was published before the evidence begins.
    const published = [...state.signing_keys.values()].filter((key) => key.published_at < cloud.span.start);
    knownKids.set(
      id,
      published.map((key) => key.kid),
    );
    const phase = from + random.int(0, interval_ms - 1);
    let beats = 0;
    schedule.every(
      phase,
      () => interval_ms + random.int(-160, 160),
      () => {
        if (!(pace.skippedHeartbeats ?? []).includes(beats++)) heartbeat(id, pace);
      },
    );
    schedule.every(
      from + random.int(0, 59_999),
      () => 60_000 + random.int(-700, 700),
      () => fetch(id, pace, random.int(5_000, 15_000)),
    );
    schedule.every(
      from + random.int(0, 599_999),
      () => 600_000 + random.int(-3_000, 3_000),
      () => refreshKeys(id, pace),
    );
    schedule.every(
      from + random.int(20_000, 240_000),
      () => random.int(190_000, 290_000),
      () => {
        const kind = random.pick([
          'snapshot',
          'snapshot',
          'snapshot',
          'runtime_diagnostics',
          'runtime_diagnostics',
          'incident_bundle',
        ]);
        const upload = newUpload(id, kind, pace);
        sendWithRepeats(upload);
        if (random.int(1, 20) === 1) schedule.at(schedule.now() + 8_000, () => sendWithRepeats(upload));
      },
    );
  };

  const uploadOnceWith = (agentId: string, credentialId: string): void => {
    const upload = newUpload(agentId, 'runtime_diagnostics');
    const answer = send(upload, callerOf(agentId, credentialId));
    if (isAccepted(answer)) return;
    schedule.at(schedule.now() + 2_600, () => send(upload, callerOf(agentId), answer.requestId));
  };

  const enroll = (id: string, name: string, environmentId: string, token: Caller, pace: Pace): void => {
    const now = schedule.now();
    const answer = cloud.request({
      caller: token,
      method: 'POST',
      route: '/api/v1/orgs/{org_id}/projects/{project_id}/environments/{environment_id}/agents',
      params: { org_id: state.organization.id, ...placeOf(cloud, environmentId) },
      bytesIn: 64,
      handler: success(201),
    });
    if (!isAccepted(answer)) throw new Error('a planned enrollment was refused');
    const credentialId = cloud.id('cr', `runtime of ${id}`);
    const record: Agent = {
      id,
      environment_id: environmentId,
      name,
      enrolled_at: now,
      credential_id: credentialId,
      status: 'online',
      last_heartbeat_at: now,
    };
    const credential = {
      id: credentialId,
      kind: 'agent_runtime',
      agent_id: id,
      environment_id: environmentId,
      key_fingerprint: newFingerprint(cloud, id),
      scopes: runtimeScopes,
      issued_at: now,
    } as const;
    const tokenId = token.credentialId ?? '';
    const used = known(state.credentials, tokenId);
    state.credentials.set(tokenId, { ...used, uses: (used.uses ?? 0) + 1 });
    state.agents.set(id, record);
    state.credentials.set(credentialId, credential);
    const common = {
      ts: now,
      actor: { kind: 'enrollment', id: tokenId },
      ...placeOf(cloud, environmentId),
      request_id: answer.requestId,
      details: { credential_id: tokenId },
    } as const;
    trail.add({ ...common, action: 'agent.enrolled', resource: { kind: 'agent', id }, after: record });
    trail.add({
      ...common,
      action: 'credential.issued',
      resource: { kind: 'credential', id: credentialId },
      after: credential,
    });
    renewLease(id);
    begin(id, now + 1_000, pace);
  };

  return { begin, uploadOnceWith, uploadNow: (id, kind) => sendWithRepeats(newUpload(id, kind)), enroll };
}
