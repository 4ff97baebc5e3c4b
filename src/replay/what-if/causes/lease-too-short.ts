import type { ConfigurationEdit } from '../../../control-plane/index.ts';
import { shownBy } from '../blame.ts';
import type { AgentSilence, Candidate, CauseModel, NamedChange, Suspicion } from '../cause-model.ts';
import { isBetweenHeartbeats } from '../silence.ts';

/** An agent that goes offline between heartbeats which are accepted and come as ever. Repair: a longer time to live. */
export const leaseTooShort: CauseModel = {
  kind: 'lease_too_short',
  suspects(suspicion) {
    // Before its second heartbeat nobody knows how often an agent is heard: such a silence speaks neither for nor against.
    const telling = suspicion.silences.filter((silence) => silence.intervals.heartbeat !== null);
    const short = telling.filter(isBetweenHeartbeats);
    const [first] = suspicion.silences;
    // Were it silent elsewhere too, the lease alone would not explain it.
    return first === undefined || short.length === 0 || short.length < telling.length
      ? []
      : [candidateOf(suspicion, short, first)];
  },
};

function candidateOf(suspicion: Suspicion, silences: readonly AgentSilence[], first: AgentSilence): Candidate {
  const { configuration } = suspicion;
  const found = configuration.lookup('heartbeat', '', first.lastHeard);
  const before = found.state === 'present' ? (found.record.ttl_ms ?? null) : null;
  const longest = Math.max(...silences.map((silence) => (silence.heardAgain ?? silence.offlineAt) - silence.lastHeard));
  const set = (field: string, value: number | bigint | string | null): ConfigurationEdit => ({
    section: 'heartbeat',
    key: '',
    from: first.lastHeard,
    to: null,
    change: { op: 'set', field, value },
  });
  const named = (field: string, value: number, text: string): NamedChange => ({
    edits: [set(field, value)],
    inserted: [],
    text,
    interventions: [{ do: 'set_config', path: `heartbeat.${field}`, value }],
  });
  return {
    kind: 'lease_too_short',
    entity: 'config:heartbeat.ttl_ms',
    onset: first.lastHeard,
    depth: 0,
    parts: [named('ttl_ms', 2 * longest, `raise heartbeat.ttl_ms to ${2 * longest}`)],
    rebreak: {
      edits: [set('ttl_ms', typeof before === 'number' ? before : 0)],
      inserted: [],
      text: 'set heartbeat.ttl_ms back',
      interventions: [],
    },
    placebos: [
      named('interval_ms', 2 * longest, `raise heartbeat.interval_ms to ${2 * longest}`),
      named('grace_ms', 0, 'set heartbeat.grace_ms to 0'),
    ],
    shown: shownBy(configuration, 'heartbeat', '', ['ttl_ms', 'grace_ms', 'sweep_ms'], first.offlineAt),
  };
}
