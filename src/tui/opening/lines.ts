/** What is shown while an archive becomes a case. */

import { formatDuration } from '../../base/time.ts';
import { blank, type Line, span } from '../line.ts';
import { formatBytes } from '../number.ts';
import { safeText } from '../safe-text.ts';
import type { Marks } from '../theme.ts';

export interface Opening {
  /** What is being opened, as the user named it. */
  readonly name: string;
  readonly step: 'starting' | 'reading' | 'indexing' | 'finishing';
  /** Bytes of the archive on disk, read of all. */
  readonly done: number;
  readonly of: number;
  readonly elapsedMs: number;
}

const stepText = {
  starting: 'Opening',
  reading: 'Reading the archive',
  indexing: 'Building the indexes',
  finishing: 'Writing the case file',
} as const;

export function openingLines(opening: Opening, columns: number, marks: Marks): readonly Line[] {
  const title: Line = [span(' inquest  ', 'strong'), span(safeText(opening.name))];
  const step: Line = [span(` ${stepText[opening.step]}`, 'label')];
  if (opening.of <= 0) return [title, blank, step];
  const share = Math.max(0, Math.min(1, opening.done / opening.of));
  const width = Math.max(10, Math.min(50, columns - 20));
  const full = Math.floor(share * width);
  const bar: Line = [
    span(' '),
    span(marks.full.repeat(full), 'label'),
    span(marks.empty.repeat(width - full), 'faint'),
    span(` ${Math.floor(share * 100)} %`),
  ];
  const bytes: Line = [
    span(` ${formatBytes(opening.done)} of ${formatBytes(opening.of)}${rateText(opening, share, marks)}`),
  ];
  return [title, blank, step, bar, bytes];
}

/** Said only once there is something to measure. */
function rateText(opening: Opening, share: number, marks: Marks): string {
  if (opening.elapsedMs < 300 || opening.done <= 0) return '';
  const perSecond = Math.round((opening.done * 1000) / opening.elapsedMs);
  const leftMs = share >= 1 ? 0 : ((opening.of - opening.done) * 1000) / perSecond;
  return ` ${marks.dot} ${formatBytes(perSecond)}/s${leftMs > 0 ? ` ${marks.dot} about ${formatDuration(leftMs * 1000)} left` : ''}`;
}
