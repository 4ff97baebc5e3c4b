import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Configuration, Lookup } from './configuration-types.ts';
import { presentedCredential } from './credential.ts';
import { type LimiterAlgorithm, type LimiterStep, limiterAlgorithms } from './decision.ts';
import { readField, readInteger, readText } from './field.ts';
import { ownersOf } from './grants.ts';
import type { RouteMatch } from './route.ts';

type Position = 'before_auth' | 'after_auth';
type Present = Extract<Lookup, { readonly state: 'present' }>;
type KeyValue =
  | { readonly known: true; readonly text: string | null }
  | { readonly known: false; readonly reason: 'not_captured' | 'redacted' };

const isAlgorithm = (text: string): text is LimiterAlgorithm => (limiterAlgorithms as readonly string[]).includes(text);

const recorded = (value: string | null): KeyValue =>
  isRedacted(value) ? { known: false, reason: 'redacted' } : { known: true, text: value };

/** What the limiter counts the request under; null: it has no such value, and shares one counter with its like. */
function keyOf(configuration: Configuration, route: RouteMatch, request: RequestFacts, key: string): KeyValue | null {
  switch (key) {
    case 'credential': {
      const presented = presentedCredential(configuration, request);
      if (presented.state === 'unknown' && presented.reason === 'redacted') return { known: false, reason: 'redacted' };
      return { known: true, text: presented.state === 'id' ? presented.id : null };
    }
    case 'caller': {
      const id = recorded(request.callerId);
      if (!id.known || id.text === null) return id;
      return { known: true, text: `${request.callerKind ?? ''}:${id.text}` };
    }
    case 'ip':
      return recorded(request.ip);
    case 'environment':
      return isRedacted(request.environmentId) && route.parameters.get('environment_id')?.state !== 'value'
        ? { known: false, reason: 'redacted' }
        : { known: true, text: ownersOf(configuration, route, request).environmentId };
    default:
      return null;
  }
}

function stepOf(
  configuration: Configuration,
  route: RouteMatch,
  request: RequestFacts,
  position: Position,
  group: string,
  place: string,
  found: Present,
): LimiterStep {
  const check = position === 'before_auth' ? 'limiter_before_auth' : 'limiter_after_auth';
  const reads = [...route.found.reads, ...found.reads];
  const unreadable = (reason: 'not_captured' | 'redacted', missing = 'state.rate_limits'): LimiterStep => ({
    kind: 'unknown',
    check,
    missing,
    reason,
    reads,
  });
  const [algorithm, key] = [readText(found, 'algorithm'), readText(found, 'key')];
  const [limit, windowMs, burst] = ['limit', 'window_ms', 'burst'].map((name) => readInteger(found, name));
  const counts = readField(found, 'counts_rejected');
  for (const field of [algorithm, key, limit, windowMs, burst, counts])
    if (field !== undefined && !field.known) return unreadable(field.reason);
  const read = <T>(field: { readonly known: boolean; readonly value?: T | undefined } | undefined): T | undefined =>
    field?.value;
  const [is, by, most, window] = [read(algorithm), read(key), read(limit), read(windowMs)];
  if (
    is === undefined ||
    !isAlgorithm(is) ||
    by === undefined ||
    most === undefined ||
    window === undefined ||
    window < 1
  )
    return unreadable('not_captured');
  const value = keyOf(configuration, route, request, by);
  if (value === null) return unreadable('not_captured');
  if (!value.known) return unreadable(value.reason, `requests.${by === 'credential' ? 'credential_id' : by}`);
  const since = [
    configuration.since('rate_limits', place, 'algorithm', request.at),
    configuration.since('rate_limits', place, 'key', request.at),
  ];
  const latest = Math.max(...since.map((at) => at ?? Number.NEGATIVE_INFINITY));
  return {
    kind: 'rule',
    group,
    counter: `${place}/${position}/${by}=${value.text ?? ''}`,
    rule: {
      algorithm: is,
      limit: most,
      windowMs: window,
      burst: read(burst) ?? most,
      countsRejected: read(counts) === true,
      since: Number.isFinite(latest) ? latest : null,
    },
    reads,
  };
}

/** The limiter of the route's group at a position, and the counter that the request falls under; null: there is none. */
export function limiterAt(
  configuration: Configuration,
  route: RouteMatch,
  request: RequestFacts,
  position: Position,
): LimiterStep | null {
  const check = position === 'before_auth' ? 'limiter_before_auth' : 'limiter_after_auth';
  const group = readText(route.found, 'group');
  if (!group.known)
    return { kind: 'unknown', check, missing: 'state.routes', reason: group.reason, reads: route.found.reads };
  if (group.value === undefined) return null;
  for (let number = 1; ; number += 1) {
    const place = number === 1 ? group.value : `${group.value}#${number}`;
    const found = configuration.lookup('rate_limits', place, request.at);
    if (found.state === 'absent') {
      if (number > 1) return null;
      continue;
    }
    if (found.state === 'unknown')
      return number > 1
        ? null
        : { kind: 'unknown', check, missing: found.missing, reason: 'not_captured', reads: found.reads };
    const at = readText(found, 'position');
    if (!at.known || at.value === undefined)
      return {
        kind: 'unknown',
        check,
        missing: 'state.rate_limits',
        reason: at.known ? 'not_captured' : at.reason,
        reads: found.reads,
      };
    if (at.value === position) return stepOf(configuration, route, request, position, group.value, place, found);
  }
}
