/** What foreign metrics count: by their names, and by what stands in their labels. Only where one metric alone can be meant. */
import { compareText } from '../../base/order.ts';
import { byteor, compileMetrics, contractFields, type Field, type MetricRole, routeGroups } from '../dialects/index.ts';
import { wordsOf } from './names.ts';
import type { SeenLabel, SeenMetric } from './scrapes.ts';
import { wordFor } from './words.ts';

export interface ProposedMetric {
  readonly role: MetricRole;
  readonly name: string;
  readonly labels: readonly (readonly [from: string, to: string])[];
}

export interface MetricProposal {
  readonly found: readonly ProposedMetric[];
  /** Metrics of which several may be meant by one role. */
  readonly open: readonly { readonly name: string; readonly role: MetricRole }[];
}

const jobState = contractFields('jobs').find(({ path }) => path === 'state') as Field;

/** What each label of the contract holds, and nothing else does. */
const holds: Readonly<Record<string, (value: string) => boolean>> = {
  status: (value) => /^[1-5]\d\d$/.test(value),
  method: (value) => /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i.test(value),
  route: (value) => value.startsWith('/'),
  group: (value) => (routeGroups as readonly string[]).includes(value),
  state: (value) => wordFor(jobState, value) !== null,
};
const labelsOfRole: { readonly [R in MetricRole]?: readonly string[] } = {
  requests: ['method', 'route', 'status'],
  rate_limited: ['group'],
  jobs_by_state: ['state'],
};

const isAll = ({ values, more }: SeenLabel, test: (value: string) => boolean): boolean =>
  !more && values.size > 0 && [...values].every(test);

/** The label that holds what the contract's does; null where there is none, or several. */
function labelFor(metric: SeenMetric, label: string): string | null {
  const test = holds[label];
  if (test === undefined) return null;
  // Many routes are routes, too.
  const fitting = [...metric.labels].filter(([, seen]) =>
    isAll(label === 'route' ? { ...seen, more: false } : seen, test),
  );
  const [only, second] = fitting;
  return only === undefined || second !== undefined ? null : only[0];
}

const renamed = (metric: SeenMetric, role: MetricRole): ProposedMetric['labels'] =>
  (labelsOfRole[role] ?? []).flatMap((label) => {
    const from = metric.labels.has(label) ? null : labelFor(metric, label);
    return from === null ? [] : [[from, label] as const];
  });

const isCounter = ({ name, type }: SeenMetric): boolean =>
  name.endsWith('_total') && (type === null || type === 'counter' || type === 'unknown' || type === 'untyped');
const isGauge = ({ name, type }: SeenMetric): boolean =>
  type === 'gauge' || ((type === null || type === 'unknown' || type === 'untyped') && !name.endsWith('_total'));

const says = (name: string, ...signs: readonly RegExp[]): boolean => {
  const words = wordsOf(name).join(' ');
  return signs.every((sign) => sign.test(words));
};

/** Whether a metric that no pattern knows may have the role. */
const mayBe: { readonly [R in MetricRole]?: (metric: SeenMetric) => boolean } = {
  requests: (metric) =>
    isCounter(metric) &&
    labelFor(metric, 'status') !== null &&
    (labelFor(metric, 'method') !== null || labelFor(metric, 'route') !== null) &&
    !says(metric.name, /\b(?:client|upstream|outgoing|outbound|proxy)\b/),
  auth_success: (metric) =>
    isCounter(metric) &&
    says(metric.name, /\b(?:auth|authentication|login)\b/, /\b(?:ok|success|succeeded|accepted)\b/),
  auth_failure: (metric) =>
    isCounter(metric) &&
    says(metric.name, /\b(?:auth|authentication|login)\b/, /\b(?:failure|failed|error|rejected|denied)\b/),
  unauthorized: (metric) => isCounter(metric) && says(metric.name, /\b(?:unauthenticated|401)\b/),
  forbidden: (metric) => isCounter(metric) && says(metric.name, /\b403\b/),
  rate_limited: (metric) =>
    isCounter(metric) && says(metric.name, /\b(?:throttle|throttling|rate limit|ratelimit|429)\b/),
  jobs_by_state: (metric) =>
    isGauge(metric) &&
    says(metric.name, /\b(?:job|task|queue)\b/) &&
    [...metric.labels].some(([, { values }]) => values.size >= 2) &&
    labelFor(metric, 'state') !== null,
  heartbeat_interval: (metric) => says(metric.name, /\bheartbeat\b/, /\binterval\b/) && isGauge(metric),
  artifact_upload: (metric) => isCounter(metric) && says(metric.name, /\bartifact\b/, /\bupload\b/),
};

export function proposeMetrics(metrics: readonly SeenMetric[]): MetricProposal {
  const known = compileMetrics([byteor.metrics]);
  const roleOf = (metric: SeenMetric): MetricRole | null => {
    const role = (known(metric.name)?.role ?? null) as MetricRole | null;
    return role !== null && (role === 'jobs_by_state' ? isGauge(metric) : isCounter(metric)) ? role : null;
  };
  const sorted = [...metrics].sort((a, b) => compareText(a.name, b.name));
  const found: ProposedMetric[] = [];
  const open: { name: string; role: MetricRole }[] = [];
  const taken = new Set<MetricRole>();
  for (const metric of sorted) {
    const role = roleOf(metric);
    if (role === null) continue;
    taken.add(role);
    const labels = renamed(metric, role);
    if (labels.length > 0) found.push({ role, name: metric.name, labels });
  }
  for (const [role, test] of Object.entries(mayBe) as [MetricRole, (metric: SeenMetric) => boolean][]) {
    if (taken.has(role)) continue;
    const candidates = sorted.filter((metric) => known(metric.name) === null && test(metric));
    const [only, second] = candidates;
    if (only === undefined) continue;
    if (second === undefined) found.push({ role, name: only.name, labels: renamed(only, role) });
    else open.push(...candidates.map(({ name }) => ({ name, role })));
  }
  return { found, open };
}
