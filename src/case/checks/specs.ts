import { isObject, type Json } from '../../base/json.ts';
import type { DocumentRow } from '../../evidence/index.ts';
import type { Check, CheckSource } from './check.ts';

const memberOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('@'));
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Digest of each specification, by the agent that it lies with. */
function specsByAgent({ members, rows }: CheckSource): Map<string | null, string[]> {
  const digests = new Map(members.map(({ path, sha256 }) => [path, sha256]));
  const found = new Map<string | null, string[]>();
  for (const row of rows('document', { equals: { kind: 'incident-bundle' } })) {
    const digest = digests.get(memberOf(row.ref));
    if (isObject(row.body) && row.body.format === 'kv/v1' && digest !== undefined)
      found.set(row.agent_id, [...(found.get(row.agent_id) ?? []), digest]);
  }
  return found;
}

/** `sha256:` or bare, in any case. */
export const bareDigest = (value: Json | undefined): string | null => {
  const text = typeof value === 'string' ? value.toLowerCase().replace(/^sha256:/, '') : '';
  return /^[0-9a-f]{64}$/.test(text) ? text : null;
};

/** The digest of a specification that a document names; undefined where it names none. */
function namedIn({ kind, body }: DocumentRow): Json | undefined {
  if (!isObject(body) || body.format === 'kv/v1') return undefined;
  if (kind === 'approval-credential') return isObject(body.payload) ? body.payload.spec_hash : undefined;
  if (kind !== 'replay-audit' && kind !== 'incident-bundle') return undefined;
  const spec = isObject(body.spec) ? body.spec : {};
  return body.spec_sha256 ?? body.spec_hash ?? spec.spec_sha256 ?? spec.spec_hash ?? spec.sha256;
}

export const checkSpecs: Check = (source, tally) => {
  const specs = specsByAgent(source);
  for (const row of source.rows('document')) {
    const named = namedIn(row);
    if (named === undefined || named === null) continue;
    const digest = bareDigest(named);
    const here = specs.get(row.agent_id) ?? [];
    if (digest === null) tally.unknown(row.ref, 'what it names is no SHA-256');
    else if (here.length === 0) tally.unknown(row.ref, 'there is no spec.kv beside it');
    else if (here.includes(digest)) tally.good();
    else tally.failed(row.ref, `it names ${short(digest)}, spec.kv has ${here.map(short).join(', ')}`);
  }
};

const short = (digest: string): string => `sha256:${digest.slice(0, 12)}…`;
