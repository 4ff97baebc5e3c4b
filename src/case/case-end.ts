import type { Digest } from '../base/digest.ts';
import type { JsonObject } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { evidenceVersion } from '../evidence/index.ts';
import { type Claim, checkManifest, type ReadMember } from './manifest.ts';
import type { CaseEnd, MemberRecord } from './protocol.ts';

/** One archive, read to its end. Paths are those of the archive. */
export interface ReadArchive {
  readonly name: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly hazards: readonly { readonly path: string; readonly problem: string; readonly detail: string }[];
  readonly members: readonly ReadMember[];
  /** Members of earlier archives that this one holds too, with the same path and bytes. */
  readonly repeated: readonly ReadMember[];
  readonly manifests: readonly { readonly path: string; readonly manifest: JsonObject }[];
}

/** Where several archives are open, a path begins with the archive's digest: cli.md, *References*. */
export const archivePrefix = (digest: Digest): string => `${digest.slice('sha256:'.length, 'sha256:'.length + 8)}:`;

/** Whether a problem of integrity only notes that two archives hold the same member. */
export const isRepeat = (problem: string): boolean => problem.startsWith('repeated: ');

/** What is known only when everything was read. */
export function caseEnd(archives: readonly ReadArchive[], digest: Digest, meta: CaseEnd['meta']): CaseEnd {
  const prefix = (archive: ReadArchive): string => (archives.length > 1 ? archivePrefix(archive.digest) : '');
  const homes = new Map(archives.flatMap((archive) => archive.members.map((member) => [member.id, archive] as const)));
  const claims = new Map<number, Claim>();
  const members: MemberRecord[] = [];
  const integrity: { path: string; problem: string }[] = [];
  const captured: number[] = [];

  const checks = archives.map((archive) => {
    const all = [...archive.members, ...archive.repeated];
    const check = checkManifest(archive.manifests, all);
    for (const member of all) {
      const claim = check.claims.get(member.path);
      if (claim !== undefined) claims.set(member.id, merged(claims.get(member.id), claim));
    }
    if (check.captured !== null) captured.push(check.captured);
    const problems = [
      ...archive.hazards.map(({ path, problem, detail }) => ({
        path,
        problem: detail === '' ? problem : `${problem}: ${detail}`,
      })),
      ...archive.members.flatMap(faultsOf),
      ...check.integrity,
      ...archive.repeated.map((member) => ({
        path: member.path,
        problem: `repeated: the same bytes as ${prefix(homes.get(member.id) as ReadArchive)}${member.path}; counted once`,
      })),
    ];
    for (const { path, problem } of problems) integrity.push({ path: prefix(archive) + path, problem });
    return check;
  });
  archives.forEach((archive, index) => {
    for (const member of archive.members) {
      const claim = claims.get(member.id);
      members.push({
        ...member,
        archive: index,
        path: prefix(archive) + member.path,
        host: claim?.host ?? null,
        complete: claim?.complete ?? null,
        coversFrom: claim?.coversFrom ?? null,
        coversTo: claim?.coversTo ?? null,
        captured: claim?.captured ?? member.place.nameTime ?? checks[index]?.captured ?? null,
      });
    }
  });
  const latest = captured.length === 0 ? null : Math.max(...captured);
  return {
    archives: archives.map(({ name, digest: own, bytes }) => ({ name, digest: own, bytes })),
    members,
    integrity: integrity.sort((a, b) => compareText(a.path, b.path) || compareText(a.problem, b.problem)),
    meta: {
      ...meta,
      digest,
      evidence_version: String(evidenceVersion),
      ...(latest === null ? {} : { captured_ts: String(latest) }),
    },
  };
}

/** What breaks off for the archive lacks its end for that. */
const faultsOf = ({ path, cut, faults }: ReadMember): readonly { path: string; problem: string }[] =>
  faults
    .filter(({ problem }) => problem !== 'cut' || cut === null)
    .map(({ problem, detail }) => ({ path, problem: `${problem}: ${detail}` }));

/** Two manifests may speak of one member: the first that says something counts. */
const merged = (first: Claim | undefined, next: Claim): Claim =>
  first === undefined
    ? next
    : {
        host: first.host ?? next.host,
        captured: first.captured ?? next.captured,
        complete: first.complete ?? next.complete,
        coversFrom: first.coversFrom ?? next.coversFrom,
        coversTo: first.coversTo ?? next.coversTo,
      };
