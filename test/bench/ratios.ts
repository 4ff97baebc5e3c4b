/** From times to what is told: medians of ratios, since a machine that is busy slows both sides of a pair. */

export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** One line of the result. */
export interface Finding {
  readonly name: string;
  /** What it is measured against. */
  readonly against: string;
  readonly ratio: number;
  /** The most that is allowed; null where it is only told. */
  readonly limit: number | null;
}

/** The middle value; of an even number the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export const medianRatio = (pairs: readonly Pair[]): number => median(pairs.map(({ ours, theirs }) => ours / theirs));

/** What can't be computed is over, too: a limit holds only where it was seen to hold. */
export const isOver = ({ ratio, limit }: Finding): boolean => limit !== null && !(ratio <= limit);

export function verdictOf(finding: Finding): string {
  if (finding.limit === null) return '';
  return isOver(finding) ? 'over' : 'ok';
}
