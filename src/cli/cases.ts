/** The cases in the data directory. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../base/order.ts';
import { dataFolder } from '../case/index.ts';

export interface StoredCase {
  readonly path: string;
  /** `sha256:` and all digits. */
  readonly digest: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds: for the order alone. */
  readonly touchedMs: number;
}

const caseName = /^([0-9a-f]{64})-\d+\.inquest$/;

/** Latest first. A folder that is not there holds none. */
export function storedCases(): readonly StoredCase[] {
  const folder = join(dataFolder(), 'cases');
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const digest = caseName.exec(name)?.[1];
      if (digest === undefined) return [];
      const path = join(folder, name);
      try {
        const { size, mtimeMs } = statSync(path);
        return [{ path, digest: `sha256:${digest}`, bytes: size, touchedMs: mtimeMs }];
      } catch {
        // Removed meanwhile.
        return [];
      }
    })
    .sort((a, b) => b.touchedMs - a.touchedMs || compareText(a.digest, b.digest));
}
