import type { Digest } from '../base/digest.ts';
import { type HazardLog, hazardLog } from './hazards.ts';
import { type Limits, type Tally, tally } from './limits.ts';
import { type Names, namesIn } from './names.ts';

/** What every form needs while one archive is read. */
export interface Reading {
  /** Base name of the archive, in reference spelling; of a nested one, the path of the member that it is. */
  readonly name: string;
  readonly isNested: boolean;
  readonly limits: Limits;
  readonly hazards: HazardLog;
  readonly tally: Tally;
  readonly names: Names;
  readonly progress: Progress;
  /** Grows while the archive is read. */
  readonly packed: Packed[];
}

/** A member that was decompressed or opened, as it lies in the archive: what a manifest speaks of. */
export interface Packed {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Bytes taken from disk so far. */
export interface Progress {
  bytes: number;
}

/** The identity of an archive: formats.md 7. */
export interface Identity {
  readonly digest: Digest;
  readonly bytes: number;
}

export function startReading(name: string, limits: Limits): Reading {
  const hazards = hazardLog(name);
  return {
    name,
    isNested: false,
    limits,
    hazards,
    tally: tally(name, limits),
    names: namesIn('', limits, hazards),
    progress: { bytes: 0 },
    packed: [],
  };
}

/** An archive that is a member of this one: the same costs and problems, names of its own. */
export const nestedReading = (outer: Reading, path: string): Reading => ({
  ...outer,
  name: path,
  isNested: true,
  names: namesIn(`${path}!`, outer.limits, outer.hazards),
});
