/** How far a clock was off, in words: one sentence for every output that tells of it. */
import { formatDuration, formatMicros, type Micros } from '../base/time.ts';
import type { ClockEpoch, ClockRow } from '../case/index.ts';

/** `7.032 s`: to the millisecond, as long as a person reads it so. */
export function offsetText(us: number): string {
  const ms = Math.round(Math.abs(us) / 1000);
  if (ms < 1000) return `${ms} ms`;
  return ms < 600_000 ? `${ms / 1000} s` : formatDuration(ms * 1000);
}

/** Records that its evidence moves, or a step, or nothing that fits: what a person should know of. */
export const isOff = ({ state, epochs }: ClockRow): boolean =>
  state === 'stepped' || state === 'contradictory' || epochs.some(({ correction }) => correction !== 0);

function epochText({ least, most, correction }: ClockEpoch): string {
  if (least === null || most === null) {
    if (least !== null && least > 0) return `ahead by at least ${offsetText(least)}, and how much more is not known`;
    if (most !== null && most < 0) return `behind by at least ${offsetText(most)}, and how much more is not known`;
    return 'not known';
  }
  if (correction > 0) return `${offsetText(least)} to ${offsetText(most)} ahead`;
  if (correction < 0) return `${offsetText(most)} to ${offsetText(least)} behind`;
  return `right, between ${offsetText(least)} behind and ${offsetText(most)} ahead`;
}

/** `time` spells a moment; in RFC 3339 where it is not given. */
export function clockText({ state, epochs }: ClockRow, time: (us: Micros) => string = formatMicros): string {
  if (state === 'contradictory') return 'it was set, or its records are wrong: no offset fits them all';
  return epochs
    .map((epoch) =>
      epoch.began === null
        ? epochText(epoch)
        : `set between ${time(epoch.began.from)} and ${time(epoch.began.to)}, from then on ${epochText(epoch)}`,
    )
    .join('; ');
}
