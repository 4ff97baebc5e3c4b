import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Configuration } from './configuration-types.ts';
import { checkCredential } from './credential.ts';
import type { Decision, LimiterStep, Refusal, Unknown } from './decision.ts';
import { readText } from './field.ts';
import { type Finding, notKnown, refused } from './finding.ts';
import { checkBinding, checkKind, checkScope } from './grants.ts';
import { limiterAt } from './limit-step.ts';
import { checkPermission } from './membership.ts';
import { findRoute, type RouteMatch } from './route.ts';

/** Raised when a meaning of the checks changes: it enters the digests. */
export const authoriseVersion = 1;

const mebibyte = 1_048_576;
const bodyMax = 4 * mebibyte;
const artifactMax = 64 * mebibyte;

/**
 * A request before it is known what the limiters say. The order is: `payload`, `before`, `checks`, `after`, handler;
 * the first that refuses decides, and a limiter counts only a request that reaches it.
 */
export type Authorisation =
  | {
      readonly kind: 'judged';
      readonly route: RouteMatch;
      /** Check 1. */
      readonly payload: Decision;
      /** Check 2; null: no such limiter. */
      readonly before: LimiterStep | null;
      /** Checks 3 to 7. */
      readonly checks: Decision;
      /** Check 8. */
      readonly after: LimiterStep | null;
    }
  | ({ readonly kind: 'unknown' } & Unknown)
  | { readonly kind: 'not_predicted' };

/** The first finding decides; an unknown before any refusal leaves it open. */
function decisionOf(findings: readonly Finding[], reads: readonly string[]): Decision {
  const [first] = findings;
  if (first === undefined) return { kind: 'handler', reads };
  if ('unknown' in first) return { kind: 'unknown', ...first.unknown };
  const failing: readonly Refusal[] = findings.flatMap((finding) => ('refusal' in finding ? [finding.refusal] : []));
  return { kind: 'refused', first: first.refusal, failing, reads: [...new Set([...reads, ...first.refusal.reads])] };
}

function checkPayload(route: RouteMatch, request: RequestFacts): readonly Finding[] {
  if (request.bytesIn === null || request.bytesIn <= bodyMax) return [];
  const group = readText(route.found, 'group');
  if (request.bytesIn <= artifactMax) {
    if (!group.known) return [notKnown('payload', 'state.routes', group.reason, route.found.reads)];
    if (group.value === 'artifact') return [];
  }
  return [refused('payload', 'payload_too_large', null, [request.ref, ...route.found.reads])];
}

/** Checks 3 to 7, each one that can be made: what a first failure hides is found all the same. */
function checksOf(configuration: Configuration, route: RouteMatch, request: RequestFacts): Decision {
  // A list with a masked item is still a list that asks for a credential.
  const kinds = route.found.record.credential_kinds;
  if (!Array.isArray(kinds)) {
    const reason = isRedacted(kinds) ? 'redacted' : 'not_captured';
    return { kind: 'unknown', check: 'kind', missing: 'state.routes', reason, reads: route.found.reads };
  }
  if (kinds.length === 0) return { kind: 'handler', reads: route.found.reads };
  const credential = checkCredential(configuration, request);
  const { id, found } = credential;
  const reads = [...route.found.reads, ...(found?.reads ?? [])];
  if (id === null || found === null) return decisionOf(credential.findings, reads);
  const findings = [
    ...credential.findings,
    ...checkKind(route, id, found),
    ...checkBinding(route, request, id, found),
    ...checkScope(route, id, found),
    ...checkPermission(configuration, route, request, found),
  ];
  return decisionOf(findings, reads);
}

/** A request at its moment, up to the limiters' counts, which are the caller's (the analyzer's model, section 2). */
export function judge(configuration: Configuration, request: RequestFacts): Authorisation {
  const found = findRoute(configuration, request, request.at);
  if (found.state === 'none') return { kind: 'not_predicted' };
  if (found.state === 'unknown')
    return { kind: 'unknown', check: 'route', missing: found.missing, reason: 'not_captured', reads: found.reads };
  const route = found.match;
  return {
    kind: 'judged',
    route,
    payload: decisionOf(checkPayload(route, request), route.found.reads),
    before: limiterAt(configuration, route, request, 'before_auth'),
    checks: checksOf(configuration, route, request),
    after: limiterAt(configuration, route, request, 'after_auth'),
  };
}

/** Whether a request is refused, limiters aside: what could this credential reach at t? */
export function authorise(configuration: Configuration, request: RequestFacts): Decision {
  const found = findRoute(configuration, request, request.at);
  if (found.state === 'none') return { kind: 'not_predicted' };
  if (found.state === 'unknown')
    return { kind: 'unknown', check: 'route', missing: found.missing, reason: 'not_captured', reads: found.reads };
  const payload = decisionOf(checkPayload(found.match, request), found.match.found.reads);
  const checks = checksOf(configuration, found.match, request);
  if (payload.kind === 'handler') return checks;
  if (payload.kind !== 'refused' || checks.kind !== 'refused') return payload;
  return { ...payload, failing: [...payload.failing, ...checks.failing] };
}

/** The limiters that a request meets, whatever the checks say of it: which counters it may have a part in. */
export function limitersOf(configuration: Configuration, request: RequestFacts): readonly LimiterStep[] {
  const found = findRoute(configuration, request, request.at);
  if (found.state !== 'found') return [];
  return (['before_auth', 'after_auth'] as const).flatMap((position) => {
    const step = limiterAt(configuration, found.match, request, position);
    return step === null ? [] : [step];
  });
}
