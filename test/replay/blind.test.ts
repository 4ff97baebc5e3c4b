// Protects blindness: what the replay predicts must not depend on what was observed of what it predicts.
import { afterEach, expect, it } from 'vitest';
import { type ReplayEvent, replayFactual } from '../../src/replay/index.ts';
import { type Alteration, type OpenSample, openAltered, type Record_ } from '../diagnosis/altered-sample.ts';

let open: OpenSample | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

interface Predicted {
  /** Everything that the run says, but for where in the files it was read. */
  readonly events: readonly string[];
  readonly refusals: readonly string[];
  readonly transitions: readonly string[];
  /** What the mismatches cost: 0 is a perfect prediction. */
  readonly cost: number;
}

/** Refusals by request id, since references move when the evidence is rewritten. */
async function predicted(sample: string, alteration: Alteration): Promise<Predicted> {
  open = await openAltered(sample, alteration);
  const refusals: string[] = [];
  const transitions: string[] = [];
  const events: string[] = [];
  const { comparison } = replayFactual(open.reader, (event: ReplayEvent) => {
    if (event.type === 'request.refused')
      refusals.push(`${event.at} ${event.entity} ${event.data.status} ${event.data.code}`);
    const { ref: _ref, reads: _reads, ...said } = event;
    events.push(JSON.stringify(said));
    if (event.type.startsWith('agent.')) transitions.push(`${event.at} ${event.type} ${event.entity}`);
  });
  open.close();
  open = null;
  return { events, refusals, transitions, cost: comparison.tally.cost };
}

const known = new Map<string, Predicted>();
/** Of the sample without its manifest, which is what an altered one is held against. */
async function predictedAsItWas(sample: string): Promise<Predicted> {
  const before = known.get(sample);
  if (before !== undefined) return before;
  const made = await predicted(sample, { drop: [] });
  known.set(sample, made);
  return made;
}

const decided = [401, 403, 413, 429];
const accept = (record: Record<string, unknown>): Record<string, unknown> => {
  const { error: _error, retry_after_s: _after, ...rest } = record;
  return { ...rest, status: 200 };
};
const refuse = (record: Record<string, unknown>): Record<string, unknown> => ({
  ...record,
  status: 403,
  error: { code: 'forbidden_scope' },
});

it.each(['agent-scope', 'healthy'])(
  '%s: the same refusals are predicted when the observed ones are turned round',
  async (sample) => {
    const asItWas = await predictedAsItWas(sample);
    expect(asItWas.refusals.length).toBeGreaterThan(0);
    const turned = await predicted(sample, {
      records: {
        'requests.ndjson': (record, index) => {
          if (decided.includes(record.status as number)) return accept(record);
          // A refused heartbeat has no answer of its handler, so only others are turned: the leases stay as they were.
          return index % 7 === 0 && !String(record.path).endsWith('/heartbeat') ? refuse(record) : record;
        },
      },
    });
    expect(turned.refusals).toEqual(asItWas.refusals);
    expect(turned.transitions).toEqual(asItWas.transitions);
    expect(turned.cost).toBeGreaterThan(asItWas.cost);
  },
);

it('the same transitions are predicted when the audit tells others', async () => {
  const asItWas = await predictedAsItWas('agent-scope');
  expect(asItWas.transitions).toContain('1773713715000 agent.offline agent:ag_343d612c');
  const turned = await predicted('agent-scope', {
    records: {
      'audit.ndjson': (record) =>
        record.action === 'agent.offline'
          ? { ...record, action: 'agent.online', resource: { kind: 'agent', id: 'ag_97f867ce' } }
          : record,
    },
  });
  expect(turned.transitions).toEqual(asItWas.transitions);
  expect(turned.cost).toBeGreaterThan(asItWas.cost);
});

it.each(['agent-scope', 'healthy'])(
  '%s: nothing that tells of an outcome beside its status is looked at',
  async (sample) => {
    const asItWas = await predictedAsItWas(sample);
    const decidedLater = [
      'agent.offline',
      'agent.online',
      'agent.heartbeat_missed',
      'deployment.',
      'job.',
      'artifact.',
    ];
    let changed = 0;
    const turned = await predicted(sample, {
      state: (state) => {
        const each = (section: string, change: (record: Record_) => void): void =>
          ((state[section] ?? []) as Record_[]).forEach(change);
        each('agents', (agent) => {
          changed++;
          agent.status = agent.status === 'offline' ? 'online' : 'offline';
          agent.last_heartbeat_at = '2020-01-01T00:00:00Z';
        });
        each('deployments', (deployment) => {
          deployment.status = deployment.status === 'active' ? 'failed' : 'active';
        });
        each('credentials', (credential) => {
          if (credential.kind !== 'enrollment') credential.uses = 99;
        });
      },
      records: {
        'requests.ndjson': (record, index) => {
          changed++;
          return {
            ...record,
            rate_limit: { group: 'auth', limit: 1, remaining: index % 2, reset: 0 },
            ...(record.status === 200 ? {} : { error: { code: 'payload_invalid', message: 'said otherwise' } }),
            ...(decided.includes(record.status as number)
              ? { error: { ...(record.error as Record_ | undefined), message: 'said otherwise' }, retry_after_s: 7 }
              : { retry_after_s: 1 }),
            latency_ms: index,
          };
        },
        'audit.ndjson': (record) => {
          if (!decidedLater.some((action) => String(record.action).startsWith(action))) return record;
          changed++;
          const outcome = record.outcome === 'success' ? 'failure' : 'success';
          return {
            ...record,
            outcome,
            reason: { code: 'said_otherwise' },
            before: { status: 'x' },
            after: { status: 'y' },
          };
        },
      },
    });
    expect(changed).toBeGreaterThan(100);
    expect(turned.events).toEqual(asItWas.events);
  },
);
