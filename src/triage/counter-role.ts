import type { SampleRow } from '../evidence/index.ts';

/** Roles of a metric (evidence.md) that the first pass counts, and the counter that each belongs to. */
export const counterOf = {
  requests: 'requests',
  auth_success: 'auth',
  auth_failure: 'auth',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  rate_limited: 'rate_limited',
} as const;
export type CounterRole = keyof typeof counterOf;
export const counterRoles = Object.keys(counterOf) as readonly CounterRole[];

const isCounterRole = (role: string): role is CounterRole => Object.hasOwn(counterOf, role);

/** A series of one of these types never counts up. */
const noCounter: ReadonlySet<string> = new Set(['gauge', 'histogram', 'summary', 'info', 'stateset', 'gaugehistogram']);

/** Null for a metric that the first pass does not count. `_created` is OpenMetrics' birth time of a counter, not a count. */
export function counterRole(sample: Pick<SampleRow, 'name' | 'role' | 'type'>): CounterRole | null {
  if (sample.role === null || !isCounterRole(sample.role)) return null;
  if (sample.type !== null && noCounter.has(sample.type)) return null;
  return sample.name?.endsWith('_created') === true ? null : sample.role;
}
