/** Deployments: approval, a free slot, the bundle build and its checks, fetched and confirmed by every target agent. */
import { type Caller, type Cloud, isAccepted, placeOf, success } from './cloud.ts';
import { sha256 } from './random.ts';
import { type Deployment, type DeploymentStatus, known } from './records.ts';
import type { JsonObject } from './spelling.ts';
import type { Worker } from './worker.ts';

export interface Rollout {
  readonly at: number;
  readonly environmentId: string;
  readonly by: Caller;
  readonly approver: Caller;
  readonly approvedAfterMs: number;
  readonly capabilities: readonly string[];
}

export interface Rollouts {
  readonly plan: (rollout: Rollout) => void;
  /** What an accepted fetch hands to the agent: each deployment once. */
  readonly fetched: (agentId: string) => readonly string[];
  readonly confirmed: (deploymentId: string, agentId: string, requestId: string) => void;
  readonly refusedByAgent: (deploymentId: string, agentId: string) => void;
  readonly signedBy: (deploymentId: string) => string;
}

const environmentRoute = '/api/v1/orgs/{org_id}/projects/{project_id}/environments/{environment_id}';
const day = 24 * 60 * 60 * 1000;

export function createRollouts(cloud: Cloud, worker: Worker): Rollouts {
  const { schedule, state, trail } = cloud;
  const waiting: string[] = [];
  const inBuild = new Set<string>();
  const handedOut = new Set<string>();
  const confirmations = new Set<string>();
  let planned = 0;

  const deployment = (id: string): Deployment => known(state.deployments, id);
  const system = { kind: 'system' } as const;

  const move = (
    id: string,
    after: DeploymentStatus,
    reason?: { readonly code: string; readonly message: string },
  ): void => {
    const now = schedule.now();
    const record = deployment(id);
    state.deployments.set(id, { ...record, status: after, updated_at: now });
    trail.add({
      ts: now,
      actor: system,
      action: 'deployment.status_changed',
      resource: { kind: 'deployment', id },
      ...placeOf(cloud, record.environment_id),
      ...(reason === undefined ? {} : { reason }),
      before: { status: record.status },
      after: { status: after },
    });
    fillSlots(record.environment_id);
  };

  const inFlight = (environmentId: string): number =>
    [...state.deployments.values()].filter(
      (record) =>
        record.environment_id === environmentId &&
        (record.status === 'building' || record.status === 'deploying' || inBuild.has(record.id)),
    ).length;

  const fillSlots = (environmentId: string): void => {
    const cap = known(state.environments, environmentId).max_inflight_deployments;
    while (inFlight(environmentId) < cap) {
      const index = waiting.findIndex((id) => deployment(id).environment_id === environmentId);
      const [id] = index < 0 ? [] : waiting.splice(index, 1);
      if (id === undefined) return;
      build(id);
    }
  };

  const approvalProblem = (record: Deployment): string | undefined => {
    if (!known(state.environments, record.environment_id).requires_approval) return undefined;
    const approval = record.approval_id === undefined ? undefined : state.approvals.get(record.approval_id);
    if (approval?.status !== 'approved') return 'approval_missing';
    if (!state.signing_keys.has(approval.kid)) return 'approval_rejected:unknown_key';
    if (approval.spec_hash !== known(state.pipeline_versions, record.pipeline_version_id).spec_hash)
      return 'approval_rejected:spec_hash_mismatch';
    if (approval.environment_id !== record.environment_id) return 'approval_rejected:wrong_environment';
    if (approval.expires_at <= schedule.now()) return 'approval_rejected:expired';
    const covered = record.capabilities.every((capability) => approval.capabilities.includes(capability));
    return covered ? undefined : 'approval_rejected:insufficient_capabilities';
  };
  const bundleProblem = (record: Deployment): string | undefined => {
    const bundle = state.config_bundles.get(record.config_bundle_id);
    if (bundle === undefined || !state.bundle_store.has(bundle.bundle_hash)) return 'bundle_hash_missing';
    return bundle.bundle_hash === record.bundle_hash ? undefined : 'bundle_hash_invalid';
  };

  const build = (id: string): void => {
    const record = deployment(id);
    inBuild.add(id);
    worker.enqueue({
      type: 'deploy_bundle_build',
      environmentId: record.environment_id,
      deploymentId: id,
      payload: { deployment_id: id, bundle_hash: record.bundle_hash, kid: record.signed_by_kid },
      calls: [
        {
          op: 'storage.get',
          args: { key: record.bundle_hash },
          result: { bytes: known(state.bundle_store, record.bundle_hash).bytes },
        },
        {
          op: 'signer.sign',
          args: { kid: record.signed_by_kid },
          result: { signature: sha256(`${id}/signature`).slice(0, 32) },
        },
        { op: 'storage.put', args: { key: `deploy/${id}.tar` }, result: { etag: sha256(`${id}/tar`).slice(0, 16) } },
      ],
      onStart: () => {
        if (deployment(id).status === 'approved') move(id, 'building');
        const problem = approvalProblem(deployment(id)) ?? bundleProblem(deployment(id));
        return problem === undefined ? undefined : { code: problem, message: problem, retryable: false };
      },
      onEnd: (completed) => {
        inBuild.delete(id);
        move(id, completed ? 'deploying' : 'failed');
      },
    });
  };

  const approve = (id: string): void => {
    move(id, 'approved');
    waiting.push(id);
    fillSlots(deployment(id).environment_id);
  };

  const createBundle = (rollout: Rollout, name: string): string => {
    const { environmentId } = rollout;
    const now = schedule.now();
    const versions = [...state.pipeline_versions.values()].filter(
      (version) => version.environment_id === environmentId,
    );
    const version = versions.at(-1);
    if (version === undefined) throw new Error(`no version to deploy in ${environmentId}`);
    const hash = `sha256:${sha256(`${cloud.seed}/${name}`)}`;
    const bundle = {
      id: cloud.id('cb', name),
      environment_id: environmentId,
      pipeline_version_id: version.id,
      bundle_hash: hash,
      created_at: now,
    };
    const answer = cloud.request({
      caller: rollout.by,
      method: 'POST',
      route: `${environmentRoute}/config-bundles`,
      params: { org_id: state.organization.id, ...placeOf(cloud, environmentId) },
      bytesIn: 1800,
      handler: success(201),
    });
    if (!isAccepted(answer)) throw new Error('a planned rollout was refused');
    state.config_bundles.set(bundle.id, bundle);
    state.bundle_store.set(hash, {
      bundle_hash: hash,
      bytes: 18_000 + cloud.random(name).int(0, 9_000),
      stored_at: now,
    });
    trail.add({
      ts: now,
      actor: { kind: 'operator', id: rollout.by.id ?? '' },
      action: 'config_bundle.created',
      resource: { kind: 'config_bundle', id: bundle.id },
      ...placeOf(cloud, environmentId),
      request_id: answer.requestId,
      after: bundle,
    });
    return bundle.id;
  };

  const createDeployment = (rollout: Rollout, name: string, bundleId: string): void => {
    const { environmentId } = rollout;
    const now = schedule.now();
    const environment = known(state.environments, environmentId);
    const bundle = known(state.config_bundles, bundleId);
    const id = cloud.id('dp', name);
    const approvalId = environment.requires_approval ? cloud.id('ap', name) : undefined;
    const kid = [...state.signing_keys.keys()].at(-1) ?? '';
    const record: Deployment = {
      id,
      environment_id: environmentId,
      pipeline_version_id: bundle.pipeline_version_id,
      config_bundle_id: bundleId,
      bundle_hash: bundle.bundle_hash,
      status: environment.requires_approval ? 'pending_approval' : 'approved',
      ...(approvalId === undefined ? {} : { approval_id: approvalId }),
      capabilities: rollout.capabilities,
      signed_by_kid: kid,
      target_agents: [...state.agents.values()]
        .filter((agent) => agent.environment_id === environmentId)
        .map((agent) => agent.id),
      created_at: now,
      updated_at: now,
    };
    const answer = cloud.request({
      caller: rollout.by,
      method: 'POST',
      route: `${environmentRoute}/deployments`,
      params: { org_id: state.organization.id, ...placeOf(cloud, environmentId) },
      bytesIn: 640,
      handler: success(201),
    });
    if (!isAccepted(answer)) throw new Error('a planned rollout was refused');
    state.deployments.set(id, record);
    const actor = { kind: 'operator', id: rollout.by.id ?? '' } as const;
    const common = { ts: now, actor, ...placeOf(cloud, environmentId), request_id: answer.requestId };
    trail.add({ ...common, action: 'deployment.created', resource: { kind: 'deployment', id }, after: record });
    if (approvalId === undefined) {
      waiting.push(id);
      fillSlots(environmentId);
      return;
    }
    const approval = {
      id: approvalId,
      deployment_id: id,
      environment_id: environmentId,
      spec_hash: known(state.pipeline_versions, bundle.pipeline_version_id).spec_hash,
      capabilities: rollout.capabilities,
      status: 'pending',
      issued_at: now,
      expires_at: now + day,
      issued_by: rollout.by.id ?? '',
      kid,
    } as const;
    state.approvals.set(approvalId, approval);
    trail.add({
      ...common,
      action: 'approval.requested',
      resource: { kind: 'approval', id: approvalId },
      after: approval,
    });
    schedule.at(now + rollout.approvedAfterMs, () => {
      const decided = cloud.request({
        caller: rollout.approver,
        method: 'POST',
        route: '/api/v1/orgs/{org_id}/approvals/{approval_id}/approve',
        params: { org_id: state.organization.id, approval_id: approvalId },
        bytesIn: 90,
        handler: success(200),
      });
      if (!isAccepted(decided)) throw new Error('a planned approval was refused');
      state.approvals.set(approvalId, { ...approval, status: 'approved' });
      trail.add({
        ts: schedule.now(),
        actor: { kind: 'operator', id: rollout.approver.id ?? '' },
        action: 'approval.approved',
        resource: { kind: 'approval', id: approvalId },
        ...placeOf(cloud, environmentId),
        request_id: decided.requestId,
        before: { status: 'pending' },
        after: { status: 'approved' },
        details: { deployment_id: id },
      });
      approve(id);
    });
  };

  const plan = (rollout: Rollout): void => {
    const name = `rollout ${planned++}`;
    schedule.at(rollout.at, () => {
      const bundleId = createBundle(rollout, name);
      schedule.at(schedule.now() + 21_000, () => createDeployment(rollout, name, bundleId));
    });
  };

  const fetched = (agentId: string): readonly string[] => {
    const fresh = [...state.deployments.values()].filter(
      (record) =>
        record.status === 'deploying' &&
        record.target_agents.includes(agentId) &&
        !handedOut.has(`${record.id}/${agentId}`),
    );
    for (const record of fresh) handedOut.add(`${record.id}/${agentId}`);
    return fresh.map((record) => record.id);
  };

  const report = (
    id: string,
    agentId: string,
    action: string,
    rest: { readonly request_id?: string; readonly reason?: { readonly code: string; readonly message: string } },
  ): void => {
    const details: JsonObject = { agent_id: agentId };
    trail.add({
      ts: schedule.now(),
      actor: { kind: 'agent', id: agentId },
      action,
      resource: { kind: 'deployment', id },
      ...placeOf(cloud, deployment(id).environment_id),
      ...rest,
      details,
    });
  };
  const confirmed = (id: string, agentId: string, requestId: string): void => {
    if (deployment(id).status !== 'deploying') return;
    confirmations.add(`${id}/${agentId}`);
    report(id, agentId, 'deployment.agent_confirmed', { request_id: requestId });
    if (deployment(id).target_agents.every((target) => confirmations.has(`${id}/${target}`))) move(id, 'active');
  };
  const refusedByAgent = (id: string, agentId: string): void => {
    if (deployment(id).status !== 'deploying') return;
    const reason = { code: 'signing_key_unknown', message: 'bundle is signed with a key that the agent does not know' };
    report(id, agentId, 'deployment.agent_failed', { reason });
    move(id, 'failed', reason);
  };
  return { plan, fetched, confirmed, refusedByAgent, signedBy: (id) => deployment(id).signed_by_kid };
}
