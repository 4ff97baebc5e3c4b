/** An ordinary day: the small troubles that end well by themselves, and nothing else. */
import { runtimeScopes } from './fleet.ts';
import { known } from './records.ts';
import { minuteMs, type Scenario } from './scenario.ts';
import { unixMs } from './spelling.ts';

const start = unixMs('2026-03-19T13:00:00Z');
const end = unixMs('2026-03-19T14:30:00Z');

export const healthy: Scenario = {
  name: 'healthy',
  seed: 'healthy/1',
  span: { start, end },
  troubles: {
    outages: [],
    hiccups: [
      {
        type: 'spec_ingest',
        after: start + 21 * minuteMs,
        op: 'compiler.compile',
        code: 'upstream_timeout',
        message: 'deadline exceeded',
      },
      {
        type: 'incident_ingest',
        after: start + 49 * minuteMs,
        op: 'db.index',
        code: 'database_unavailable',
        message: 'connection reset',
      },
    ],
    restart: { stop: unixMs('2026-03-19T13:31:26.100Z'), start: unixMs('2026-03-19T13:31:39.900Z'), version: '1.8.4' },
  },
  coldProbe: 118,
  skippedHeartbeats: (cast) =>
    new Map([
      [cast.agents.staging[1] ?? '', [91, 92]],
      [cast.agents.dev[0] ?? '', [140]],
    ]),
  before: () => undefined,
  inject: ({ cloud, cast, people, rollouts, minute }) => {
    const { prod, staging, dev } = cast.environments;
    const [developer = cast.owner, secondDeveloper = cast.owner, thirdDeveloper = cast.owner] = cast.developers;
    const rollout = { approver: cast.owner, approvedAfterMs: 71_000, capabilities: [] };
    const keyOf = (agentId: string): string => known(cloud.state.agents, agentId).credential_id;

    people.publishSigningKey(minute(6) + 31_000, 'second');
    rollouts.plan({ ...rollout, at: minute(3) + 20_000, environmentId: dev, by: developer });
    rollouts.plan({ ...rollout, at: minute(19) + 5_000, environmentId: staging, by: secondDeveloper });
    rollouts.plan({
      ...rollout,
      at: minute(34) + 44_000,
      environmentId: prod,
      by: cast.platform,
      capabilities: ['http_post'],
    });
    rollouts.plan({ ...rollout, at: minute(60) + 2_000, environmentId: prod, by: cast.secondPlatform });
    rollouts.plan({ ...rollout, at: minute(67) + 50_000, environmentId: dev, by: thirdDeveloper });
    people.replayArtifact(developer, minute(45) + 33_000);

    // Each ends well: a rotation that keeps its scopes, a scope that nobody used, a raised limit, a burst that waits
    // as it is told, two mistyped keys, a login page left open for too long.
    people.rotateKey(cast.platform, keyOf(cast.agents.prod[1] ?? ''), minute(38) + 9_210, runtimeScopes);
    people.changeScopes(cast.platform, cast.ciStatus.credentialId ?? '', minute(47) + 1_650, ['environments:read']);
    people.changeLimit(cast.secondPlatform, 'artifact', minute(52) + 13_000, 16);
    people.burst(cast.ciStatus, dev, minute(56) + 7_300, 30, 150);
    people.mistypeKey(staging, minute(24) + 18_000, '10.40.9.31');
    people.mistypeKey(staging, minute(24) + 39_500, '10.40.9.31');
    people.logIn(thirdDeveloper, minute(28) + 6_000, 11 * minuteMs);
  },
  capture: (cast) => ({
    title: 'An ordinary afternoon',
    capturedAt: end + 40_000,
    hosts: [cast.agents.prod[0] ?? ''],
    restarts: [{ ts: unixMs('2026-03-19T13:31:39.900Z'), component: 'worker' }],
  }),
};
