/** The incident: of three keys rotated in a row, the last comes back with two scopes fewer. */
import { runtimeScopes } from './fleet.ts';
import { identifier, sha256 } from './random.ts';
import { known } from './records.ts';
import { minuteMs, type Scenario } from './scenario.ts';
import { unixMs } from './spelling.ts';

const seed = 'agent-scope/1';
const start = unixMs('2026-03-17T01:30:00Z');
const end = unixMs('2026-03-17T03:00:00Z');
const day = 24 * 60 * minuteMs;

const oldKeyExpiresAt = unixMs('2026-03-17T02:21:00Z');

/** The rotation's own injected fact: what the last key still holds. */
const scopesLeft = ['agent:deployments_read', 'agent:signing_keys_read'];

export const agentScope: Scenario = {
  name: 'agent-scope',
  seed,
  span: { start, end },
  troubles: {
    outages: [
      {
        dependency: 'storage',
        from: unixMs('2026-03-17T02:05:10Z'),
        to: unixMs('2026-03-17T02:06:55Z'),
        code: 'storage_unavailable',
        message: 'connection pool exhausted',
      },
    ],
    hiccups: [
      {
        type: 'spec_ingest',
        after: start + 33 * minuteMs,
        op: 'compiler.compile',
        code: 'upstream_timeout',
        message: 'deadline exceeded',
      },
    ],
    restart: { stop: unixMs('2026-03-17T01:42:26.100Z'), start: unixMs('2026-03-17T01:42:40.400Z'), version: '1.8.4' },
  },
  skippedHeartbeats: () => new Map(),
  before: (state, cast) => {
    const agentId = cast.agents.staging[2] ?? '';
    const agent = known(state.agents, agentId);
    const oldKey = known(state.credentials, agent.credential_id);
    const newKey = {
      ...oldKey,
      id: identifier(seed, 'cr', 'next key'),
      key_fingerprint: `fp:${sha256(`${seed}/next key`).slice(0, 16)}`,
      issued_at: start - day,
    };
    state.credentials.set(oldKey.id, { ...oldKey, expires_at: oldKeyExpiresAt });
    state.credentials.set(newKey.id, newKey);
    state.agents.set(agentId, { ...agent, credential_id: newKey.id });
  },
  inject: ({ cloud, cast, people, fleet, rollouts, minute }) => {
    const { prod, staging, dev } = cast.environments;
    const [first = '', second = '', third = ''] = cast.agents.prod;
    const keyOf = (agentId: string): string => known(cloud.state.agents, agentId).credential_id;
    const rollout = { approver: cast.owner, approvedAfterMs: 94_000, capabilities: [] };
    const [developer = cast.owner, secondDeveloper = cast.owner] = cast.developers;

    // Ordinary work.
    people.publishSigningKey(minute(9) + 2_000, 'second');
    rollouts.plan({ ...rollout, at: minute(5) + 12_000, environmentId: dev, by: developer });
    rollouts.plan({
      ...rollout,
      at: minute(15) + 40_000,
      environmentId: prod,
      by: cast.platform,
      capabilities: ['http_post'],
    });
    rollouts.plan({ ...rollout, at: minute(26) + 3_000, environmentId: staging, by: secondDeveloper });
    rollouts.plan({ ...rollout, at: minute(51) + 30_000, environmentId: staging, by: developer });
    rollouts.plan({ ...rollout, at: minute(72) + 8_000, environmentId: dev, by: secondDeveloper });
    people.replayArtifact(cast.platform, minute(30) + 17_000);

    // The fault: the keys of three agents in prod are rotated; the last loses the scopes of heartbeat and upload.
    people.rotateKey(cast.platform, keyOf(first), minute(42) + 11_480, runtimeScopes);
    people.rotateKey(cast.platform, keyOf(second), minute(43) + 2_905, runtimeScopes);
    people.rotateKey(cast.platform, keyOf(third), minute(43) + 58_260, scopesLeft);

    // What it meets: a deployment to prod that needs every agent's confirmation.
    rollouts.plan({
      ...rollout,
      at: minute(58) + 20_000,
      environmentId: prod,
      by: cast.platform,
      capabilities: ['http_post'],
    });

    // Without consequence: an old key that runs out, a limit lowered, a worker without its storage for a while.
    const cron = cast.agents.staging[2] ?? '';
    const oldKey = [...cloud.state.credentials.values()].find((key) => key.expires_at === oldKeyExpiresAt)?.id ?? '';
    cloud.schedule.at(minute(66) + 30_250, () => fleet.uploadOnceWith(cron, oldKey));
    people.changeLimit(cast.secondPlatform, 'operator', minute(40) + 26_000, 45);
    cloud.schedule.at(minute(36) + 14_000, () => fleet.uploadNow(cast.agents.staging[1] ?? '', 'incident_bundle'));
  },
  capture: (cast) => ({
    incidentId: 'INC-0317',
    title: 'Deployment to prod does not finish',
    capturedAt: end + 40_000,
    hosts: [cast.agents.prod[2] ?? '', cast.agents.prod[0] ?? ''],
    restarts: [{ ts: unixMs('2026-03-17T01:42:40.400Z'), component: 'worker' }],
  }),
};
