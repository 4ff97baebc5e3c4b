/** The audit trail that the bench reads: lines as Cloud would export them, some of them odd, all of them from one seed. */
import { identifier, type Random, randomStream } from '../../samples/simulator/random.ts';
import { createVocabulary, sentence } from './vocabulary.ts';

export interface Trail {
  readonly seed: string;
  /** Lines, the odd ones included. */
  readonly lines: number;
  /** As the trail is by default: odd in one line of twenty, with messages of 50,000 words. */
  readonly style?: Style;
}

/** What one trail has and another lacks. */
export interface Style {
  /** One line of so many is odd; none where it is null. */
  readonly oddOneIn: number | null;
  readonly words: number;
  readonly keys: 'fixed' | 'shuffled';
}

type Fields = Readonly<Record<string, unknown>>;

/** How a line departs from the regular one; one in twenty does. */
const oddities = ['broken', 'blank', 'unknown-fields', 'shuffled-keys'] as const;
export const usual: Style = { oddOneIn: 20, words: 50_000, keys: 'fixed' };

/** 2026-01-01T00:00:00Z, in milliseconds. */
const startMs = 1_767_225_600_000;

interface Fleet {
  readonly org: readonly string[];
  readonly project: readonly string[];
  readonly environment: readonly string[];
  readonly agent: readonly string[];
  readonly operator: readonly string[];
  readonly worker: readonly string[];
}

const ids = (seed: string, prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => identifier(seed, prefix, i));

const createFleet = (seed: string): Fleet => ({
  org: ids(seed, 'org', 1),
  project: ids(seed, 'prj', 12),
  environment: ids(seed, 'env', 36),
  agent: ids(seed, 'ag', 2_000),
  operator: ids(seed, 'u', 200),
  worker: Array.from({ length: 16 }, (_, i) => `worker-${i + 1}`),
});

const hexDigits = '0123456789abcdef';

function hex(random: Random, digits: number): string {
  let text = '';
  for (let i = 0; i < digits; i += 1) text += hexDigits[random.int(0, 15)];
  return text;
}

interface Event {
  readonly actor: 'agent' | 'operator' | 'worker';
  readonly action: string;
  readonly resource: string;
  readonly id: string;
  readonly outcome?: 'failure' | 'denied';
  readonly more: Fields;
}

const jobTypes = ['spec_ingest', 'deploy_bundle_build', 'incident_ingest', 'replay'];
const statuses = ['pending', 'approved', 'rolling_out', 'active'];
const failures = ['bundle_hash_missing', 'upstream_timeout', 'storage_unavailable', 'payload_invalid'];
const denials = ['forbidden_scope', 'forbidden_role', 'forbidden_environment', 'unauthorized'];

/** One story after another: what an upload, a job, a rollout or a person leaves in the trail, at about their real shares. */
function story(random: Random, fleet: Fleet): readonly Event[] {
  const draw = random.int(0, 99);
  if (draw < 55) {
    const known = random.int(0, 14) === 0;
    const details = {
      content_hash: `sha256:${hex(random, 64)}`,
      bytes: random.int(4_000, 60_000),
      kind: random.pick(['snapshot', 'runtime_diagnostics', 'incident_bundle']),
    };
    const id = `art_${hex(random, 8)}`;
    const action = known ? 'artifact.deduplicated' : 'artifact.uploaded';
    return [{ actor: 'agent', action, resource: 'artifact', id, more: { details } }];
  }
  if (draw < 75) {
    const id = `job_${hex(random, 8)}`;
    const job = { actor: 'worker', resource: 'job', id } as const;
    const type = random.pick(jobTypes);
    const failed = random.int(0, 19) === 0;
    return [
      { ...job, action: 'job.enqueued', more: { job_id: id, details: { type } } },
      { ...job, action: 'job.started', more: { job_id: id, details: { type, attempt: 1 } } },
      failed
        ? { ...job, action: 'job.failed', outcome: 'failure', more: { job_id: id, details: { type, attempt: 1 } } }
        : { ...job, action: 'job.completed', more: { job_id: id, details: { type, attempt: 1 } } },
    ];
  }
  if (draw < 83) {
    const deployment = { actor: 'operator', resource: 'deployment', id: `dep_${hex(random, 8)}` } as const;
    return [
      { ...deployment, action: 'deployment.created', more: { after: { status: statuses[0] } } },
      ...statuses.slice(1).map(
        (status, i): Event => ({
          ...deployment,
          action: 'deployment.status_changed',
          more: { before: { status: statuses[i] }, after: { status } },
        }),
      ),
    ];
  }
  if (draw < 88) {
    const id = random.pick(fleet.agent);
    const agent = { actor: 'worker', resource: 'agent', id } as const;
    return [
      {
        ...agent,
        action: 'agent.heartbeat_missed',
        outcome: 'failure',
        more: { details: { missed: random.int(1, 3) } },
      },
      { ...agent, action: 'agent.offline', more: { before: { status: 'online' }, after: { status: 'offline' } } },
      { ...agent, action: 'agent.online', more: { before: { status: 'offline' }, after: { status: 'online' } } },
    ];
  }
  if (draw < 95) {
    const id = `st_${hex(random, 8)}`;
    const session = { actor: 'operator', resource: 'session', id } as const;
    return [
      { ...session, action: 'auth.login', more: { details: { state_id: id } } },
      { ...session, action: 'auth.callback', more: { details: { state_id: id, kid: 'idp_1', aud: 'byteor-cloud' } } },
    ];
  }
  const id = `cr_${hex(random, 8)}`;
  const scopes = ['agent:heartbeat', 'agent:artifact_upload', 'agent:deployment_fetch'];
  const credential = { actor: 'operator', resource: 'credential', id, action: 'credential.scopes_changed' } as const;
  return random.int(0, 3) === 0
    ? [{ ...credential, outcome: 'denied', more: {} }]
    : [{ ...credential, more: { before: { scopes }, after: { scopes: scopes.slice(random.int(0, 2)) } } }];
}

function reasonOf(random: Random, event: Event, vocabulary: readonly string[]): Fields {
  const code =
    event.outcome === 'failure' ? random.pick(failures) : event.outcome === 'denied' ? random.pick(denials) : 'routine';
  if (event.outcome === undefined && random.int(0, 9) < 5) return {};
  return { reason: { code, message: sentence(random, vocabulary, random.int(3, 10)) } };
}

function shuffled(random: Random, fields: Fields): Fields {
  const entries = Object.entries(fields);
  for (let i = entries.length - 1; i > 0; i -= 1) {
    const j = random.int(0, i);
    const [a, b] = [entries[i], entries[j]];
    if (a !== undefined && b !== undefined) [entries[i], entries[j]] = [b, a];
  }
  return Object.fromEntries(entries);
}

/** The line in its odd spelling. */
function oddLine(random: Random, record: Fields, vocabulary: readonly string[]): string {
  switch (random.pick(oddities)) {
    case 'blank':
      return '';
    case 'broken': {
      const text = JSON.stringify(record);
      return text.slice(0, random.int(1, text.length - 1));
    }
    case 'unknown-fields':
      return JSON.stringify({ ...record, trace: hex(random, 16), note: sentence(random, vocabulary, 3), shard: 7 });
    case 'shuffled-keys':
      return JSON.stringify(shuffled(random, record));
  }
}

/** Of its words the last ones are the rarest. */
export const vocabularyOf = (seed: string, words: number): readonly string[] =>
  createVocabulary(randomStream(seed, 'vocabulary'), words);

/** Lines without their ends, in the order of the file; the same for the same seed, and those of a shorter trail come first. */
export function* auditLines({ seed, lines, style = usual }: Trail): Generator<string, void, undefined> {
  const random = randomStream(seed, 'trail');
  const vocabulary = vocabularyOf(seed, style.words);
  const fleet = createFleet(seed);
  let ts = startMs;
  let seq = 0;
  for (;;) {
    const scope = {
      org_id: random.pick(fleet.org),
      project_id: random.pick(fleet.project),
      environment_id: random.pick(fleet.environment),
    };
    for (const event of story(random, fleet)) {
      if (seq >= lines) return;
      seq += 1;
      ts += random.int(0, 400);
      const { actor, action, resource, id, outcome = 'success', more } = event;
      const record = {
        ts,
        id: `au_${hex(random, 12)}`,
        seq,
        actor: { kind: actor, id: random.pick(fleet[actor]) },
        action,
        resource: { kind: resource, id },
        ...scope,
        outcome,
        ...reasonOf(random, event, vocabulary),
        request_id: `rq_${hex(random, 10)}`,
        ...more,
      };
      const isOdd = style.oddOneIn !== null && random.int(1, style.oddOneIn) === 1;
      if (isOdd) yield oddLine(random, record, vocabulary);
      else yield JSON.stringify(style.keys === 'fixed' ? record : shuffled(random, record));
    }
  }
}
