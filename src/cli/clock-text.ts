/** What `index` says of clocks: a line for each that is off, and one for those that are right or not known. */
import { clockInZone, type Zone } from '../base/zone.ts';
import type { ClockRow } from '../case/index.ts';
import { counted, safe } from '../report/index.ts';
import { clockText, isOff, offsetText } from '../timeline/index.ts';

const listed = 8;
const told = 12;

const namesText = (clocks: readonly ClockRow[]): string => {
  const names = clocks.slice(0, listed).map(({ clock }) => safe(clock));
  return clocks.length > listed ? `${names.join(', ')} and ${clocks.length - listed} more` : names.join(', ');
};

const movesText = ({ moved, unplaced }: ClockRow): string =>
  [
    moved === 0 ? '' : `; ${counted(moved, 'record')} moved`,
    unplaced === 0 ? '' : `; ${counted(unplaced, 'record')} from about the step left where they are`,
  ].join('');

export function clockLines(clocks: readonly ClockRow[], zone: Zone): readonly string[] {
  const isRight = (clock: ClockRow): boolean => !isOff(clock) && clock.state === 'known';
  const right = clocks.filter(isRight);
  const unknown = clocks.filter((clock) => !isOff(clock) && !isRight(clock));
  const widest = Math.max(
    0,
    ...right.flatMap(({ epochs }) => epochs.map(({ least, most }) => (most ?? 0) - (least ?? 0))),
  );
  // Those that were set first: they are the ones that mislead.
  const off = clocks.filter(isOff);
  const ordered = [...off.filter(({ state }) => state !== 'known'), ...off.filter(({ state }) => state === 'known')];
  return [
    ...ordered
      .slice(0, told)
      .map((clock) => `${safe(clock.clock)}: ${clockText(clock, (us) => clockInZone(us, zone))}${movesText(clock)}`),
    ...(off.length > told ? [`and ${counted(off.length - told, 'clock')} more that are off: --json lists them`] : []),
    ...(right.length === 0 ? [] : [`right to within ${offsetText(widest)}: ${namesText(right)}`]),
    ...(unknown.length === 0 ? [] : [`not known: ${namesText(unknown)}`]),
  ];
}
