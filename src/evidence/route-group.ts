import type { Json } from '../base/json.ts';

/** Route groups of the contract: what is neither of the first three is the operator's. */
const auth = /^\/(?:api\/)?(?:v\d+\/)?auth\/(?:login|callback)\/?$/;
const agent = /\/(?:enroll|enrollments?)\/?$|\/agents\/[^/]+\/(?:heartbeat|deployments?(?:\/[^/]+)?|signing-keys?)\/?$/;
const artifact = /\/artifacts\/?$/;

const groups = new Map<string, string>();
const groupsMax = 4_096;

/** The group of a route or path; null where neither is text. */
export function routeGroup(method: Json | undefined, route: Json | undefined): string | null {
  if (typeof route !== 'string') return null;
  const name = `${method} ${route}`;
  const known = groups.get(name);
  if (known !== undefined) return known;
  const query = route.indexOf('?');
  const path = query < 0 ? route : route.slice(0, query);
  const group = auth.test(path)
    ? 'auth'
    : agent.test(path)
      ? 'agent'
      : method === 'POST' && artifact.test(path)
        ? 'artifact'
        : 'operator';
  if (groups.size < groupsMax && name.length < 512) groups.set(name, group);
  return group;
}
