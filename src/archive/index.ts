/**
 * Untrusted bytes -> members. Opens a folder, a `.tar`, `.tar.gz`, `.tar.zst` or `.zip`, or a bare evidence file,
 * recognised by content. A packed member is decompressed, an archive inside the archive opened (`outer!inner`, one level).
 * Streams: memory does not grow with the archive. Writes nothing, follows no link, opens no device.
 *
 * forms/ holds one form a file: first bytes that tell it, and a generator of entries. gzip.ts and zstd.ts read the framing
 * of what is compressed, engine.ts drives `node:zlib`, unfold.ts puts forms and compressions together.
 */

export type { ArchiveForm } from './forms/table.ts';
export { type Hazard, type HazardProblem, hazardProblems } from './hazards.ts';
export { ArchiveStopped, defaultLimits, type Limits, limitFlags } from './limits.ts';
export type { Member, MemberEnd } from './member.ts';
export { type Archive, type ArchiveEnd, digestArchive, openArchive } from './open.ts';
export type { Packed } from './reading.ts';
