import type { Histogram } from '../../timeline/index.ts';
import type { Marks } from '../theme.ts';

/** The histogram in `width` cells. An empty slice has the lowest mark, a slice with anything in it a higher one. */
export function sparkline(histogram: Histogram, width: number, marks: Marks): string {
  const slices = Array.from({ length: width }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((edge) => Math.floor((edge * histogram.counts.length) / width));
    return histogram.counts.slice(from, to).reduce((sum, count) => sum + count, 0);
  });
  const most = Math.max(1, ...slices);
  const top = marks.heights.length - 1;
  return slices.map((count) => marks.heights[count === 0 ? 0 : Math.max(1, Math.round((count / most) * top))]).join('');
}
