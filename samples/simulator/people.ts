/** Operators and CI: logins, consoles that poll, versions, key rotations and changes of configuration. */
import { type Caller, type Cloud, isAccepted, newFingerprint, placeOf, type Request, success } from './cloud.ts';
import { sha256 } from './random.ts';
import { type Credential, type Group, known, type PipelineVersion } from './records.ts';
import { versionSpec } from './specs.ts';
import type { Worker } from './worker.ts';

const organizationRoute = '/api/v1/orgs/{org_id}';
const environmentRoute = `${organizationRoute}/projects/{project_id}/environments/{environment_id}`;

export interface People {
  readonly logIn: (operator: Caller, at: number, thinkMs: number) => void;
  readonly watch: (operator: Caller, environmentId: string, from: number, to: number) => void;
  readonly poll: (key: Caller, environmentId: string, from: number, everyMs: number) => void;
  readonly pushVersions: (key: Caller, environmentIds: readonly string[], from: number) => void;
  /** Many requests in a row; one that is refused waits as it is told, then goes on. */
  readonly burst: (key: Caller, environmentId: string, at: number, requests: number, gapMs: number) => void;
  readonly mistypeKey: (environmentId: string, at: number, ip: string) => void;
  readonly rotateKey: (operator: Caller, credentialId: string, at: number, scopes: readonly string[]) => void;
  readonly changeScopes: (operator: Caller, credentialId: string, at: number, scopes: readonly string[]) => void;
  readonly changeLimit: (operator: Caller, group: Group, at: number, limit: number) => void;
  readonly publishSigningKey: (at: number, name: string) => void;
  readonly replayArtifact: (operator: Caller, at: number) => void;
}

export function createPeople(cloud: Cloud, worker: Worker): People {
  const { schedule, state, trail } = cloud;
  let logins = 0;
  let versions = 0;
  let replays = 0;

  const required = (request: Request): string => {
    const answer = cloud.request(request);
    if (!isAccepted(answer)) throw new Error(`a planned request was refused: ${request.method} ${request.route}`);
    return answer.requestId;
  };
  const list = (caller: Caller, environmentId: string, what: 'deployments' | 'agents', retryOf?: string) =>
    cloud.request({
      caller,
      method: 'GET',
      route: `${environmentRoute}/${what}`,
      params: { org_id: state.organization.id, ...placeOf(cloud, environmentId) },
      ...(retryOf === undefined ? {} : { retryOf }),
      handler: success(200),
    });

  /** The identity provider answers with a token; the API looks at the login's state, then at the token. */
  const logIn = (operator: Caller, at: number, thinkMs: number): void => {
    const stateId = cloud.id('st', logins++);
    const anonymous: Caller = { kind: 'anonymous', ip: operator.ip };
    const actor = { kind: 'operator', id: operator.id ?? '' } as const;
    const resource = { kind: 'session', id: stateId };
    const { issuer, audience, jwks_kids, state_ttl_s } = state.oidc;
    schedule.at(at, () => {
      const requestId = required({ caller: anonymous, method: 'GET', route: '/auth/login', handler: success(302) });
      trail.add({
        ts: at,
        actor,
        action: 'auth.login',
        resource,
        request_id: requestId,
        details: { state_id: stateId },
      });
    });
    schedule.at(at + thinkMs, () => {
      const now = schedule.now();
      const second = Math.floor(now / 1000);
      const isLate = thinkMs > state_ttl_s * 1000;
      const answer = cloud.request({
        caller: anonymous,
        method: 'GET',
        route: '/auth/callback',
        handler: () => (isLate ? { status: 400, code: 'oidc_callback' } : { status: 302 }),
      });
      trail.add({
        ts: now,
        actor,
        action: 'auth.callback',
        resource,
        ...(isLate ? { outcome: 'failure', reason: { code: 'oidc_state', message: 'login took too long' } } : {}),
        request_id: answer.requestId,
        details: {
          state_id: stateId,
          kid: jwks_kids[0],
          iss: issuer,
          aud: audience,
          iat: second - 1,
          nbf: second - 1,
          exp: second + 3600,
        },
      });
      if (isLate) logIn(operator, now + 6_000, 9_000);
    });
  };

  const watch = (operator: Caller, environmentId: string, from: number, to: number): void => {
    const random = cloud.random(`watch ${operator.id} ${from}`);
    for (let time = from; time < to; time += 62_000 + random.int(-9_000, 9_000)) {
      schedule.at(time, () => void list(operator, environmentId, 'deployments'));
      schedule.at(time + random.int(60, 900), () => void list(operator, environmentId, 'agents'));
    }
  };

  /** Lists so many times; a refused request waits as it is told, and is sent again. */
  const listPatiently = (key: Caller, environmentId: string, times: number, gapMs: number, retryOf?: string): void => {
    const { retryAfterS, requestId } = list(key, environmentId, 'deployments', retryOf);
    if (retryAfterS !== undefined) {
      const again = schedule.now() + retryAfterS * 1000 + 140;
      schedule.at(again, () => listPatiently(key, environmentId, times, gapMs, requestId));
    } else if (times > 1) {
      schedule.at(schedule.now() + gapMs, () => listPatiently(key, environmentId, times - 1, gapMs));
    }
  };

  const poll = (key: Caller, environmentId: string, from: number, everyMs: number): void => {
    const random = cloud.random(`poll ${key.id}`);
    schedule.every(
      from,
      () => everyMs + random.int(-800, 800),
      () => listPatiently(key, environmentId, 1, 0),
    );
  };

  const pushVersions = (key: Caller, environmentIds: readonly string[], from: number): void => {
    const random = cloud.random(`versions ${key.id}`);
    schedule.every(
      from,
      () => random.int(150_000, 260_000),
      () => {
        const now = schedule.now();
        const environmentId = random.pick(environmentIds);
        const revision = 8 + versions++;
        const version: PipelineVersion = {
          id: cloud.id('pv', `revision ${revision}`),
          environment_id: environmentId,
          spec_hash: `sha256:${sha256(versionSpec(environmentId, revision))}`,
          revision,
          created_at: now,
        };
        const requestId = required({
          caller: key,
          method: 'POST',
          route: `${environmentRoute}/versions`,
          params: { org_id: state.organization.id, ...placeOf(cloud, environmentId) },
          bytesIn: random.int(900, 5_200),
          handler: success(201),
        });
        state.pipeline_versions.set(version.id, version);
        trail.add({
          ts: now,
          actor: { kind: 'api_key', id: key.id ?? '' },
          action: 'pipeline_version.created',
          resource: { kind: 'pipeline_version', id: version.id },
          ...placeOf(cloud, environmentId),
          request_id: requestId,
          after: version,
        });
        worker.enqueue({
          type: 'spec_ingest',
          environmentId,
          requestId,
          payload: { pipeline_version_id: version.id, spec_hash: version.spec_hash, stages: 3 },
          calls: [
            { op: 'db.load_draft', args: { id: version.id }, result: { revision } },
            { op: 'compiler.compile', args: { spec_hash: version.spec_hash }, result: { ok: true } },
            { op: 'db.save_version', args: { id: version.id }, result: { rows: 1 } },
          ],
        });
      },
    );
  };

  const burst = (key: Caller, environmentId: string, at: number, requests: number, gapMs: number): void =>
    schedule.at(at, () => listPatiently(key, environmentId, requests, gapMs));

  const mistypeKey = (environmentId: string, at: number, ip: string): void =>
    schedule.at(
      at,
      () =>
        void list(
          { kind: 'api_key', credentialId: cloud.id('cr', `mistyped ${at}`), ip },
          environmentId,
          'deployments',
        ),
    );

  const changeCredential = (
    operator: Caller,
    credentialId: string,
    at: number,
    change: { readonly action: string; readonly route: string; readonly after: Partial<Credential> },
  ): void =>
    schedule.at(at, () => {
      const credential = known(state.credentials, credentialId);
      const requestId = required({
        caller: operator,
        method: 'POST',
        route: `${organizationRoute}/credentials/{credential_id}/${change.route}`,
        params: { org_id: state.organization.id, credential_id: credentialId },
        bytesIn: 210,
        handler: success(200),
      });
      state.credentials.set(credentialId, { ...credential, ...change.after });
      const fields = Object.keys(change.after) as (keyof Credential)[];
      trail.add({
        ts: at,
        actor: { kind: 'operator', id: operator.id ?? '' },
        action: change.action,
        resource: { kind: 'credential', id: credentialId },
        ...(credential.environment_id === undefined ? {} : placeOf(cloud, credential.environment_id)),
        request_id: requestId,
        before: Object.fromEntries(fields.map((field) => [field, credential[field] ?? null])),
        after: change.after,
      });
    });
  const rotateKey = (operator: Caller, credentialId: string, at: number, scopes: readonly string[]): void =>
    changeCredential(operator, credentialId, at, {
      action: 'credential.rotated',
      route: 'rotate',
      after: { key_fingerprint: newFingerprint(cloud, `${credentialId} ${at}`), scopes },
    });
  const changeScopes = (operator: Caller, credentialId: string, at: number, scopes: readonly string[]): void =>
    changeCredential(operator, credentialId, at, {
      action: 'credential.scopes_changed',
      route: 'scopes',
      after: { scopes },
    });

  const changeLimit = (operator: Caller, group: Group, at: number, limit: number): void =>
    schedule.at(at, () => {
      const path = `rate_limits.${group}.limit`;
      const before = known(state.rate_limits, group);
      const requestId = required({
        caller: operator,
        method: 'PUT',
        route: `${organizationRoute}/rate-limits/{group}`,
        params: { org_id: state.organization.id, group },
        bytesIn: 48,
        handler: success(200),
      });
      state.rate_limits.set(group, { ...before, limit });
      trail.add({
        ts: at,
        actor: { kind: 'operator', id: operator.id ?? '' },
        action: 'config.changed',
        resource: { kind: 'config', id: path },
        request_id: requestId,
        before: before.limit,
        after: limit,
        details: { path },
      });
    });

  const publishSigningKey = (at: number, name: string): void =>
    schedule.at(at, () => {
      const kid = cloud.id('sk', name, 6);
      const key = {
        kid,
        alg: 'Ed25519',
        public_key: sha256(`${cloud.seed}/${name}`).slice(0, 43),
        published_at: at,
      } as const;
      state.signing_keys.set(kid, key);
      trail.add({
        ts: at,
        actor: { kind: 'system' },
        action: 'signing_key.published',
        resource: { kind: 'signing_key', id: kid },
        after: key,
      });
    });

  const replayArtifact = (operator: Caller, at: number): void =>
    schedule.at(at, () => {
      const artifact = cloud.artifacts.filter((each) => each.kind === 'incident_bundle').at(-1);
      if (artifact === undefined) throw new Error('nothing to replay yet: move it in the scenario');
      const id = cloud.id('rp', replays++);
      const actor = { kind: 'operator', id: operator.id ?? '' } as const;
      const common = {
        actor,
        resource: { kind: 'replay', id },
        ...placeOf(cloud, artifact.environment_id),
        details: { artifact_id: artifact.id, mode: 'dry_run' },
      };
      const requestId = required({
        caller: operator,
        method: 'POST',
        route: `${organizationRoute}/artifacts/{artifact_id}/replays`,
        params: { org_id: state.organization.id, artifact_id: artifact.id },
        bytesIn: 120,
        handler: success(202),
      });
      trail.add({ ...common, ts: at, action: 'replay.requested', request_id: requestId });
      const jobId = worker.enqueue({
        type: 'replay',
        environmentId: artifact.environment_id,
        artifactId: artifact.id,
        requestId,
        payload: { replay_id: id, artifact_id: artifact.id, mode: 'dry_run', last_n: 256 },
        calls: [
          { op: 'storage.get', args: { key: artifact.content_hash }, result: { bytes: artifact.bytes } },
          { op: 'runtime.dry_run', args: { replay_id: id }, result: { actions: 0, ok: true } },
        ],
        onEnd: () => trail.add({ ...common, ts: schedule.now(), action: 'replay.completed', job_id: jobId }),
      });
    });

  return {
    logIn,
    watch,
    poll,
    pushVersions,
    burst,
    mistypeKey,
    rotateKey,
    changeScopes,
    changeLimit,
    publishSigningKey,
    replayArtifact,
  };
}
