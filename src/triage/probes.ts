import { inOrder } from '../base/order.ts';
import type { Micros } from '../base/time.ts';
import type { ProbeRow } from '../evidence/index.ts';

export type Probe = Pick<
  ProbeRow,
  'ts' | 'ref' | 'component' | 'host' | 'endpoint' | 'status' | 'ok' | 'error' | 'failing_checks'
>;

/** Failing probes in a row, of one component, host and endpoint. */
export interface FailingSpan {
  readonly from: Micros;
  /** The last failing probe: what is known to have failed, not when the next good answer came. */
  readonly to: Micros;
  readonly probes: number;
  /** The first probes, at most `refsMax`. */
  readonly refs: ReadonlyArray<{ readonly ref: string; readonly ts: Micros }>;
  /** The first good probe afterwards; null where the evidence ends before one. */
  readonly ended: Micros | null;
  /** What the first failing probe said. */
  readonly said: string;
}

export interface ProbeTrack {
  readonly component: string;
  readonly host: string | null;
  readonly endpoint: string;
  readonly probes: number;
  /** Between ok and failing, either way. */
  readonly changes: number;
  readonly spans: readonly FailingSpan[];
}

const refsMax = 100;
/** Spans that are kept of one track; an endpoint that fails more often is flapping beyond doubt. */
const spansMax = 1_000;
const tracksMax = 10_000;

interface OpenSpan {
  from: Micros;
  to: Micros;
  probes: number;
  refs: Array<{ ref: string; ts: Micros }>;
  said: string;
}

interface OpenTrack {
  component: string;
  host: string | null;
  endpoint: string;
  probes: number;
  changes: number;
  failing: OpenSpan | null;
  spans: FailingSpan[];
}

/** A status below 400 is a good answer; no status is no answer. */
const isFailing = (probe: Probe): boolean =>
  probe.ok === null ? probe.status === null || probe.status >= 400 : !probe.ok;

function whatItSaid(probe: Probe): string {
  const checks = Array.isArray(probe.failing_checks)
    ? probe.failing_checks.filter((name) => typeof name === 'string')
    : [];
  const answer = probe.status === null ? 'no answer' : `status ${probe.status}`;
  const because = checks.length > 0 ? `failing checks: ${checks.slice(0, 8).join(', ')}` : (probe.error ?? '');
  return because === '' ? answer : `${answer}, ${because}`;
}

/** Follows every endpoint on every host, from probes in order of time. Undated probes are left out: they have no place in a row. */
export function probeTracks(probes: Iterable<Probe>): readonly ProbeTrack[] {
  const tracks = new Map<string, OpenTrack>();
  for (const probe of probes) {
    if (probe.ts === null || probe.component === null || probe.endpoint === null) continue;
    const key = `${probe.component}\u0000${probe.host ?? ''}\u0000${probe.endpoint}`;
    let track = tracks.get(key);
    if (track === undefined) {
      if (tracks.size >= tracksMax) continue;
      track = {
        component: probe.component,
        host: probe.host,
        endpoint: probe.endpoint,
        probes: 0,
        changes: 0,
        failing: null,
        spans: [],
      };
      tracks.set(key, track);
    }
    follow(track, probe, probe.ts);
  }
  return [...tracks.values()].map((track) => {
    if (track.failing !== null) close(track, track.failing, null);
    const { component, host, endpoint, probes: count, changes, spans } = track;
    return { component, host, endpoint, probes: count, changes, spans };
  });
}

function follow(track: OpenTrack, probe: Probe, ts: Micros): void {
  const failing = isFailing(probe);
  if (track.probes > 0 && failing !== (track.failing !== null)) track.changes += 1;
  track.probes += 1;
  if (!failing) {
    if (track.failing !== null) close(track, track.failing, ts);
    return;
  }
  track.failing ??= { from: ts, to: ts, probes: 0, refs: [], said: whatItSaid(probe) };
  track.failing.to = ts;
  track.failing.probes += 1;
  if (track.failing.refs.length < refsMax) track.failing.refs.push({ ref: probe.ref, ts });
}

function close(track: OpenTrack, span: OpenSpan, ended: Micros | null): void {
  if (track.spans.length < spansMax) track.spans.push({ ...span, ended });
  track.failing = null;
}

export const bySpan = inOrder<FailingSpan>(
  (a, b) => a.from - b.from,
  (a, b) => a.to - b.to,
);
