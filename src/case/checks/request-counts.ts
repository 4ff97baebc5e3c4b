import type { Check, CheckSource } from './check.ts';

/** Counters of requests by the names that the contract recommends: what they count is known. Others may count more than was recorded. */
const recommended: ReadonlySet<string> = new Set([
  'byteor_cloud_http_requests_total',
  'byteor_cloud_unauthorized_total',
  'byteor_cloud_forbidden_total',
  'byteor_cloud_rate_limited_total',
]);

const statusOfRole: Readonly<Record<string, string>> = { unauthorized: '401', forbidden: '403', rate_limited: '429' };
const roles = ['requests', 'unauthorized', 'forbidden', 'rate_limited'];
/** A series of one of these types never counts up. */
const noCounter: ReadonlySet<string> = new Set(['gauge', 'histogram', 'summary', 'info', 'stateset', 'gaugehistogram']);

const secondUs = 1_000_000;
/** So far may the clocks of the record and of the scrape differ, and the moment at which a request is counted. */
const slackUs = secondUs;
/** A request that is answered later than this after it came is not looked for in the interval of its answer. */
const latencyMaxUs = 300 * secondUs;
/** Series that are followed; more label sets than this are hostile, and the rest is left out. */
const seriesMax = 200_000;

/** What the series of one metric and status of one component counted from one scrape to the next. */
interface Step {
  readonly component: string;
  readonly name: string;
  /** A status, or empty for all. */
  readonly status: string;
  readonly from: number;
  readonly to: number;
  increase: number;
  reset: boolean;
  ref: string;
}

/** Between two scrapes a counter of requests goes up by as many as the records tell, but for those at the very scrapes. */
export const checkRequestCounts: Check = (source, tally) => {
  const covered = coverage(source);
  if (covered === null) return;
  const recorded = openRecorded(source);
  for (const step of stepsOf(source)) {
    const { ref, increase, component } = step;
    if (!recorded.knows(component)) {
      if (increase > 0) tally.unknown(ref, `no request was recorded of ${component === '' ? 'it' : component}`);
      continue;
    }
    if (step.reset) {
      tally.unknown(ref, 'the counter was reset between the scrapes');
      continue;
    }
    const { least, most } = recorded.between(step);
    if (increase >= least && increase <= most) tally.good();
    else if (increase > most && !covered(step))
      tally.unknown(ref, 'requests were not recorded all the time between the scrapes');
    else {
      const what = step.status === '' ? step.name : `${step.name} of status ${step.status}`;
      const why = `${what} went up by ${increase}, and ${range(least, most)} were recorded`;
      if (recommended.has(step.name)) tally.failed(ref, why);
      else tally.unknown(ref, `${why}; it may count others as well`);
    }
  }
};

/** Whether requests were recorded all the time between: as a manifest says, else from the first to the last. Null where there are none. */
function coverage(source: CheckSource): ((step: Step) => boolean) | null {
  const [first, last] = source.db.prepare('SELECT min(ts), max(ts) FROM t_request').raw().get() as (number | null)[];
  if (typeof first !== 'number' || typeof last !== 'number') return null;
  const spans = source.members
    .filter(({ kind, complete }) => kind === 'requests' && complete === true)
    .map(({ covers_from_ts, covers_to_ts }) => ({ from: covers_from_ts ?? first, to: covers_to_ts ?? last }));
  return ({ from, to }) => [{ from: first, to: last }, ...spans].some((span) => span.from <= from && to <= span.to);
}

const range = (least: number, most: number): string =>
  most === Number.POSITIVE_INFINITY ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;

/** In order of time. */
function* stepsOf(source: CheckSource): Generator<Step> {
  const series = new Map<string, { value: number }>();
  const scrapes = new Map<string, { readonly first: number; last: number; before: number | null }>();
  const open = new Map<string, Step>();
  for (const sample of source.rows('sample', { equals: { role: roles } })) {
    const { ts, real, name, role, type } = sample;
    if (ts === null || real === null || !Number.isFinite(real) || name === null || role === null) continue;
    if ((type !== null && noCounter.has(type)) || name.endsWith('_created')) continue;
    const component = sample.component ?? '';
    let scrape = scrapes.get(component);
    if (scrape === undefined) {
      scrape = { first: ts, last: ts, before: null };
      scrapes.set(component, scrape);
    }
    if (ts > scrape.last) {
      scrape.before = scrape.last;
      scrape.last = ts;
    }
    const labels = (sample.labels ?? {}) as Readonly<Record<string, string>>;
    const key = JSON.stringify([component, name, labels]);
    const known = series.get(key);
    if (known === undefined && series.size >= seriesMax) continue;
    // A series that first shows in a later scrape began at 0: a counter with labels does not exist before its first event.
    const increase = known === undefined ? (ts > scrape.first ? real : 0) : Math.max(0, real - known.value);
    const reset = known !== undefined && (real < known.value || sample.reset === true);
    if (known === undefined) series.set(key, { value: real });
    else known.value = real;
    if (scrape.before === null) continue;
    const status = statusOfRole[role] ?? labels.status ?? '';
    const stepKey = JSON.stringify([component, name, status]);
    const step = open.get(stepKey);
    if (step !== undefined && step.to === ts) {
      if (step.increase === 0 && increase > 0) step.ref = sample.ref;
      step.increase += increase;
      step.reset ||= reset;
      continue;
    }
    if (step !== undefined) yield step;
    open.set(stepKey, { component, name, status, from: scrape.before, to: ts, increase, reset, ref: sample.ref });
  }
  yield* open.values();
}

interface Recorded {
  readonly knows: (component: string) => boolean;
  readonly between: (step: Step) => { readonly least: number; readonly most: number };
}

/** How many requests were recorded, at least and at most, of a status from one moment to another. */
function openRecorded(source: CheckSource): Recorded {
  const members = source.members.filter(({ kind }) => kind === 'requests');
  const gaps = members.reduce((sum, member) => sum + member.gaps, 0);
  const isPartial = members.some(({ complete }) => complete === false);
  const components = new Set(
    source.db.prepare('SELECT DISTINCT component FROM request').pluck().all() as (string | null)[],
  );
  const named = [...components].some((component) => component !== null);
  const count = source.db
    .prepare(
      `SELECT CAST(status AS TEXT) AS status, sum(ts >= $from + $slack AND done <= $to - $slack), count(*) FROM
        (SELECT ts, status, ts + 1000 * coalesce(latency_ms, 0) AS done, component FROM request
          WHERE ts BETWEEN $from - $slack - $latency AND $to + $slack)
       WHERE done >= $from - $slack ${named ? "AND coalesce(component, '') = $component" : ''} GROUP BY status`,
    )
    .raw();
  const counted = new Map<string, readonly [status: string | null, least: number, most: number][]>();

  function countsOf({ component, from, to }: Step): readonly [string | null, number, number][] {
    const key = `${component}\u0000${from}\u0000${to}`;
    const known = counted.get(key);
    if (known !== undefined) return known;
    const bound = { from, to, slack: slackUs, latency: latencyMaxUs };
    const rows = count.all(named ? { ...bound, component } : bound) as [string | null, number, number][];
    // Steps come in order of time: an interval that is over is not asked for again.
    if (counted.size > 64) counted.clear();
    counted.set(key, rows);
    return rows;
  }

  return {
    knows: (component) =>
      named ? components.has(component === '' ? null : component) : component === '' || component === 'api',
    between(step) {
      const digits = /^[1-5]\d\d$/.test(step.status);
      const sort = /^([1-5])xx$/i.exec(step.status)?.[1];
      let least = 0;
      let most = gaps;
      for (const [status, low, high] of countsOf(step)) {
        if (digits ? status !== step.status : sort !== undefined && status?.startsWith(sort) !== true) continue;
        least += low;
        most += high;
      }
      return { least, most: isPartial ? Number.POSITIVE_INFINITY : most };
    },
  };
}
