import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { isDatable, type Micros, parseMicros } from '../base/time.ts';
import type { MemberSummary } from '../evidence/index.ts';

export interface ReadMember extends MemberSummary {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly cut: string | null;
  readonly rawAt: number;
}

/** What the manifest says of one member; the claims of completeness only where its digest matches. */
export interface Claim {
  readonly host: string | null;
  readonly captured: Micros | null;
  readonly complete: boolean | null;
  readonly coversFrom: Micros | null;
  readonly coversTo: Micros | null;
}

export interface ManifestCheck {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly captured: Micros | null;
  readonly integrity: readonly { readonly path: string; readonly problem: string }[];
}

const micros = (value: Json | undefined): Micros | null => {
  const us = parseMicros(value);
  return us !== null && isDatable(us) ? us : null;
};
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
const plain = (path: string): string => path.replace(/^(?:\.\/)+/, '');

/**
 * Holds the manifest against what was read. A disagreement is a finding, never an error. Its paths are taken from the
 * folder that the manifest lies in.
 */
export function checkManifest(
  manifests: readonly { readonly path: string; readonly manifest: JsonObject }[],
  members: readonly ReadMember[],
): ManifestCheck {
  const [first] = [...manifests].sort((a, b) => a.path.length - b.path.length || compareText(a.path, b.path));
  const claims = new Map<string, Claim>();
  const integrity: { path: string; problem: string }[] = [];
  if (first === undefined) return { claims, captured: null, integrity };
  const base = first.path.slice(0, first.path.lastIndexOf('/') + 1);
  const byPath = new Map(members.map((member) => [member.path, member]));
  const files = Array.isArray(first.manifest.files) ? (first.manifest.files as readonly Json[]) : [];
  const listed = new Set<string>([first.path]);

  for (const file of files) {
    const name = isObject(file) ? text(file.path) : null;
    if (!isObject(file) || name === null) {
      integrity.push({ path: first.path, problem: 'bad_entry: an entry of files has no path' });
      continue;
    }
    const path = base + plain(name);
    if (listed.has(path) && path !== first.path)
      integrity.push({ path, problem: 'listed_twice: the manifest names it more than once' });
    listed.add(path);
    const member = byPath.get(path);
    if (member === undefined) {
      integrity.push({ path, problem: 'missing: the manifest lists it, the archive does not hold it' });
      continue;
    }
    const digest =
      text(file.sha256)
        ?.toLowerCase()
        .replace(/^sha256:/, '') ?? null;
    const mismatch = digest !== null && digest !== member.sha256;
    const size = typeof file.bytes === 'number' && file.bytes !== member.bytes;
    if (mismatch) integrity.push({ path, problem: 'digest_mismatch: the manifest has another digest' });
    if (size) integrity.push({ path, problem: `size_mismatch: ${member.bytes} bytes, ${file.bytes} in the manifest` });
    const covers = isObject(file.covers) ? file.covers : {};
    const believed = digest !== null && !mismatch;
    claims.set(path, {
      host: text(file.host),
      captured: micros(file.captured_at),
      complete: typeof file.complete === 'boolean' && believed ? file.complete : null,
      coversFrom: believed ? micros(covers.from) : null,
      coversTo: believed ? micros(covers.to) : null,
    });
  }
  if (Array.isArray(first.manifest.files))
    for (const member of members)
      if (!listed.has(member.path))
        integrity.push({ path: member.path, problem: 'unlisted: the manifest does not name it' });
  return { claims, captured: micros(first.manifest.captured_at), integrity };
}
