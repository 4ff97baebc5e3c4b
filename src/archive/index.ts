/**
 * Untrusted bytes -> members. Opens a folder, a `.tar`, a `.tar.gz` or a bare evidence file (also gzipped), recognised by
 * content. Streams: memory does not grow with the archive. Writes nothing, follows no link, opens no device.
 */

export type { ArchiveForm } from './forms/table.ts';
export { type Hazard, type HazardProblem, hazardProblems } from './hazards.ts';
export { ArchiveStopped, defaultLimits, type Limits, limitFlags } from './limits.ts';
export type { Member, MemberEnd } from './member.ts';
export { type Archive, type ArchiveEnd, digestArchive, openArchive } from './open.ts';
