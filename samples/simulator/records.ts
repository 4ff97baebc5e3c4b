/** What the simulated control plane keeps. Times are epoch milliseconds UTC; names are those of the archive. */
import type { Json } from './spelling.ts';

export type CredentialKind = 'operator' | 'api_key' | 'enrollment' | 'agent_runtime';
export type Posture = 'dev' | 'staging' | 'prod';
export type Group = 'auth' | 'agent' | 'artifact' | 'operator';

export type Project = { readonly id: string; readonly org_id: string };
export type Environment = {
  readonly id: string;
  readonly project_id: string;
  readonly posture: Posture;
  readonly requires_approval: boolean;
  readonly replay_policy: string;
  readonly side_effects: string;
  readonly max_inflight_deployments: number;
};
export type Membership = {
  readonly principal_id: string;
  readonly org_id: string;
  readonly role: string;
  readonly since: number;
};
export type Role = { readonly name: string; readonly permissions: readonly string[] };
export type Credential = {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly principal_id?: string;
  readonly agent_id?: string;
  readonly environment_id?: string;
  readonly key_fingerprint: string;
  readonly scopes: readonly string[];
  readonly issued_at: number;
  readonly expires_at?: number;
  readonly max_uses?: number;
  readonly uses?: number;
};
export type Route = {
  readonly method: string;
  readonly route: string;
  readonly group: Group;
  readonly credential_kinds: readonly CredentialKind[];
  readonly scope?: string;
  readonly permission?: string;
};
export type RateLimit = {
  readonly group: Group;
  readonly algorithm: 'sliding_window_log' | 'fixed_window' | 'token_bucket';
  readonly limit: number;
  readonly window_ms: number;
  readonly burst?: number;
  readonly key: 'credential' | 'ip';
  readonly position: 'before_auth' | 'after_auth';
};
export type RetryPolicy = {
  readonly job_type: string;
  readonly max_attempts: number;
  readonly attempt_counting: 'at_start';
  readonly backoff: { readonly formula: 'fixed' | 'linear'; readonly base_ms: number; readonly jitter: 'none' };
  readonly non_retryable: readonly string[];
};
export type Heartbeat = {
  readonly interval_ms: number;
  readonly ttl_ms: number;
  readonly grace_ms: number;
  readonly sweep_ms: number;
};
export type Agent = {
  readonly id: string;
  readonly environment_id: string;
  readonly name: string;
  readonly enrolled_at: number;
  readonly credential_id: string;
  readonly status: 'online' | 'offline';
  readonly last_heartbeat_at?: number;
};
export type PipelineVersion = {
  readonly id: string;
  readonly environment_id: string;
  readonly spec_hash: string;
  /** The pipeline's revision, from which its text follows. */
  readonly revision: number;
  readonly created_at: number;
};
export type ConfigBundle = {
  readonly id: string;
  readonly environment_id: string;
  readonly pipeline_version_id: string;
  readonly bundle_hash: string;
  readonly created_at: number;
};
export type StoredBundle = { readonly bundle_hash: string; readonly bytes: number; readonly stored_at: number };
export type DeploymentStatus =
  | 'pending_approval'
  | 'approved'
  | 'denied'
  | 'building'
  | 'deploying'
  | 'active'
  | 'failed';
export type Deployment = {
  readonly id: string;
  readonly environment_id: string;
  readonly pipeline_version_id: string;
  readonly config_bundle_id: string;
  readonly bundle_hash: string;
  readonly status: DeploymentStatus;
  readonly approval_id?: string;
  readonly capabilities: readonly string[];
  readonly signed_by_kid: string;
  readonly target_agents: readonly string[];
  readonly created_at: number;
  readonly updated_at: number;
};
export type Approval = {
  readonly id: string;
  readonly deployment_id: string;
  readonly environment_id: string;
  readonly spec_hash: string;
  readonly capabilities: readonly string[];
  readonly status: 'pending' | 'approved';
  readonly issued_at: number;
  readonly expires_at: number;
  readonly issued_by: string;
  readonly kid: string;
};
export type SigningKey = {
  readonly kid: string;
  readonly alg: 'Ed25519';
  readonly public_key: string;
  readonly published_at: number;
};
export type Oidc = {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks_kids: readonly string[];
  readonly clock_tolerance_s: number;
  readonly state_ttl_s: number;
};
export type Component = { readonly name: string; readonly version: string; readonly started_at: number };
export type Artifact = {
  readonly id: string;
  readonly kind: string;
  readonly agent_id: string;
  readonly environment_id: string;
  readonly captured_at: number;
  readonly content_hash: string;
  readonly bytes: number;
  readonly created_at: number;
};

/** The records by id, in the order in which they came to be. */
export interface State {
  readonly organization: { readonly id: string; readonly name: string };
  readonly projects: Map<string, Project>;
  readonly environments: Map<string, Environment>;
  readonly memberships: Map<string, Membership>;
  readonly roles: Map<string, Role>;
  readonly credentials: Map<string, Credential>;
  readonly routes: readonly Route[];
  readonly rate_limits: Map<Group, RateLimit>;
  readonly retry_policies: Map<string, RetryPolicy>;
  readonly heartbeat: Heartbeat;
  readonly agents: Map<string, Agent>;
  readonly pipeline_versions: Map<string, PipelineVersion>;
  readonly config_bundles: Map<string, ConfigBundle>;
  readonly bundle_store: Map<string, StoredBundle>;
  readonly deployments: Map<string, Deployment>;
  readonly approvals: Map<string, Approval>;
  readonly signing_keys: Map<string, SigningKey>;
  readonly oidc: Oidc;
  readonly components: Map<string, Component>;
  readonly backups: { readonly ts: number; readonly outcome: string }[];
}

/** state.json as the control plane would hand it out at `capturedAt`. */
export const exportState = (state: State, capturedAt: number): { readonly [section: string]: Json } => ({
  captured_at: capturedAt,
  organizations: [state.organization],
  projects: [...state.projects.values()],
  environments: [...state.environments.values()],
  memberships: [...state.memberships.values()],
  roles: [...state.roles.values()],
  credentials: [...state.credentials.values()],
  routes: state.routes,
  rate_limits: [...state.rate_limits.values()],
  retry_policies: [...state.retry_policies.values()],
  heartbeat: state.heartbeat,
  agents: [...state.agents.values()],
  pipeline_versions: [...state.pipeline_versions.values()],
  config_bundles: [...state.config_bundles.values()],
  bundle_store: [...state.bundle_store.values()],
  deployments: [...state.deployments.values()],
  approvals: [...state.approvals.values()],
  signing_keys: [...state.signing_keys.values()],
  oidc: state.oidc,
  components: [...state.components.values()],
  backups: state.backups,
});

/** The record that must be there: a missing one is a defect of the simulation. */
export function known<K, V>(records: ReadonlyMap<K, V>, key: K): V {
  const record = records.get(key);
  if (record === undefined) throw new Error(`no such record: ${String(key)}`);
  return record;
}
