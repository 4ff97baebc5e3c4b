import { writeJson } from '../base/json.ts';
import type { Micros } from '../base/time.ts';
import type { SampleRow } from '../evidence/index.ts';
import { counterOf, counterRole } from './counter-role.ts';
import type { Counter } from './document.ts';

export type CounterSample = Pick<
  SampleRow,
  'ts' | 'ref' | 'component' | 'name' | 'labels' | 'role' | 'type' | 'value' | 'real' | 'reset'
>;

export interface Counters {
  readonly requests: Counter;
  /** Authentications, accepted and refused. */
  readonly auth: Counter;
  readonly unauthorized: Counter;
  readonly forbidden: Counter;
  readonly rate_limited: Counter;
}

const minuteUs = 60_000_000;
/** Series that are followed; a scrape with more distinct label sets than this is hostile, and the rest is left out. */
const seriesMax = 200_000;

/** How far a counter went between two scrapes of one component. */
interface Step {
  readonly from: Micros;
  readonly to: Micros;
  increase: bigint;
  ref: string;
}

interface Fastest {
  readonly perMinute: number;
  readonly ref: string;
}

/** One counter, summed over the series of all its metrics, from one component. */
class Track {
  private readonly steps: Step[] = [];
  private firstRef: string | null = null;
  private delta = 0n;
  private fastest: Fastest | null = null;

  /** `ref` is the sample that showed the increase. */
  add(from: Micros | null, to: Micros, increase: bigint, ref: string): void {
    this.firstRef ??= ref;
    this.delta += increase;
    if (from === null) return;
    const last = this.steps.at(-1);
    if (last !== undefined && last.from === from && last.to === to) {
      if (last.increase === 0n && increase > 0n) last.ref = ref;
      last.increase += increase;
      return;
    }
    this.settle();
    this.steps.push({ from, to, increase, ref });
  }

  /** The rate over the last steps that make up a minute (or the last step alone, where scrapes are further apart). */
  private settle(): void {
    const last = this.steps.at(-1);
    if (last === undefined) return;
    for (let second = this.steps[1]; second !== undefined && last.to - second.from >= minuteUs; second = this.steps[1])
      this.steps.shift();
    const first = this.steps[0] ?? last;
    const span = Math.max(last.to - first.from, minuteUs);
    const sum = this.steps.reduce((total, step) => total + step.increase, 0n);
    const perMinute = Math.round((Number(sum) * minuteUs) / span);
    if (this.fastest === null || perMinute > this.fastest.perMinute) {
      const steepest = this.steps.reduce((a, b) => (b.increase > a.increase ? b : a), last);
      this.fastest = { perMinute, ref: steepest.ref };
    }
  }

  end(): { readonly delta: bigint; readonly fastest: Fastest | null; readonly firstRef: string | null } {
    this.settle();
    return { delta: this.delta, fastest: this.fastest, firstRef: this.firstRef };
  }
}

interface Series {
  value: bigint;
}

interface Component {
  /** Time of the first, of the last and of the scrape before the last. */
  readonly first: Micros;
  last: Micros;
  before: Micros | null;
  readonly series: Map<string, Series>;
  readonly tracks: Map<keyof Counters, Track>;
}

const integer = /^\d{1,40}$/;

function wholeValue(sample: CounterSample): bigint | null {
  if (sample.value !== null && integer.test(sample.value)) return BigInt(sample.value);
  const real = sample.real;
  return real !== null && Number.isFinite(real) && real >= 0 ? BigInt(Math.round(real)) : null;
}

/**
 * The counters of the first pass, from samples in order of time. After a reset (a value below the one before, or a later
 * `_created`) the counter began anew at 0. A series that first shows in a later scrape of its component began at 0 as well: a counter with
 * labels does not exist before its first event. Samples without a time are left out.
 */
export function countersOf(samples: Iterable<CounterSample>): Counters {
  const components = new Map<string, Component>();
  let seriesCount = 0;
  for (const sample of samples) {
    const role = counterRole(sample);
    if (role === null || sample.ts === null) continue;
    const value = wholeValue(sample);
    if (value === null) continue;
    const name = sample.component ?? '';
    let component = components.get(name);
    if (component === undefined) {
      component = { first: sample.ts, last: sample.ts, before: null, series: new Map(), tracks: new Map() };
      components.set(name, component);
    }
    if (sample.ts > component.last) {
      component.before = component.last;
      component.last = sample.ts;
    }
    const key = `${sample.name}\u0000${writeJson(sample.labels ?? null)}`;
    const series = component.series.get(key);
    let increase: bigint;
    if (series !== undefined) {
      increase = value >= series.value && sample.reset !== true ? value - series.value : value;
      series.value = value;
    } else {
      if (seriesCount >= seriesMax) continue;
      seriesCount += 1;
      component.series.set(key, { value });
      increase = sample.ts > component.first ? value : 0n;
    }
    const counter = counterOf[role];
    let track = component.tracks.get(counter);
    if (track === undefined) {
      track = new Track();
      component.tracks.set(counter, track);
    }
    track.add(component.before, sample.ts, increase, sample.ref);
  }
  const of = (counter: keyof Counters): Counter => sumUp(components, counter);
  return {
    requests: of('requests'),
    auth: of('auth'),
    unauthorized: of('unauthorized'),
    forbidden: of('forbidden'),
    rate_limited: of('rate_limited'),
  };
}

/** Components are summed; the fastest minute is that of the one component that was fastest. */
function sumUp(components: ReadonlyMap<string, Component>, counter: keyof Counters): Counter {
  let delta = 0n;
  let peak = -1;
  let ref: string | null = null;
  for (const component of components.values()) {
    const end = component.tracks.get(counter)?.end();
    if (end === undefined || end.firstRef === null) continue;
    delta += end.delta;
    const fastest = end.fastest ?? { perMinute: 0, ref: end.firstRef };
    if (fastest.perMinute > peak) {
      peak = fastest.perMinute;
      ref = fastest.ref;
    }
  }
  return ref === null ? null : { delta: bounded(delta), peak_per_min: peak, ref };
}

const bounded = (value: bigint): number =>
  value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
