/** Writes what was played as an archive: spelt in many ways, in any order, and in the dark where the seed says so. */
import { createHash } from 'node:crypto';
import { type Random, randomStream } from '../../samples/simulator/random.ts';
import type { Played } from './cloud.ts';
import type { Fields, Plan } from './world.ts';

export const darknesses = [
  'no_state',
  'no_credentials',
  'no_routes',
  'no_agents',
  'no_heartbeat',
  'no_rate_limits',
  'no_audit',
  'no_requests',
  'requests_cut',
  'audit_cut',
  'hole',
  'gaps',
  'incomplete',
  'masked_scopes',
  'masked_times',
  'masked_credential',
] as const;
export type Darkness = (typeof darknesses)[number];

export interface Evidence {
  readonly dark: Darkness | null;
  /** Text by path. */
  readonly members: ReadonlyMap<string, string>;
}

const sections: Readonly<Record<string, string>> = { heartbeat: 'heartbeat' };
const timeFields = ['issued_at', 'expires_at', 'revoked_at', 'enrolled_at'];

function spellTime(random: Random, at: number): string | number {
  const utc = new Date(at).toISOString();
  switch (random.int(0, 5)) {
    case 0:
      return at;
    case 1:
      return at * 1000 + random.int(0, 999);
    case 2:
      return utc.replace('Z', `${String(random.int(0, 999)).padStart(3, '0')}Z`);
    case 3:
      return `${new Date(at + 5.5 * 3_600_000).toISOString().slice(0, -1)}+05:30`;
    case 4:
      return `${new Date(at - 8 * 3_600_000).toISOString().slice(0, -1)}-08:00`;
    default:
      return utc;
  }
}

const spellFields = (random: Random, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      timeFields.includes(name) && typeof value === 'number' ? spellTime(random, value) : value,
    ]),
  );

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const mixed = [...list];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = random.int(0, index);
    [mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T];
  }
  return mixed;
}

const masked = (random: Random): string => random.pick(['***', '[REDACTED]', '***HIDDEN***', 'xxxxxxxx']);

function stateOf(plan: Plan, played: Played, random: Random, dark: Darkness | null): Fields {
  const blamed = new Set(plan.faults.flatMap((fault) => (fault.kind === 'noise' ? [] : [fault.entity])));
  const state: Fields = {
    captured_at: spellTime(random, plan.end + 60_000),
    organizations: [{ id: 'o1' }],
    projects: [{ id: 'p1', org_id: 'o1' }],
  };
  for (const [section, records] of Object.entries(played.records)) {
    if (dark === `no_${section}`) continue;
    if (sections[section] !== undefined) {
      state[section] = records[''];
      continue;
    }
    state[section] = shuffled(random, Object.entries(records)).map(([key, record]) => {
      const spelt = spellFields(random, record);
      if (section !== 'credentials' || !blamed.has(`credential:${key}`)) return spelt;
      if (dark === 'masked_scopes') return { ...spelt, scopes: masked(random) };
      if (dark === 'masked_times') return { ...spelt, revoked_at: masked(random), expires_at: masked(random) };
      return spelt;
    });
  }
  return state;
}

export function evidenceOf(plan: Plan, played: Played): Evidence {
  const random = randomStream(`lab-${plan.seed}`, 'evidence');
  const dark = random.int(1, 100) <= 35 ? random.pick(darknesses) : null;
  const cut = plan.begin + Math.floor(((plan.end - plan.begin) * random.int(30, 80)) / 100);
  const holeEnd = cut + random.int(3, 10) * 60_000;
  const withoutRoute = random.int(0, 2);
  const requests = played.requests
    .filter((request) => !(dark === 'requests_cut' && (request.ts as number) > cut))
    .filter((request) => !(dark === 'hole' && (request.ts as number) > cut && (request.ts as number) < holeEnd))
    .map((request): string => {
      const { route, ts, ...rest } = request;
      let path = String(rest.path);
      const chanceOfV1 = random.int(0, 3);
      if (chanceOfV1 === 0)
        path = path.startsWith('/api/v1') ? path.slice(4) : path.startsWith('/v1') ? `/api${path}` : path;
      if (random.int(0, 9) === 0) path += '?page=2';
      const routed = withoutRoute === 0 || (withoutRoute === 1 && random.int(0, 1) === 0) ? {} : { route };
      const line = JSON.stringify({
        ts: spellTime(random, ts as number),
        ...rest,
        path,
        ...routed,
        ...(dark === 'masked_credential' && rest.credential_id !== undefined ? { credential_id: masked(random) } : {}),
      });
      // A damaged line is a gap: the refused heartbeats of one agent are lost by it.
      const lost = dark === 'gaps' && String(rest.path).endsWith('/heartbeat') && (rest.status as number) >= 400;
      return lost ? line.slice(0, Math.floor(line.length / 2)) : line;
    });
  const audit = played.audit
    .filter((record) => !(dark === 'audit_cut' && (record.ts as number) > cut))
    .map((record) => {
      const { ts, before, after, ...rest } = record;
      const sides = Object.fromEntries(
        Object.entries({ before, after })
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [
            name,
            typeof value === 'object' && value !== null ? spellFields(random, value as Fields) : value,
          ]),
      );
      return JSON.stringify({ ts: spellTime(random, ts as number), ...rest, ...sides });
    });
  // Somebody logs out now and then, up to the end: the audit goes on when nothing happens.
  for (let at = plan.begin, number = 0; at <= plan.end; at += 120_000, number++) {
    if (dark === 'audit_cut' && at > cut) break;
    audit.push(
      JSON.stringify({
        ts: spellTime(random, Math.min(at, plan.end)),
        id: `lo_${number}`,
        action: 'auth.logout',
        resource: { kind: 'session', id: `se_${number}` },
        outcome: 'success',
      }),
    );
  }
  const isMixed = random.int(0, 1) === 0;
  const textOf = (lines: readonly string[]): string => `${(isMixed ? shuffled(random, lines) : lines).join('\n')}\n`;
  const folder = random.pick(['', 'dump/a/', 'x/']);
  const members = new Map<string, string>();
  if (dark !== 'no_state') members.set(`${folder}state.json`, JSON.stringify(stateOf(plan, played, random, dark)));
  if (dark !== 'no_audit') members.set(`${folder}audit.ndjson`, textOf(audit));
  if (dark !== 'no_requests') members.set(`${folder}requests.ndjson`, textOf(requests));
  if (dark === 'incomplete' || (dark === null && random.int(0, 2) === 0)) {
    const covers = { from: new Date(plan.begin).toISOString(), to: new Date(plan.end).toISOString() };
    const files = [...members].map(([path, text]) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      ...(dark === 'incomplete' && path.endsWith('requests.ndjson')
        ? { complete: false }
        : path.endsWith('.ndjson')
          ? { complete: true, covers }
          : {}),
    }));
    members.set(
      'manifest.json',
      JSON.stringify({
        format: 'inquest-archive',
        version: 1,
        captured_at: new Date(plan.end + 60_000).toISOString(),
        files,
      }),
    );
  }
  return { dark, members };
}
