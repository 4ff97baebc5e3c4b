import type { Millis } from '../base/time.ts';
import type { Configuration, UnknownReason } from './configuration-types.ts';
import { readField } from './field.ts';

/** Raised when a meaning in this file changes: it enters the digests. */
export const leaseVersion = 1;

/** What decides on a heartbeat received at a moment. Milliseconds. */
export type Lease =
  | {
      readonly state: 'known';
      readonly ttlMs: number;
      readonly graceMs: number;
      readonly sweepMs: number;
      readonly reads: readonly string[];
    }
  | {
      readonly state: 'unknown';
      readonly missing: string;
      readonly reason: UnknownReason;
      readonly reads: readonly string[];
    };

/** Time to live and grace in force when a heartbeat was received (the analyzer's model, section 5). */
export function leaseAt(configuration: Configuration, receivedAt: Millis): Lease {
  const found = configuration.lookup('heartbeat', '', receivedAt);
  const missing = 'state.heartbeat';
  if (found.state === 'unknown')
    return { state: 'unknown', missing: found.missing, reason: 'not_captured', reads: found.reads };
  const numbers = ['ttl_ms', 'grace_ms', 'sweep_ms', 'interval_ms'].map((name) => readField(found, name));
  const masked = numbers.find((field) => !field.known);
  if (masked !== undefined && !masked.known)
    return { state: 'unknown', missing, reason: masked.reason, reads: found.reads };
  const [ttlMs, graceMs, sweepMs, intervalMs] = numbers.map((field) => {
    const value = field.known ? field.value : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  });
  const sweep = sweepMs ?? intervalMs;
  if (ttlMs === undefined || sweep === undefined || sweep === 0)
    return { state: 'unknown', missing, reason: 'not_captured', reads: found.reads };
  return { state: 'known', ttlMs, graceMs: graceMs ?? 0, sweepMs: sweep, reads: found.reads };
}

/** The last moment at which the lease still holds. */
export const leaseDeadline = (
  receivedAt: Millis,
  lease: { readonly ttlMs: number; readonly graceMs: number },
): Millis => receivedAt + lease.ttlMs + lease.graceMs;

/** The first sweep with `t > deadline`: sweeps run at every multiple of `sweepMs` since 1970 (section 5). */
export const firstSweepAfter = (deadline: Millis, sweepMs: number): Millis =>
  (Math.floor(deadline / sweepMs) + 1) * sweepMs;
