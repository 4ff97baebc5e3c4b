/** What can be wrong with an archive or one of its entries, without the rest being lost. */
export const hazardProblems = {
  link: 'a symbolic or hard link: recorded, never followed',
  device: 'a device, pipe or socket: recorded, never opened',
  absolute_path: 'the path starts at the root of a file system; the bytes are read, the path is only a name',
  parent_path: 'the path has a `..` segment; the bytes are read, the path is only a name',
  duplicate_name: 'a member of this path was there before; this one is named `path~k`',
  unreadable: 'the file or member could not be opened or read: no permission, encrypted, or a method that is not known',
  cut: 'the bytes break off before their end',
  checksum: 'the bytes do not match the checksum stored with them',
  limit: 'a limit cut or skipped the member, or shortened this list',
  damaged_header: 'an entry header that cannot be read, or that contradicts itself',
  unknown_type: 'an entry of a type that is not known; its bytes are read as a file',
  joined: 'another archive follows the end of this one; its members are read too',
  nested_archive: 'an archive inside an archive inside the archive: kept as bytes, not opened',
  trailing_bytes: 'bytes follow the end of the archive; they are not read',
} as const;
export type HazardProblem = keyof typeof hazardProblems;

export interface Hazard {
  /** The member's path, or the archive's name when it concerns the whole. */
  readonly path: string;
  readonly problem: HazardProblem;
  readonly detail: string;
}

/** The hazards of one archive, in the order met. */
export interface HazardLog {
  readonly add: (path: string, problem: HazardProblem, detail: string) => void;
  readonly list: () => readonly Hazard[];
}

/** A hostile archive can hold one hazard for each kilobyte: beyond this many they are only counted. */
const hazardsKept = 10_000;
const pathKept = 200;

export function hazardLog(archive: string): HazardLog {
  const kept: Hazard[] = [];
  let dropped = 0;
  return {
    add(path, problem, detail) {
      // The same break may be told by two layers.
      const last = kept.at(-1);
      if (last?.path === path && last.problem === problem && last.detail === detail) return;
      if (kept.length >= hazardsKept) dropped += 1;
      else kept.push({ path: path.length > pathKept ? `${path.slice(0, pathKept)}…` : path, problem, detail });
    },
    list: () =>
      dropped === 0
        ? kept
        : [...kept, { path: archive, problem: 'limit', detail: `${dropped} further problems are not listed` }],
  };
}
