import { formatMicros } from '../base/time.ts';
import type { CaseReader } from '../case/index.ts';
import { counterRoles } from './counter-role.ts';
import { countersOf } from './counters.ts';
import type { EndpointHealth, FirstPass, Health } from './document.ts';
import { bySpan, type Probe, type ProbeTrack, probeTracks } from './probes.ts';

/** At least so many changes between ok and failing are flapping (the contract's cli.md). */
const flappingChanges = 3;

/** How an endpoint did over the evidence, on the worst of its hosts. A failing span that ended leaves it `failing`: the spans tell when. */
export function endpointHealth(tracks: readonly ProbeTrack[], component: string, endpoint: string): EndpointHealth {
  const own = tracks.filter((track) => track.component === component && track.endpoint === endpoint);
  if (own.length === 0) return { state: 'not_captured', failing_spans: [] };
  const spans = own.flatMap((track) => track.spans).sort(bySpan);
  const flapping = own.some((track) => track.changes >= flappingChanges);
  return {
    state: flapping ? 'flapping' : spans.length > 0 ? 'failing' : 'ok',
    failing_spans: spans.map((span) => ({
      from: formatMicros(span.from),
      to: formatMicros(span.to),
      probes: span.probes,
      ref: span.refs[0]?.ref ?? '',
    })),
  };
}

/** Health and readiness of API and worker: the part of the first pass that symptoms are read from. */
export function healthOf(tracks: readonly ProbeTrack[]): Health {
  const component = (name: string) => ({
    healthz: endpointHealth(tracks, name, '/healthz'),
    readyz: endpointHealth(tracks, name, '/readyz'),
  });
  return { api: component('api'), worker: component('worker') };
}

/** What the runbook looks at first: health and readiness of API and worker, then the counters. */
export const firstPassOf = (reader: CaseReader, tracks: readonly ProbeTrack[]): FirstPass => ({
  ...healthOf(tracks),
  counters: countersOf(reader.rows('sample', { equals: { role: counterRoles } })),
});

export const tracksOf = (reader: CaseReader): readonly ProbeTrack[] => probeTracks(probesOf(reader));

function* probesOf(reader: CaseReader): Generator<Probe> {
  for (const { row } of reader.placed('probe')) yield row;
}
