import type { Digest } from '../base/digest.ts';
import { type HazardLog, hazardLog } from './hazards.ts';
import { type Limits, type Tally, tally } from './limits.ts';
import { type Naming, naming } from './names.ts';

/** What every form needs while one archive is read. */
export interface Reading {
  /** Base name of the archive, in reference spelling. */
  readonly name: string;
  readonly limits: Limits;
  readonly hazards: HazardLog;
  readonly tally: Tally;
  readonly memberName: Naming;
  readonly progress: Progress;
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
    limits,
    hazards,
    tally: tally(name, limits),
    memberName: naming(hazards),
    progress: { bytes: 0 },
  };
}
