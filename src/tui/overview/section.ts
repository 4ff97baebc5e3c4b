/** What the Overview is made of. */
import type { Line } from '../line.ts';

export interface OverviewRow {
  /** Names the row for ever, so that the cursor stays when documents arrive or the size changes. */
  readonly key: string;
  readonly line: Line;
  /** Stands at the right edge. */
  readonly right?: Line;
  /** The evidence that the row opens. */
  readonly ref: string | null;
}

export interface Section {
  readonly name: string;
  readonly rows: readonly OverviewRow[];
  /** Rows that are shown whatever the size. */
  readonly least: number;
}
