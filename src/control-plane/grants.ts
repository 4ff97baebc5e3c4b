import { entityOf } from '../base/entity.ts';
import type { RequestFacts } from '../base/facts.ts';
import { isRedacted } from '../base/redacted.ts';
import type { Configuration, Lookup } from './configuration-types.ts';
import { listHas, readText } from './field.ts';
import { type Finding, fieldNotKnown, notKnown, refused } from './finding.ts';
import type { RouteMatch } from './route.ts';

type Present = Extract<Lookup, { readonly state: 'present' }>;

/** Check 4: the credential's kind is one that the route takes. */
export function checkKind(route: RouteMatch, id: string, credential: Present): readonly Finding[] {
  const kind = readText(credential, 'kind');
  if (!kind.known || kind.value === undefined)
    return [
      fieldNotKnown('kind', 'credentials', kind.known ? { known: false, reason: 'not_captured' } : kind, credential),
    ];
  const allowed = listHas(route.found, 'credential_kinds', kind.value);
  if (!allowed.known) return [fieldNotKnown('kind', 'routes', allowed, route.found)];
  if (allowed.value === true) return [];
  const reads = [...route.found.reads, ...credential.reads];
  return [refused('kind', 'kind_not_allowed', entityOf('credential', id), reads, kind.value)];
}

/** Check 5: agent and environment in the route's path are those that the credential is bound to, where it is. */
export function checkBinding(
  route: RouteMatch,
  request: RequestFacts,
  id: string,
  credential: Present,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [name, detail, recorded] of [
    ['agent_id', 'wrong_agent', request.agentId],
    ['environment_id', 'wrong_environment', request.environmentId],
  ] as const) {
    const inPath = route.parameters.get(name);
    if (inPath === undefined) continue;
    const bound = readText(credential, name);
    if (!bound.known) findings.push(fieldNotKnown('binding', 'credentials', bound, credential));
    if (!bound.known || bound.value === undefined) continue;
    const asked = inPath.state === 'value' ? inPath.value : isRedacted(recorded) ? null : recorded;
    if (asked === null) {
      const masked = inPath.state === 'masked' || recorded !== null;
      findings.push(notKnown('binding', 'requests.path', masked ? 'redacted' : 'not_captured', [request.ref]));
    } else if (asked !== bound.value)
      findings.push(refused('binding', detail, entityOf('credential', id), [request.ref, ...credential.reads], asked));
  }
  return findings;
}

/** Check 6: the route's scope is among the credential's, whatever its kind. */
export function checkScope(route: RouteMatch, id: string, credential: Present): readonly Finding[] {
  const scope = readText(route.found, 'scope');
  if (!scope.known) return [fieldNotKnown('scope', 'routes', scope, route.found)];
  if (scope.value === undefined) return [];
  const granted = listHas(credential, 'scopes', scope.value);
  if (!granted.known) return [fieldNotKnown('scope', 'credentials', granted, credential)];
  if (granted.value === true) return [];
  const reads = [...route.found.reads, ...credential.reads];
  return [refused('scope', 'scope_missing', entityOf('credential', id), reads, scope.value)];
}

/** Organisation and project of a request: recorded, in its path, or those of its environment. Null: not told. */
export function ownersOf(
  configuration: Configuration,
  route: RouteMatch,
  request: RequestFacts,
): { readonly orgId: string | null; readonly projectId: string | null; readonly environmentId: string | null } {
  const given = (name: string, recorded: string | null): string | null => {
    const inPath = route.parameters.get(name);
    if (inPath?.state === 'value') return inPath.value;
    return isRedacted(recorded) ? null : recorded;
  };
  const ownerIn = (section: string, id: string | null, field: string): string | null => {
    if (id === null) return null;
    const owner = readText(configuration.lookup(section, id, request.at), field);
    return owner.known ? (owner.value ?? null) : null;
  };
  const environmentId = given('environment_id', request.environmentId);
  const projectId = given('project_id', request.projectId) ?? ownerIn('environments', environmentId, 'project_id');
  const orgId = given('org_id', request.orgId) ?? ownerIn('projects', projectId, 'org_id');
  return { orgId, projectId, environmentId };
}
