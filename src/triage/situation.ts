import type { Micros } from '../base/time.ts';
import { type EvidenceKind, evidenceKinds } from '../base/vocabulary.ts';
import type { CaseReader } from '../case/index.ts';
import { buildConfiguration, type Configuration } from '../control-plane/index.ts';
import { configurationHistory } from '../timeline/index.ts';
import { tracksOf } from './first-pass.ts';
import { type Silence, watchHeartbeats } from './heartbeats.ts';
import type { ProbeTrack } from './probes.ts';
import { readTraffic, type Traffic } from './traffic.ts';

/** What the rules look at. Each part is read from the case once, when the first rule asks for it. */
export interface Situation {
  readonly reader: CaseReader;
  readonly configuration: Configuration;
  readonly traffic: Traffic;
  readonly silences: readonly Silence[];
  readonly probes: readonly ProbeTrack[];
  /** The last moment up to which the requests are there: after it, absence proves nothing. Null without requests. */
  readonly requestsUntil: Micros | null;
  /** Whether the evidence holds a readable record of the kind. */
  isCaptured(kind: EvidenceKind): boolean;
}

function once<T>(read: () => T): () => T {
  let held: { readonly value: T } | null = null;
  return () => {
    held ??= { value: read() };
    return held.value;
  };
}

export function situationOf(reader: CaseReader): Situation {
  const configuration = once(() => buildConfiguration(configurationHistory(reader)));
  const requestsUntil = once(() =>
    reader.coverage('requests').reduce<Micros | null>((last, { to }) => (last === null || to > last ? to : last), null),
  );
  const requests = once(() => {
    const beats = watchHeartbeats(reader, configuration());
    const traffic = readTraffic(reader, configuration(), beats.see);
    return { traffic, silences: beats.end(requestsUntil()) };
  });
  const probes = once(() => tracksOf(reader));
  const captured = once(() => {
    const own = reader.members().flatMap((member) => (member.records > 0 ? [member.kind] : []));
    const absent = reader.notCaptured();
    // Of these kinds the case knows of records in members of another kind, too.
    const told = evidenceKinds
      .slice(0, evidenceKinds.indexOf('artifacts') + 1)
      .filter((kind) => !absent.includes(kind));
    return new Set<EvidenceKind>([...own, ...told]);
  });
  return {
    reader,
    get configuration() {
      return configuration();
    },
    get traffic() {
      return requests().traffic;
    },
    get silences() {
      return requests().silences;
    },
    get probes() {
      return probes();
    },
    get requestsUntil() {
      return requestsUntil();
    },
    isCaptured: (kind) => captured().has(kind),
  };
}
