/** A row of the table: what is measured over what. */
import type { Other } from './others.ts';
import type { Amount } from './page.ts';
import { type Finding, median, medianRatio, type Pair } from './ratios.ts';

export interface Measured {
  readonly findings: readonly Finding[];
  readonly amounts: readonly Amount[];
}

export interface Sizes {
  readonly lines: number;
  /** The large archive of a growth. */
  readonly more: number;
  readonly pairs: number;
}

export interface Row {
  /** For `--only`. */
  readonly id: string;
  readonly needs?: readonly Other[];
  readonly measure: (sizes: Sizes) => Promise<Measured>;
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
export const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

export const medianOf = (pairs: readonly Pair[], side: 'ours' | 'theirs'): number =>
  median(pairs.map((pair) => pair[side]));

/** A finding, and the medians of both sides. */
export function compared(
  name: string,
  against: string,
  pairs: readonly Pair[],
  limit: number | null,
  text: (value: number) => string,
): Measured {
  return {
    findings: [{ name, against, ratio: medianRatio(pairs), limit }],
    amounts: [
      { name: `${name} / ${against}`, text: `${text(medianOf(pairs, 'ours'))} / ${text(medianOf(pairs, 'theirs'))}` },
    ],
  };
}

export const together = (parts: readonly Measured[]): Measured => ({
  findings: parts.flatMap(({ findings }) => findings),
  amounts: parts.flatMap(({ amounts }) => amounts),
});
