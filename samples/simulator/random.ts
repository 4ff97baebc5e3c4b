/** The only source of chance: streams of integers drawn from a seed and a name, so that one actor's draws never move another's. */
import { createHash } from 'node:crypto';

export interface Random {
  /** An integer between both ends, inclusive. */
  readonly int: (low: number, high: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** `ag_1f2e3d4c`: the same for the same seed, prefix and name. */
export const identifier = (seed: string, prefix: string, name: string | number, digits = 8): string =>
  `${prefix}_${sha256(`${seed}/${prefix}/${name}`).slice(0, digits)}`;

/** Mulberry32: 32-bit integer arithmetic only. */
export function randomStream(seed: string, name: string): Random {
  let state = Number.parseInt(sha256(`${seed}/random/${name}`).slice(0, 8), 16) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (low: number, high: number): number => low + (next() % (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(0, items.length - 1)];
    if (item === undefined) throw new Error(`nothing to pick for ${name}`);
    return item;
  };
  return { int, pick };
}
