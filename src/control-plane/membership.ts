import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Configuration, Lookup } from './configuration-types.ts';
import { listHas, readText, readTime } from './field.ts';
import { type Finding, fieldNotKnown, notKnown, refused } from './finding.ts';
import { ownersOf } from './grants.ts';
import type { RouteMatch } from './route.ts';

type Present = Extract<Lookup, { readonly state: 'present' }>;

/** What one membership gives: the permission, nothing, or nobody knows; `absent`: it is not valid at t. */
type Given = 'granted' | 'insufficient' | 'absent' | { readonly unknown: Finding };

const memberships = 'memberships';

function validity(found: Present, request: RequestFacts): 'valid' | 'absent' | { readonly unknown: Finding } {
  const [since, until] = [readTime(found, 'since'), readTime(found, 'until')];
  for (const bound of [since, until])
    if (!bound.known) return { unknown: fieldNotKnown('permission', memberships, bound, found) };
  const started = !since.known || since.value === undefined || since.value <= request.at;
  const ended = until.known && until.value !== undefined && until.value <= request.at;
  return started && !ended ? 'valid' : 'absent';
}

function roleGives(configuration: Configuration, request: RequestFacts, role: string, permission: string): Given {
  const found = configuration.lookup('roles', role, request.at);
  if (found.state === 'unknown') return { unknown: notKnown('permission', found.missing, 'not_captured', found.reads) };
  const has = listHas(found, 'permissions', permission);
  if (!has.known) return { unknown: fieldNotKnown('permission', 'roles', has, found) };
  return has.value === true ? 'granted' : 'insufficient';
}

function membershipGives(
  configuration: Configuration,
  request: RequestFacts,
  found: Present,
  permission: string,
  projectId: string | null,
): Given {
  const valid = validity(found, request);
  if (valid !== 'valid') return valid;
  let unknown: Given | null = null;
  const ask = (field: 'role' | 'project_role'): Given => {
    const role = readText(found, field);
    if (!role.known) return { unknown: fieldNotKnown('permission', memberships, role, found) };
    return role.value === undefined ? 'insufficient' : roleGives(configuration, request, role.value, permission);
  };
  const project = readText(found, 'project_id');
  const inProject = project.known && project.value !== undefined && project.value === projectId;
  const fields = inProject || !project.known ? (['role', 'project_role'] as const) : (['role'] as const);
  for (const field of fields) {
    const given = ask(field);
    if (given === 'granted') {
      if (field === 'role' || inProject) return given;
      unknown ??= { unknown: notKnown('permission', `state.${memberships}`, 'not_captured', found.reads) };
    } else if (given !== 'insufficient') unknown ??= given;
  }
  return unknown ?? 'insufficient';
}

/**
 * Check 7: an operator's credential needs a membership in the organisation, valid at t, whose role, or project role
 * for that project, has the route's permission. A route without a permission asks for none.
 */
export function checkPermission(
  configuration: Configuration,
  route: RouteMatch,
  request: RequestFacts,
  credential: Present,
): readonly Finding[] {
  const kind = readText(credential, 'kind');
  if (!kind.known) return [fieldNotKnown('permission', 'credentials', kind, credential)];
  if (kind.value !== 'operator') return [];
  const permission = readText(route.found, 'permission');
  if (!permission.known) return [fieldNotKnown('permission', 'routes', permission, route.found)];
  if (permission.value === undefined) return [];
  const principal = readText(credential, 'principal_id');
  const caller = request.callerKind === 'operator' && !isRedacted(request.callerId) ? request.callerId : null;
  const principalId = (principal.known ? principal.value : undefined) ?? caller;
  if (principalId === null) {
    const reason = principal.known ? 'not_captured' : principal.reason;
    return [notKnown('permission', 'state.credentials', reason, credential.reads)];
  }
  const { orgId, projectId } = ownersOf(configuration, route, request);
  if (orgId === null) {
    const reason = isRedacted(request.orgId) ? 'redacted' : 'not_captured';
    return [notKnown('permission', 'requests.org_id', reason, [request.ref])];
  }

  const key = `${principalId}/${orgId}`;
  const reads: string[] = [...route.found.reads];
  let held = false;
  let unknown: Finding | null = null;
  // A principal may have several: they are numbered from the second on.
  for (let number = 1; ; number += 1) {
    const found = configuration.lookup(memberships, number === 1 ? key : `${key}#${number}`, request.at);
    reads.push(...found.reads);
    if (found.state === 'unknown') {
      if (number === 1) unknown = notKnown('permission', found.missing, 'not_captured', found.reads);
      break;
    }
    if (found.state === 'absent') {
      if (number > 1) break;
      continue;
    }
    const given = membershipGives(configuration, request, found, permission.value, projectId);
    if (given === 'granted') return [];
    if (given === 'insufficient') held = true;
    else if (given !== 'absent') unknown ??= given.unknown;
  }
  if (unknown !== null) return [unknown];
  const detail = held ? 'role_insufficient' : 'membership_missing';
  return [refused('permission', detail, `membership:${key}`, reads, permission.value)];
}
