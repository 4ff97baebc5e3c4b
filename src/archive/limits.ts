import type { Failure } from '../base/result.ts';

/**
 * What an archive may cost. A limit on the whole archive stops it; a limit on one member cuts or skips that member.
 */
export interface Limits {
  /** Entries of any type: files, links, directories, devices. Stops the archive. */
  readonly members: number;
  /** Decompressed bytes of one member. Cuts the member. */
  readonly memberBytes: number;
  /** Decompressed bytes of all members together, those of nested archives and of their members. Stops the archive. */
  readonly totalBytes: number;
  /**
   * Decompressed bytes for each stored byte, asked once `ratioFromBytes` came out. Stops the archive; cuts a
   * sparse member, whose holes cost nothing.
   */
  readonly ratio: number;
  /** Bytes of a member's path. Skips the member. */
  readonly pathLength: number;
  /** Segments of a member's path. Skips the member. */
  readonly depth: number;
}

/**
 * Generous, because a limit that real evidence meets costs more than a slow run: memory does not grow with the bytes,
 * only with the number of members (about 200 bytes each, 500 in a zip, so a million stay below 1 GiB).
 * gzip can't exceed 1,032 to 1, and region files full of zeros come close to it: the ratio is there for denser codecs,
 * packings inside packings and zips that point at the same bytes again and again. `totalBytes` ends a gzip bomb.
 */
export const defaultLimits: Limits = {
  members: 1_000_000,
  memberBytes: 64 * 2 ** 30,
  totalBytes: 256 * 2 ** 30,
  ratio: 2_000,
  pathLength: 4_096,
  depth: 64,
};

/** Small archives may be dense: the ratio counts only beyond this many decompressed bytes. */
export const ratioFromBytes = 64 * 2 ** 20;

/** The flag that raises each limit. */
export const limitFlags = {
  members: '--max-members',
  memberBytes: '--max-member-bytes',
  totalBytes: '--max-total-bytes',
  ratio: '--max-ratio',
  pathLength: '--max-path-length',
  depth: '--max-depth',
} as const satisfies Record<keyof Limits, string>;

const nouns = {
  members: 'members in one archive',
  memberBytes: 'decompressed bytes in one member',
  totalBytes: 'decompressed bytes in one archive',
  ratio: 'decompressed bytes for each stored byte',
  pathLength: 'bytes in a path',
  depth: 'folders in a path',
} as const satisfies Record<keyof Limits, string>;

/** `more than 64 folders in a path (--max-depth raises it)` */
export const limitText = (limit: keyof Limits, limits: Limits): string =>
  `more than ${limits[limit]} ${nouns[limit]} (${limitFlags[limit]} raises it)`;

/** Thrown while members are read, when the rest of the archive is lost: a limit, or a disk that can't be read. */
export class ArchiveStopped extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.what}: ${failure.why}`);
    this.name = 'ArchiveStopped';
    this.failure = failure;
  }
}

/** Counts what an archive has cost so far and throws `ArchiveStopped` when it is too much. */
export interface Tally {
  readonly addMember: () => void;
  readonly addBytes: (decompressed: number, storedSoFar: number) => void;
  /** Whether so many bytes more would break the ratio. */
  readonly tooDense: (decompressed: number, storedSoFar: number) => boolean;
}

export function tally(archive: string, limits: Limits): Tally {
  let members = 0;
  let bytes = 0;
  const isTooDense = (decompressed: number, stored: number): boolean =>
    decompressed > ratioFromBytes && decompressed > limits.ratio * stored;
  const stop = (limit: keyof Limits): never => {
    throw new ArchiveStopped({
      code: 'limit',
      what: archive,
      why: limitText(limit, limits),
      next: `If you trust this archive, raise the limit with ${limitFlags[limit]} (now ${limits[limit]}).`,
    });
  };
  return {
    addMember() {
      members += 1;
      if (members > limits.members) stop('members');
    },
    addBytes(decompressed, storedSoFar) {
      bytes += decompressed;
      if (bytes > limits.totalBytes) stop('totalBytes');
      if (isTooDense(bytes, storedSoFar)) stop('ratio');
    },
    tooDense: (decompressed, storedSoFar) => isTooDense(bytes + decompressed, storedSoFar),
  };
}
